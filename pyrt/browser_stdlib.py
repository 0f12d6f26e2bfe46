"""What a tab has instead of an operating system: HTTP by way of the browser, and plain refusals.

    urllib.request.urlopen(url)      the browser fetches it, as far as the other host allows (CORS)
    socket, subprocess, threading    raise what they raise elsewhere, with a text that says what a
    multiprocessing                  tab lacks and what to do instead

Modules of the standard library are repaired when the app imports them, so that none is imported for
this sake. `requests` needs no more than a clear error: urllib3 knows browsers. Imports nothing of
pyrt.
"""

import errno
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple, NoReturn

ELSEWHERE = "or let a server do it: callback(..., server=True) and `pyrt serve-bridge`"
NO_THREADS = (
    "A browser tab has no threads. Make the callback `async def`, so that others run while it "
    "waits; give a long computation a worker of its own with callback(..., background=True); "
    f"{ELSEWHERE}."
)
NO_PROCESSES = (
    "A browser tab has no processes. Call a Python function instead of a program; give a long "
    f"computation a worker of its own with callback(..., background=True); {ELSEWHERE}."
)
NO_SOCKETS = (
    "A browser tab has no sockets. For HTTP, use requests, urllib.request or pyodide.http.pyfetch; "
    f"for anything else (databases, mail), find an HTTP interface, {ELSEWHERE}."
)
# A browser sets these itself. To name an agent would make it ask the other host for leave first.
_BROWSERS_OWN = frozenset(
    "accept-encoding connection content-length host referer transfer-encoding user-agent".split()  # noqa: SIM905 -- a list would take ten lines
)
# The browser has undone them already.
_UNDONE = frozenset(("content-encoding", "content-length", "transfer-encoding"))


def install() -> None:
    """Repair what is imported already, and the rest when it will be."""
    for name, repair in _REPAIRS.items():
        module = sys.modules.get(name)
        if module is not None:
            repair(module)
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Finds the modules to repair, as Python does, and adds the repair to their loaders."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "_multiprocessing":  # in C; what needs processes or shared memory needs it
            raise ModuleNotFoundError(NO_PROCESSES, name=name)
        repair = _REPAIRS.get(name)
        spec = PathFinder.find_spec(name, path, target) if repair else None
        if repair and spec and spec.loader:
            spec.loader = _RepairingLoader(spec.loader, repair)  # type: ignore[assignment]
        return spec


class _RepairingLoader:
    """A loader that repairs the module when its code has run."""

    def __init__(self, loader: Any, repair: Callable[[ModuleType], None]) -> None:  # noqa: ANN401
        self._loader = loader
        self._repair = repair

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        self._repair(module)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # get_source, get_code, is_package
        return getattr(self._loader, name)


def _refuse(error: Callable[[], Exception]) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise error()

    return refuse


def _repair_threading(module: Any) -> None:  # noqa: ANN401
    module.Thread.start = _refuse(lambda: RuntimeError(NO_THREADS))


def _repair_subprocess(module: Any) -> None:  # noqa: ANN401
    module.Popen.__init__ = _refuse(lambda: OSError(errno.ENOTSUP, NO_PROCESSES))


def _repair_process_pools(module: Any) -> None:  # noqa: ANN401
    module.ProcessPoolExecutor.__init__ = _refuse(lambda: NotImplementedError(NO_PROCESSES))


def _repair_socket(module: Any) -> None:  # noqa: ANN401
    for name in ("connect", "connect_ex", "bind"):
        setattr(module.socket, name, _refuse(lambda: OSError(errno.ENOTSUP, NO_SOCKETS)))


def _repair_urllib(module: Any) -> None:  # noqa: ANN401
    """Let the browser fetch. Cookies, caches and redirections are its own."""

    def fetch(_handler: object, request: Any) -> object:  # noqa: ANN401
        headers = {**request.unredirected_hdrs, **request.headers}
        try:
            answer = send(request.get_method(), request.full_url, headers, request.data)
        except ConnectionError as error:
            raise module.URLError(str(error)) from None
        return as_http_response(answer, request.get_method())

    handler = module.HTTPHandler
    handler.http_open = handler.https_open = fetch
    handler.https_request = handler.http_request  # Pyodide has no ssl, and so no HTTPSHandler


def _repair_urllib3(module: Any) -> None:  # noqa: ANN401
    """Let what `requests` raises say why there may be no answer; the browser tells no script."""
    error = module._RequestError  # noqa: SLF001
    initialise = error.__init__

    def explain(self: object, message: str | None = None, **about: Any) -> None:  # noqa: ANN401
        request, response = about.get("request"), about.get("response")
        if message and request and not (response or isinstance(self, module._TimeoutError)):  # noqa: SLF001
            message = explain_silence(request.url, message)
        initialise(self, message, **about)

    error.__init__ = explain


_REPAIRS: Mapping[str, Callable[[Any], None]] = MappingProxyType(
    {
        "concurrent.futures.process": _repair_process_pools,
        "socket": _repair_socket,
        "subprocess": _repair_subprocess,
        "threading": _repair_threading,
        "urllib.request": _repair_urllib,
        "urllib3.contrib.emscripten.fetch": _repair_urllib3,
    }
)


class Answer(NamedTuple):
    """What a host has answered.

    Attributes:
        headers: lines as in HTTP, `name: value`.
        url: where it was found after redirections.
    """

    url: str
    status: int
    reason: str
    headers: list[str]
    body: bytes


def send(method: str, url: str, headers: Mapping[str, str], data: Any) -> Answer:  # noqa: ANN401
    """Send a request and wait for the answer; `data` is the body, as urllib takes it, or None.

    Raises:
        ConnectionError: there was no answer, or the page may not see it.
    """
    from js import XMLHttpRequest  # type: ignore[import-not-found]  # noqa: PLC0415
    from pyodide.ffi import JsException, to_js  # type: ignore[import-not-found]  # noqa: PLC0415

    request = XMLHttpRequest.new()
    try:
        request.open(method, url, False)  # noqa: FBT003  # not asynchronous
        request.responseType = "arraybuffer"
        for name, value in headers.items():
            if name.lower() not in _BROWSERS_OWN:
                request.setRequestHeader(name, value)
        request.send(None if data is None else to_js(read_body(data)))
    except JsException as error:
        raise ConnectionError(explain_silence(url, error.name)) from None
    lines = [line for line in request.getAllResponseHeaders().split("\r\n") if line]
    body = request.response.to_bytes() if request.response else b""
    return Answer(request.responseURL, request.status, request.statusText, lines, body)


def explain_silence(url: str, what: str) -> str:
    """Say what it may mean that the browser gives no answer; `what` is its own word for it."""
    return (
        f"{url} gave no answer that this page may read ({what}). Either it cannot be reached, or "
        "its host does not allow pages of other origins to read it (CORS): then copy the data "
        f"beside the app, {ELSEWHERE}."
    )


def read_body(data: Any) -> bytes:  # noqa: ANN401
    """Return the bytes of whatever urllib takes for a body."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    if hasattr(data, "read"):
        content = data.read()
        return content.encode("iso-8859-1") if isinstance(content, str) else bytes(content)
    return b"".join(data)


def as_http_response(answer: Answer, method: str) -> Any:  # noqa: ANN401
    """Return the answer as `http.client` gives it, with everything its users may ask."""
    from http.client import HTTPResponse  # noqa: PLC0415  # only where it is used already

    kept = [line for line in answer.headers if line.partition(":")[0].lower() not in _UNDONE]
    head = [
        f"HTTP/1.1 {answer.status} {answer.reason}",
        *kept,
        f"Content-Length: {len(answer.body)}",
    ]
    raw = "\r\n".join([*head, "", ""]).encode("iso-8859-1") + answer.body
    response = HTTPResponse(_Received(raw), method=method, url=answer.url)  # type: ignore[arg-type]
    response.begin()
    response.url = answer.url
    response.msg = response.reason  # type: ignore[assignment]  # as urllib does
    return response


class _Received:
    """Bytes that have arrived, in the place of a socket."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._raw)
