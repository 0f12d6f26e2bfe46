"""Stubs of modules that exist only on a server: they do nothing and explain themselves.

    import redis                          # works
    cache = redis.Redis(host="db")        # works: another stub
    @queue.task                           # works: returns the function unchanged

    cache.get("x")                        # in a callback: ServerOnlyError, which says what to do
    list(cache.scan_iter())               # anywhere: ServerOnlyError, a stub has no items

So the same source runs in the browser and on the server. The manifest of the site lists the modules
(docs/site-format.md). Only the page's workers have stubs, a server never.
"""

import sys
from abc import ABCMeta
from collections.abc import Callable, Iterable, Sequence
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import Any, NoReturn

from pyrt.engine.call.context import current
from pyrt.model.errors import ServerOnlyError
from pyrt.model.origin import find_caller

# Attributes that task queues and caches add to a function that they decorate.
_TASK_ATTRIBUTES = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "apply_async cache_clear chunks clear delay map retry s send si signature starmap subtask"
    ).split()
)
_ERROR_NAMES = ("Error", "Exception", "Timeout", "Warning")


def install(names: Iterable[str]) -> None:
    """Make imports of these modules and of their submodules return stubs."""
    _finder.names = frozenset(names)
    if _finder not in sys.meta_path:
        # First, because the site may have a folder of that name with data files only.
        sys.meta_path.insert(0, _finder)


class Stub:
    """An object of a module that exists only on a server.

    Args:
        path: its full name: `redis.Redis()`.
    """

    def __init__(self, path: str) -> None:
        vars(self)["_path"] = path

    def __repr__(self) -> str:
        return f"<{_path(self)}: exists only on a server>"

    # --- works at the top level of a module; raises in a callback, which needs a result

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"{_path(self)} has no {name}: it exists only on a server.")
        return _member(_path(self), name)

    def __setattr__(self, name: str, value: object) -> None:
        vars(self)[name] = value

    def __call__(self, *args: object, **_: object) -> Any:  # noqa: ANN401, D102
        if current.get() is not None:
            explain(self, "called")
        if len(args) == 1 and isinstance(args[0], FunctionType | type):
            return _decorated(_path(self), args[0])
        return Stub(f"{_path(self)}()")

    def __getitem__(self, key: object) -> Any:  # noqa: ANN401
        return self._declared("read from", f"{_path(self)}[{key!r}]")

    def __setitem__(self, key: object, value: object) -> None:
        self._declared("written to", "")

    def __enter__(self) -> Any:  # noqa: ANN401
        return self._declared("entered", _path(self))

    def __exit__(self, *_: object) -> None:
        pass

    def __str__(self) -> str:
        self._declared("converted", "")
        return repr(self)

    def __bool__(self) -> bool:
        self._declared("tested", "")
        return True

    def __or__(self, _: object) -> Any:  # noqa: ANN401
        return self._declared("combined", _path(self))

    __ror__ = __or__

    def __mro_entries__(self, _: object) -> tuple[type, ...]:
        return (StubClass("StubBase", (), {"_path": _path(self)}),)

    def __instancecheck__(self, _: object) -> bool:
        return False

    def __subclasscheck__(self, _: object) -> bool:
        return False

    def _declared(self, use: str, path: str) -> "Stub":
        if current.get() is not None:
            explain(self, use)
        return Stub(path)


class StubClass(ABCMeta):
    """The metaclass of classes of the app that derive from a stub."""

    def __getattr__(cls, name: str) -> Any:  # noqa: ANN401
        if name.startswith("_"):
            raise AttributeError(f"{cls.__name__} has no {name}.")
        return _member(f"{cls._path}", name)


class StubModule(ModuleType):
    """The stub of a module; any name can be imported from it."""

    __version__ = "0"
    __all__: Sequence[str] = ()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"{self.__name__} has no {name}: it exists only on a server.")
        return _member(self.__name__, name)


class _Finder:
    """Finds and loads stubs; does not derive from `importlib.abc`, which is slow to import."""

    names: frozenset[str] = frozenset()

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Return the spec of a stub module; None for other modules."""
        if not any(f"{fullname}.".startswith(f"{absent}.") for absent in self.names):
            return None
        return ModuleSpec(fullname, self, is_package=True)  # type: ignore[arg-type]  # by shape

    @staticmethod
    def create_module(spec: ModuleSpec) -> ModuleType:
        """Return the stub."""
        return StubModule(spec.name)

    @staticmethod
    def exec_module(_: ModuleType) -> None:
        """Do nothing: a stub has no code."""


_finder = _Finder()


def explain(thing: Stub, use: str) -> NoReturn:
    """Raise an error that says what is missing, where it was used, and what to do.

    Raises:
        ServerOnlyError: always.
    """
    path = _path(thing)
    module = path.partition(".")[0].partition("(")[0]
    context = current.get()
    caller = find_caller(path)
    callback = f", in the callback {context.run.compiled.callback}" if context else ""
    raise ServerOnlyError(
        f"{path} is {use} ({caller.file}:{caller.line}{callback}), but {module} exists only on a "
        "server: here it is a stub that does nothing. Let the callback run there: give it "
        "server=True or name it in [tool.pyrt] server, and build with --bridge URL."
    )


def _path(thing: Stub) -> str:
    path: str = vars(thing)["_path"]
    return path


def _member(path: str, name: str) -> object:
    """Return the stub of an attribute; for an error a class, because `except` needs one."""
    full = f"{path}.{name}"
    if name.endswith(_ERROR_NAMES) and name[0].isupper():
        return _errors.setdefault(full, type(name, (Exception,), {"__module__": path}))
    return Stub(full)


_errors: dict[str, type[Exception]] = {}


def _decorated[F: Callable[..., object] | type](path: str, function: F) -> F:
    """Return the function itself, with stubs of the attributes that the decorator would add."""
    for name in _TASK_ATTRIBUTES:
        if isinstance(function, FunctionType) and not hasattr(function, name):
            setattr(function, name, Stub(f"{path}({function.__name__}).{name}"))
    return function


def _refuse(method: str, use: str) -> None:
    def refuse(self: Stub, *_: object) -> NoReturn:
        explain(self, use)

    refuse.__name__ = method
    setattr(Stub, method, refuse)


# These need a result, so they raise an error also outside of callbacks.
for _use, _methods in {
    "iterated": ("__iter__", "__next__", "__reversed__", "__aiter__", "__anext__"),
    "awaited": ("__await__", "__aenter__", "__aexit__"),
    "converted": ("__int__", "__float__", "__index__", "__complex__", "__bytes__", "__fspath__"),
    "measured": ("__len__", "__contains__"),
    "compared": ("__lt__", "__le__", "__gt__", "__ge__"),
    "computed with": ("__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__"),
    "divided": ("__truediv__", "__rtruediv__", "__floordiv__", "__mod__", "__neg__"),
    "given as a result": ("to_plotly_json", "__array__"),
}.items():
    for _method in _methods:
        _refuse(_method, _use)
