"""The static web host of the bench, the same for pyrt and for every baseline.

Three modes: `best` allows caching without a time limit and sends precompressed files, or compresses
them itself; `pages` is like GitHub Pages: caching for ten minutes, and gzip for the types it knows;
`plain` is like `python -m http.server`: no compression, Last-Modified, no Cache-Control.
"""

import contextlib
import gzip
import http.server
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}
CACHING = {"best": "max-age=31536000, immutable", "pages": "max-age=600", "plain": None}

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}

type CachingMode = Literal["best", "pages", "plain"]


@lru_cache(maxsize=512)
def _gzipped(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Server"

    def do_GET(self) -> None:
        route = unquote(urlsplit(self.path).path).lstrip("/")
        path = self.server.folder / route
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self._send(404, {}, b"")
            return
        stamp = formatdate(path.stat().st_mtime, usegmt=True)
        caching = CACHING[self.server.mode]
        headers = {"Last-Modified": stamp, **({"Cache-Control": caching} if caching else {})}
        if path.suffix == ".html" and self.server.mode == "best":
            headers["Cache-Control"] = "no-cache"
        if self.headers.get("If-Modified-Since") == stamp:
            self.server.revalidated += 1
            self._send(304, headers, b"")
            return
        headers["Content-Type"] = TYPES.get(path.suffix, "application/octet-stream")
        self.server.sent.setdefault(route, time.time())
        self._send(200, headers, self._body(path, headers))

    def _body(self, path: Path, headers: dict[str, str]) -> bytes:
        accepted = self.headers.get("Accept-Encoding", "")
        best = self.server.mode == "best"
        for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
            ready = path.with_name(path.name + suffix)
            if best and coding in accepted and ready.is_file():
                headers["Content-Encoding"] = coding
                return ready.read_bytes()
        if self.server.mode != "plain" and "gzip" in accepted and path.suffix in TYPES:
            headers["Content-Encoding"] = "gzip"
            return _gzipped(path)
        return path.read_bytes()

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, **self.server.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.server.answered += 1
        if status != 304:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path, mode: CachingMode, headers: Mapping[str, str]) -> None:
        self.folder = folder
        self.mode = mode
        self.headers = headers
        self.sent: dict[str, float] = {}  # route -> when it was first asked for, by the clock
        self.revalidated = 0
        self.answered = 0
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore the error: the browser was closed while it still read."""

    @property
    def port(self) -> int:
        """The port it listens on."""
        port: int = self.server_address[1]
        return port

    @property
    def address(self) -> str:
        """Its address without a slow network in between."""
        return f"http://127.0.0.1:{self.port}/"


@contextlib.contextmanager
def hosting(
    folder: Path, mode: CachingMode = "best", *, isolated: bool = False
) -> Iterator[_Server]:
    """Serve a folder while the block runs; `isolated` pages have clocks of 5 microseconds."""
    with _Server(folder, mode, ISOLATION if isolated else {}) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def wait_until_quiet(count: Callable[[], int], seconds: float, at_most: float = 60) -> None:
    """Wait until a count of answers or bytes has not changed for `seconds`."""
    end = time.monotonic() + at_most
    before, since = count(), time.monotonic()
    while (now := time.monotonic()) < min(end, since + seconds):
        time.sleep(0.05)
        if (counted := count()) != before:
            before, since = counted, now
