"""Stubs for the app modules that the harness writes; a copy lies beside each app.py.

It runs in the page's Python and, with `--reference`, in CPython.
"""

import importlib.abc
import importlib.machinery
import os
import sys
import time
from types import FunctionType, ModuleType

MAX_LOCK_WAIT_S = 60
LOCK_POLL_S = 0.03
DEV_TOOLS_OPTIONS = (
    "debug",
    "dev_tools_ui",
    "dev_tools_props_check",
    "dev_tools_serve_dev_bundles",
    "dev_tools_silence_routes_logging",
    "dev_tools_prune_errors",
    "dev_tools_validate_callbacks",
)

server_url = ""  # of the file server, where the page is no file of it; hosting.py adds a value
started = False  # set by app.py at its end: locks bind from then on
captured_kwargs: dict[str, object] = {}
_captured_frame = None


class Stub:
    """Takes the place of any object that only the test's side uses; all its methods do nothing."""

    def __init__(self, name="stub"):
        self.__dict__["_name"] = name

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Stub(f"{self._name}.{name}")

    def __setattr__(self, name, value):
        pass

    def __call__(self, *args, **options):
        is_decorator = len(args) == 1 and not options and isinstance(args[0], FunctionType)
        return args[0] if is_decorator else Stub(f"{self._name}()")

    def __getitem__(self, key):
        return Stub(f"{self._name}[]")

    def __iter__(self):
        return iter(())

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return False

    def __add__(self, other):
        return self

    __radd__ = __add__

    def __str__(self):
        return f"<stub {self._name}>"


class Raises:
    """`pytest.raises`, as far as the part before the server's start needs it."""

    def __init__(self, *types, **_options):
        self._types = types

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.type, self.value = kind, value
        return kind is not None and issubclass(kind, self._types)


class PytestStub(Stub):
    """The module pytest."""

    raises = Raises
    warns = Raises


class ServerStarted(BaseException):
    """The captured test started its server."""

    def __init__(self, app, options):
        self.app, self.options = app, options


class FakeBrowser(Stub):
    """The browser, or the server's fixture, of a captured test."""

    def __init__(self, name="browser"):
        super().__init__(name)

    def start_server(self, app=None, *_args, **options):
        raise ServerStarted(app, options)

    start = start_server
    __call__ = start_server


def devtools(**options):
    """Arguments of `enable_dev_tools`: what `app.run(**options)` would pass on, no hot reload."""
    return {
        "debug": False,
        **{name: value for name, value in options.items() if name in DEV_TOOLS_OPTIONS},
        "dev_tools_hot_reload": False,
        "dev_tools_disable_version_check": True,
    }


def capture(function, arguments):
    """Run a test function until it starts a server, and return the app."""
    global _captured_frame, captured_kwargs  # noqa: PLW0603 - one test in each module
    try:
        function(**arguments)
    except ServerStarted as start:
        captured_kwargs = start.options
        traceback = start.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code is function.__code__:
                _captured_frame = traceback.tb_frame
            traceback = traceback.tb_next
        return start.app
    raise RuntimeError("the test ended without starting a server")


def captured_eval(expression):
    """Evaluate an expression among the local variables of the captured test."""
    assert _captured_frame is not None
    return eval(expression, _captured_frame.f_globals, dict(_captured_frame.f_locals))


def param(values, index):
    """One of the values of a parameter."""
    return list(values)[index]


class Value:
    """`multiprocessing.Value`."""

    def __init__(self, typecode="i", value=0, lock=True):  # noqa: FBT002 - its arguments
        self.value = value

    def get_lock(self):
        return Lock()


class Lock:
    """A lock that the test can hold too: kept by the harness's file server."""

    _made = 0

    def __init__(self, *_args, **_options):
        self._name = f"lock-{Lock._made}"
        Lock._made += 1

    def _ask(self, operation):
        path = f"/__conf__/lock?name={self._name}&op={operation}&who=app"
        if sys.platform == "emscripten":
            return _ask_in_page(path)
        server = os.environ.get("CONF_LOCK_URL")
        if not server:
            return True
        return _ask_by_urllib(server + path)

    def acquire(self, *_args, **_options):
        end = time.monotonic() + MAX_LOCK_WAIT_S
        while started and not self._ask("acquire"):
            if time.monotonic() > end:
                raise RuntimeError(f"lock not released in {MAX_LOCK_WAIT_S} s")
            time.sleep(LOCK_POLL_S)
        return True

    def release(self):
        if started:
            self._ask("release")

    def locked(self):
        return False

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *exception):
        self.release()
        return False


RLock = Lock


def _ask_in_page(path):
    """Ask the file server and block, as a lock does."""
    # It exists in the page only.
    from js import XMLHttpRequest, location  # type: ignore[import-not-found] # noqa: PLC0415

    request = XMLHttpRequest.new()
    request.open("GET", f"{server_url or location.origin}{path}", False)  # noqa: FBT003 - JavaScript
    request.send()
    return request.status != 200 or str(request.responseText) == "1"


def _ask_by_urllib(url):
    from urllib.request import urlopen  # noqa: PLC0415 - pages do not need it

    with urlopen(url) as response:
        return response.read() == b"1"


class Event(Stub):
    """`multiprocessing.Event` and `threading.Event`."""


class StubModule(ModuleType):
    """A module with every name."""

    __path__: list[str] = []  # noqa: RUF012 - the base's type

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub(name)


class StubFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds stubs for modules that only tests need."""

    def __init__(self, names):
        self._names = names

    def find_spec(self, fullname, path=None, target=None):
        if any(f"{fullname}.".startswith(f"{name}.") for name in self._names):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec):
        return StubModule(spec.name)

    def exec_module(self, module):
        """Do nothing: a stub has no code."""


def stub_modules(names):
    """Let the suite's modules that are copied beside app.py import what only tests need."""
    sys.meta_path.insert(0, StubFinder(names))
