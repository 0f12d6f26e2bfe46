"""Patches of the standard library for a browser tab: HTTP by the browser, and clear errors.

    urllib.request.urlopen(url)      the browser sends the request, if the host allows it (CORS)
    socket, subprocess               raise the same errors as usual; the text says what a tab lacks
                                     and what to do instead
    threading, multiprocessing       run in order, see browser_threads
    asyncio.run, run_sync            without stack switching (JSPI): say what to write instead

A module is patched when the app imports it, so that none is imported only to be patched. `requests`
works by itself, because urllib3 supports browsers; only its error is made clear.
"""

import errno
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple, NoReturn, Self

SERVER_HINT = "or let a server do it: callback(..., server=True) and `pyrt serve-bridge`"
NO_PROCESSES = (
    "A browser tab has no processes. Call a Python function instead of a program; give a long "
    f"computation a worker of its own with callback(..., background=True); {SERVER_HINT}."
)
NO_SOCKETS = (
    "A browser tab has no sockets. For HTTP, use requests, urllib.request or pyodide.http.pyfetch; "
    f"for anything else (databases, mail), find an HTTP interface, {SERVER_HINT}."
)
CANNOT_WAIT = (
    "This browser cannot wait inside a function that is not async (it has no WebAssembly stack "
    "switching). Write `{instead}` in place of `{call}`, in a callback that is `async def` or at "
    "the top level of the app's script: this works in every browser."
)
# A browser sets these itself. User-Agent is among them because it would cause a CORS preflight.
_BROWSER_HEADERS = frozenset(
    "accept-encoding connection content-length host referer transfer-encoding user-agent".split()  # noqa: SIM905 -- a list would take ten lines
)
# The browser has already decoded the body.
_DECODED_HEADERS = frozenset(("content-encoding", "content-length", "transfer-encoding"))


def install(*, switching: bool = True) -> None:
    """Patch the modules that are already imported, and the others when they are imported.

    Args:
        switching: whether synchronous code can wait for asynchronous code in this browser.
    """
    if not switching:
        _refuse_waiting()
    for name, patch in _PATCHES.items():
        module = sys.modules.get(name)
        if module is not None:
            patch(module)
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def _refuse_waiting() -> None:
    """Let what would wait for asynchronous code say what to write in its place."""
    import asyncio  # noqa: PLC0415  # Pyodide has imported it

    from pyodide import ffi, webloop  # type: ignore[import-not-found]  # noqa: PLC0415

    asyncio.run = _refuser("asyncio.run(work())", "await work()")
    ffi.run_sync = webloop.run_sync = _refuser("run_sync(work())", "await work()")
    refuse = _refuser("loop.run_until_complete(work())", "await work()")
    webloop.WebLoop.run_until_complete = lambda _loop, future: refuse(future)


def _refuser(call: str, instead: str) -> Callable[..., NoReturn]:
    def refuse(awaitable: object, *_: object, **__: object) -> NoReturn:
        close = getattr(awaitable, "close", None)
        if close is not None:
            close()  # else Python warns that it was never awaited
        raise RuntimeError(CANNOT_WAIT.format(call=call, instead=instead))

    return refuse


class _Finder:
    """Finds the modules to patch, and adds the patch to their loaders."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "_multiprocessing":
            return ModuleSpec(name, _CoreLoader())  # type: ignore[arg-type]  # by shape
        patch = _PATCHES.get(name)
        spec = PathFinder.find_spec(name, path, target) if patch else None
        if patch and spec and spec.loader:
            spec.loader = PatchingLoader(spec.loader, patch)  # type: ignore[assignment]
        return spec


class _CoreLoader:
    """Loads the stand-in for the part of multiprocessing in C."""

    @staticmethod
    def create_module(_: ModuleSpec) -> ModuleType:
        from pyrt.browser_threads import make_multiprocessing_core  # noqa: PLC0415  # few apps

        return make_multiprocessing_core()

    @staticmethod
    def exec_module(_: ModuleType) -> None:
        pass


class PatchingLoader:
    """A loader that patches the module after its code has run."""

    def __init__(self, loader: Any, patch: Callable[[ModuleType], None]) -> None:  # noqa: ANN401
        self._loader = loader
        self._patch = patch

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:  # noqa: D102  # a loader's
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:  # noqa: D102  # a loader's
        self._loader.exec_module(module)
        self._patch(module)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # get_source, get_code, is_package
        return getattr(self._loader, name)


def _raiser(error: Callable[[], Exception]) -> Callable[..., NoReturn]:
    def raise_error(*_: object, **__: object) -> NoReturn:
        raise error()

    return raise_error


def _patch_subprocess(module: Any) -> None:  # noqa: ANN401
    module.Popen.__init__ = _raiser(lambda: OSError(errno.ENOTSUP, NO_PROCESSES))


def _patch_socket(module: Any) -> None:  # noqa: ANN401
    for name in ("connect", "connect_ex", "bind"):
        setattr(module.socket, name, _raiser(lambda: OSError(errno.ENOTSUP, NO_SOCKETS)))


def _patch_urllib(module: Any) -> None:  # noqa: ANN401
    """Send requests with the browser, which does cookies, caching and redirections itself."""

    def fetch(_handler: object, request: Any) -> object:  # noqa: ANN401
        headers = {**request.unredirected_hdrs, **request.headers}
        try:
            response = send(request.get_method(), request.full_url, headers, request.data)
        except ConnectionError as error:
            raise module.URLError(str(error)) from None
        return to_http_client(response, request.get_method())

    handler = module.HTTPHandler
    handler.http_open = handler.https_open = fetch
    handler.https_request = handler.http_request  # Pyodide has no ssl, and so no HTTPSHandler


def _patch_urllib3(module: Any) -> None:  # noqa: ANN401
    """Add to the errors of `requests` why there may be no response; browsers do not say it."""
    error = module._RequestError  # noqa: SLF001
    initialise = error.__init__

    def explain(self: object, message: str | None = None, **about: Any) -> None:  # noqa: ANN401
        request, response = about.get("request"), about.get("response")
        if message and request and not (response or isinstance(self, module._TimeoutError)):  # noqa: SLF001
            message = explain_no_response(request.url, message)
        initialise(self, message, **about)

    error.__init__ = explain


def _patch_flask(module: Any) -> None:  # noqa: ANN401
    """Let `server.run()` do nothing, as `app.run()` does: the page is shown already."""
    module.Flask.run = lambda *_, **__: None


class IdleServer:
    """A server of the app itself: the page is shown already, and it serves nothing."""

    def serve_forever(self, *_: object, **__: object) -> None:
        """Return at once."""

    handle_request = shutdown = server_close = set_app = serve_forever

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def _patch_wsgi_server(module: Any) -> None:  # noqa: ANN401
    """Let `run_simple(host, port, app)` and `make_server(...).serve_forever()` do nothing."""
    module.make_server = lambda *_, **__: IdleServer()
    if hasattr(module, "run_simple"):
        module.run_simple = lambda *_, **__: None


def _patch_webbrowser(module: Any) -> None:  # noqa: ANN401
    """Let scripts that open their own page in a browser go on: it is open."""
    module.open = module.open_new = module.open_new_tab = lambda *_, **__: False


def _from(part: str, name: str, *arguments: str) -> Callable[[Any], None]:
    """Return a patch of `browser_threads` or `browser_processes`, imported when it is used."""

    def patch(module: Any) -> None:  # noqa: ANN401
        function = getattr(import_module(f"pyrt.browser_{part}"), name)
        function(*arguments, module)

    return patch


_PATCHES: Mapping[str, Callable[[Any], None]] = MappingProxyType(
    {
        "concurrent.futures.process": _from("threads", "patch_executor", "ProcessPoolExecutor"),
        "concurrent.futures.thread": _from("threads", "patch_executor", "ThreadPoolExecutor"),
        "flask.app": _patch_flask,
        # The package binds what its contexts have: they come first.
        "multiprocessing.context": _from("processes", "patch_context"),
        "multiprocessing": _from("processes", "patch_package"),
        "multiprocessing.pool": _from("threads", "patch_pool"),
        "socket": _patch_socket,
        "subprocess": _patch_subprocess,
        "threading": _from("threads", "patch_threading"),
        "urllib.request": _patch_urllib,
        "webbrowser": _patch_webbrowser,
        "werkzeug.serving": _patch_wsgi_server,
        "wsgiref.simple_server": _patch_wsgi_server,
        "urllib3.contrib.emscripten.fetch": _patch_urllib3,
    }
)


class HttpResponse(NamedTuple):
    """The response of a host.

    Attributes:
        url: after redirections.
        headers: lines as in HTTP, `name: value`.
    """

    url: str
    status: int
    reason: str
    headers: list[str]
    body: bytes


def send(method: str, url: str, headers: Mapping[str, str], data: Any) -> HttpResponse:  # noqa: ANN401
    """Send a request and wait for the response; `data` is the body, of any type of urllib, or None.

    Raises:
        ConnectionError: there is no response, or the page is not allowed to read it.
    """
    from js import XMLHttpRequest  # type: ignore[import-not-found]  # noqa: PLC0415
    from pyodide.ffi import JsException, to_js  # type: ignore[import-not-found]  # noqa: PLC0415

    request = XMLHttpRequest.new()
    try:
        request.open(method, url, False)  # noqa: FBT003  # not asynchronous
        request.responseType = "arraybuffer"
        for name, value in headers.items():
            if name.lower() not in _BROWSER_HEADERS:
                request.setRequestHeader(name, value)
        request.send(None if data is None else to_js(read_body(data)))
    except JsException as error:
        raise ConnectionError(explain_no_response(url, error.name)) from None
    lines = [line for line in request.getAllResponseHeaders().split("\r\n") if line]
    body = request.response.to_bytes() if request.response else b""
    return HttpResponse(request.responseURL, request.status, request.statusText, lines, body)


def explain_no_response(url: str, what: str) -> str:
    """Return a message about a missing response; `what` is the name of the browser's error."""
    return (
        f"{url} gave no response that this page may read ({what}). Either it cannot be reached, or "
        "its host does not allow pages of other origins to read it (CORS): then copy the data "
        f"beside the app, {SERVER_HINT}."
    )


def read_body(data: Any) -> bytes:  # noqa: ANN401
    """Return the bytes of a body, of any type that urllib accepts."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    if hasattr(data, "read"):
        content = data.read()
        return content.encode("iso-8859-1") if isinstance(content, str) else bytes(content)
    return b"".join(data)


def to_http_client(response: HttpResponse, method: str) -> Any:  # noqa: ANN401
    """Return a response as an `http.client.HTTPResponse`, with the attributes that urllib adds."""
    from http.client import HTTPResponse  # noqa: PLC0415  # imported by urllib already

    headers = [
        line for line in response.headers if line.partition(":")[0].lower() not in _DECODED_HEADERS
    ]
    head = [
        f"HTTP/1.1 {response.status} {response.reason}",
        *headers,
        f"Content-Length: {len(response.body)}",
    ]
    raw = "\r\n".join([*head, "", ""]).encode("iso-8859-1") + response.body
    result = HTTPResponse(_BytesSocket(raw), method=method, url=response.url)  # type: ignore[arg-type]
    result.begin()
    result.url = response.url
    result.msg = result.reason  # type: ignore[assignment]  # as urllib does
    return result


class _BytesSocket:
    """Bytes with the interface of a socket."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._raw)
