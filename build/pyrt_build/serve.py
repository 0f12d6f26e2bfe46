"""`pyrt serve`: a local server for a site, which does what a good static host does.

Types, ranges, conditional requests, gzip, 404.html with status 404, `immutable` for files with a
hash in the name. It serves files of one folder only. Every request has an answer, and a client that
is slow or gone is no matter for others.
"""

import gzip
import mimetypes
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import override
from urllib.parse import quote, unquote, urlsplit

from pyrt_build import hashes
from pyrt_build.console.output import result, say
from pyrt_build.errors import BuildError

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".whl": "application/octet-stream",
    ".img": "application/zstd",  # images of files and snapshots are compressed already
    ".bin": "application/zstd",
    ".zst": "application/zstd",
}
UNKNOWN = "application/octet-stream"
MIN_COMPRESSED_BYTES = 512  # below, compression saves no packet
_COMPRESSED = re.compile(r"text/|application/(json|wasm|octet-stream)|image/svg")
_IMMUTABLE = re.compile(r"^pyrt/[a-z]+-[0-9a-f]{12}(\.|/)")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$", re.IGNORECASE)
_IDLE_S = 60.0  # a connection on which nothing moves for so long is closed
_PART_BYTES = 2**16  # written at a time: each part may take `_IDLE_S`
_METHODS = "GET, HEAD"


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response."""

    status: HTTPStatus
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def respond(folder: Path, target: str, requested: Mapping[str, str]) -> Response:
    """Return the response to a GET of `target`; 404 also for what no file can be called.

    Args:
        folder: the site.
        target: path and query of the request.
        requested: headers of the request, with names in lower case.
    """
    try:
        return _respond_path(folder, target, requested)
    except (OSError, ValueError):  # a name that is too long, links in a circle, `//[`
        return _respond_missing(folder)


def _respond_path(folder: Path, target: str, requested: Mapping[str, str]) -> Response:
    route = unquote(urlsplit(target).path).replace("\0", "")
    path = (folder / route.lstrip("/")).resolve()
    if not path.is_relative_to(folder.resolve()):
        return Response(HTTPStatus.NOT_FOUND)
    if path.is_dir() and (path / "index.html").is_file():
        if not route.endswith("/"):
            query = urlsplit(target).query
            location = "/" + quote(route.strip("/")) + "/" + (f"?{query}" if query else "")
            return Response(HTTPStatus.MOVED_PERMANENTLY, {"Location": location})
        path /= "index.html"
    if path.is_file():
        return _respond_file(folder, path, requested)
    return _respond_missing(folder)


def _respond_missing(folder: Path) -> Response:
    missing = folder / "404.html"
    body = missing.read_bytes() if missing.is_file() else b"not found"
    headers = {"Content-Type": TYPES[".html"], "Cache-Control": "no-cache"}
    return Response(HTTPStatus.NOT_FOUND, headers, body)


def _respond_file(folder: Path, path: Path, requested: Mapping[str, str]) -> Response:
    where = path.relative_to(folder.resolve()).as_posix()
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or UNKNOWN
    info = path.stat()
    data, tag = _content(path, info.st_mtime_ns, info.st_size)
    headers = {
        "Content-Type": kind,
        "ETag": tag,
        "Last-Modified": formatdate(info.st_mtime, usegmt=True),
        "Accept-Ranges": "bytes",
        "Vary": "Accept-Encoding",
        # For a page in a frame without an origin, `<iframe sandbox="allow-scripts">`.
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "max-age=31536000, immutable" if _IMMUTABLE.match(where) else "no-cache",
    }
    known = {tag, _gzip_tag(tag)}
    if "if-match" in requested and not _names(requested["if-match"], known):
        return Response(HTTPStatus.PRECONDITION_FAILED, headers)
    if _is_unchanged(requested, known, headers["Last-Modified"]):
        return Response(HTTPStatus.NOT_MODIFIED, headers)
    if "range" in requested and requested.get("if-range", tag) in {tag, headers["Last-Modified"]}:
        return _respond_range(data, requested["range"], headers)
    if (
        "gzip" in requested.get("accept-encoding", "")
        and _COMPRESSED.match(kind)
        and len(data) > MIN_COMPRESSED_BYTES
    ):
        # Other bytes, another tag: a part of one must not be completed by the rest of the other.
        headers |= {"Content-Encoding": "gzip", "ETag": _gzip_tag(tag)}
        data = _gzipped(path, info.st_mtime_ns, info.st_size)
    return Response(HTTPStatus.OK, headers, data)


def _gzip_tag(tag: str) -> str:
    return f'{tag[:-1]}-gzip"'


def _names(header: str, tags: set[str]) -> bool:
    """Return whether a list of ETags names one of these, or any."""
    given = set(re.split(r"\s*,\s*", header.strip().replace("W/", "")))
    return "*" in given or not given.isdisjoint(tags)


def _is_unchanged(requested: Mapping[str, str], tags: set[str], modified: str) -> bool:
    if "if-none-match" in requested:
        return _names(requested["if-none-match"], tags)
    return requested.get("if-modified-since") == modified


def _respond_range(data: bytes, requested: str, headers: dict[str, str]) -> Response:
    """Return one byte range; for several ranges, the whole file."""
    match = _RANGE.match(requested)
    first, last = match.groups() if match else ("", "")
    is_backwards = bool(first and last) and int(first) > int(last)
    if is_backwards or not (first or last):
        return Response(HTTPStatus.OK, headers, data)
    start = int(first) if first else max(len(data) - int(last), 0)
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if start > end:
        unsatisfied = headers | {"Content-Range": f"bytes */{len(data)}"}
        return Response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, unsatisfied)
    headers = headers | {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
    return Response(HTTPStatus.PARTIAL_CONTENT, headers, data[start : end + 1])


@lru_cache(maxsize=256)
def _content(path: Path, changed_ns: int, size_bytes: int) -> tuple[bytes, str]:  # noqa: ARG001 -- part of the key
    data = path.read_bytes()
    return data, f'"{hashes.sha256(data)[:20]}"'


@lru_cache(maxsize=256)
def _gzipped(path: Path, changed_ns: int, size_bytes: int) -> bytes:
    return gzip.compress(_content(path, changed_ns, size_bytes)[0], 6, mtime=0)


class ThreadedServer(ThreadingHTTPServer):
    """A server with a thread for each connection, which ends with the process."""

    daemon_threads = True
    request_queue_size = 128  # connections at the same moment; with 5, others wait for a second

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Report errors of ours; that a client is gone is none."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # a socket


class _Server(ThreadedServer):
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], folder: Path) -> None:
        self.folder = folder
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Header and body are two writes: with Nagle's algorithm, the second would wait for an answer.
    disable_nagle_algorithm = True
    timeout = _IDLE_S
    server: _Server

    def do_GET(self) -> None:
        self._send(self._respond(), with_body=True)

    def do_HEAD(self) -> None:
        self._send(self._respond(), with_body=False)

    def do_other(self) -> None:
        """Answer methods that a static host does not have."""
        refused = Response(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": _METHODS}, b"only GET and HEAD")
        self._send(refused, with_body=True)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_other  # noqa: N815  # http.server's

    def _respond(self) -> Response:
        requested = {name.lower(): value for name, value in self.headers.items()}
        if self.command != "GET":  # ranges are defined for GET only
            requested.pop("range", None)
        return respond(self.server.folder, self.path, requested)

    def _send(self, result: Response, *, with_body: bool) -> None:
        if "content-length" in self.headers or "transfer-encoding" in self.headers:
            self.close_connection = True  # the body stays unread
        self.send_response(result.status)
        for name, value in result.headers.items():
            self.send_header(name, value)
        if result.status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(result.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if with_body and result.status is not HTTPStatus.NOT_MODIFIED:
            for start in range(0, len(result.body), _PART_BYTES):
                self.wfile.write(result.body[start : start + _PART_BYTES])

    @override
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log errors only."""
        if isinstance(code, int) and code >= HTTPStatus.BAD_REQUEST:
            super().log_request(code, size)

    @override
    def log_error(self, format: str, *args: object) -> None:
        """Log no connections that were closed because nothing moved."""
        if not any(isinstance(each, TimeoutError) for each in args):
            super().log_error(format, *args)


def make_server(folder: Path, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server that listens; port 0 is any free port.

    Raises:
        BuildError: there is no site, or the address cannot be used.
    """
    if not (folder / "index.html").is_file():
        raise BuildError(
            f"There is no site in {folder} (no index.html). Build one: "
            f"pyrt build app.py -o {folder}"
        )
    try:
        return _Server((host, port), folder)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BuildError(
            f"{host}:{port} cannot be served on: {reason}. Choose another with --port."
        ) from error


def serve(folder: Path, host: str, port: int) -> None:
    """Serve a site until interrupted.

    Raises:
        BuildError: as `make_server`.
    """
    with make_server(folder, host, port) as server:
        actual = server.server_address[1]
        result({"folder": str(folder), "url": f"http://{host}:{actual}/"})
        say(f"Serving {folder} on http://{host}:{actual}/  (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("")
