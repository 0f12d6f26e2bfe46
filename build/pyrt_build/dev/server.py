"""The server of `pyrt dev`: the site from memory, and what its pages ask about changes."""

import errno
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import override
from urllib.parse import parse_qs, unquote, urlsplit

from pyrt_build.dev import bridge
from pyrt_build.dev.access import Access
from pyrt_build.dev.bridge import BridgeProcess
from pyrt_build.dev.versions import FOLDER, Versions
from pyrt_build.errors import BuildError
from pyrt_build.serve import TYPES, UNKNOWN, ThreadedServer

MOST_TRIES = 20  # ports that are in use, one after another
_LAST_PORT = 65535
_KEEP_ALIVE_S = 15  # silence on a stream, after which it is shown that the server is there
_REPORT_BYTES = 100_000
_IN_USE = frozenset({errno.EADDRINUSE, errno.EACCES})  # Windows says EACCES of some ports in use


@dataclass(frozen=True, slots=True)
class Report:
    """What a page tells of a version.

    Attributes:
        version: its number.
        ok: whether it runs.
        ms: since the page had heard of it.
        message: what is wrong.
    """

    version: int
    ok: bool
    ms: int
    message: str


@dataclass(frozen=True, slots=True)
class Site:
    """What is served.

    Attributes:
        reported: called with what a page tells; in another thread.
        bridge: returns the server of the app's server callbacks, if there is one.
    """

    versions: Versions
    access: Access
    reported: Callable[[Report], None]
    bridge: Callable[[], BridgeProcess | None]


class _Server(ThreadedServer):
    # Else a second server could listen on the port of the first, on some systems.
    allow_reuse_address = sys.platform != "win32"
    allow_reuse_port = False

    def __init__(self, address: tuple[str, int], site: Site) -> None:
        self.site = site
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        access = self.server.site.access
        if self._refuse():
            return
        if access.takes_token(self.path):
            location = access.without_token(self.path)
            self._send(
                HTTPStatus.SEE_OTHER, headers={"Location": location, "Set-Cookie": access.cookie()}
            )
            return
        if self._is_of_bridge():
            self._ask_bridge()
            return
        parts = urlsplit(self.path)
        path = unquote(parts.path).lstrip("/")
        if path == f"{FOLDER}events":
            self._send_events()
        elif path == f"{FOLDER}changes":
            self._send_changes(parse_qs(parts.query))
        else:
            self._send_file(path)

    do_HEAD = do_GET  # noqa: N815  # http.server's

    def do_POST(self) -> None:
        if self._refuse():
            return
        if self._is_of_bridge():
            self._ask_bridge()
            return
        length = int(self.headers.get("Content-Length") or 0)
        if self.path.lstrip("/") != f"{FOLDER}report" or length > _REPORT_BYTES:
            self.close_connection = True
            self._send(HTTPStatus.NOT_FOUND)
            return
        try:
            report = Report(**json.loads(self.rfile.read(length)))
        except (TypeError, ValueError):
            self._send(HTTPStatus.BAD_REQUEST)
            return
        self._send(HTTPStatus.NO_CONTENT)
        self.server.site.reported(report)

    def _refuse(self) -> bool:
        headers = {name.lower(): value for name, value in self.headers.items()}
        reason = self.server.site.access.refusal(headers, self.path)
        if reason:
            self.close_connection = True
            self._send(HTTPStatus.FORBIDDEN, f"{reason}\n".encode(), TYPES[".txt"])
        return bool(reason)

    def _is_of_bridge(self) -> bool:
        return self.path.startswith(f"{bridge.PATH}/")

    def _ask_bridge(self) -> None:
        """Pass the request on to the app's own server, and the answer back."""
        self.close_connection = True
        process = self.server.site.bridge()
        other = process.connect() if process else None
        if process is None or other is None:
            text = b"The server of the app's server callbacks does not run: see the terminal.\n"
            self._send(HTTPStatus.BAD_GATEWAY, text)
            return
        with other:
            other.settimeout(None)
            self.connection.settimeout(None)
            path = self.path.removeprefix(bridge.PATH)
            headers = dict(self.headers.items())
            other.sendall(bridge.request_head(self.command, path, headers, process.port))
            length = int(self.headers.get("Content-Length") or 0)
            other.sendall(self.rfile.read(length))
            bridge.pass_on(self.connection, other)

    def _send_file(self, path: str) -> None:
        versions = self.server.site.versions
        folder = f"{path}index.html" if not path or path.endswith("/") else f"{path}/index.html"
        found = versions.find(path) if path else None
        status, name = HTTPStatus.OK, path
        if found is None and versions.find(folder) is not None:
            if path and not path.endswith("/"):
                query = urlsplit(self.path).query
                location = f"/{path}/" + (f"?{query}" if query else "")
                self._send(HTTPStatus.MOVED_PERMANENTLY, headers={"Location": location})
                return
            found, name = versions.find(folder), folder
        if found is None:
            found, status, name = versions.find("404.html"), HTTPStatus.NOT_FOUND, "404.html"
        kind = TYPES.get(PurePosixPath(name).suffix, UNKNOWN)
        self._send(status, found or b"", kind)

    def _send_changes(self, query: dict[str, list[str]]) -> None:
        try:
            files, seen = int(query["files"][0]), int(query["seen"][0])
        except (KeyError, ValueError):
            self._send(HTTPStatus.BAD_REQUEST)
            return
        changes = self.server.site.versions.changes(files, seen)
        self._send(HTTPStatus.OK, json.dumps(changes).encode(), TYPES[".json"])

    def _send_events(self) -> None:
        """Tell of each version, until the page is gone."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        versions, told = self.server.site.versions, b""
        while not versions.is_closed:
            notice = versions.notice()
            self.wfile.write(b"data: " + notice + b"\n\n" if notice != told else b":\n\n")
            self.wfile.flush()
            told = notice
            with versions.changed:
                if versions.notice() == told and not versions.is_closed:
                    versions.changed.wait(_KEEP_ALIVE_S)

    def _send(
        self,
        status: HTTPStatus,
        body: bytes = b"",
        kind: str = "text/plain",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-cache")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    @override
    def log_message(self, *about: object) -> None:
        """Log nothing: pages report what is wrong."""


def make_server(site: Site, host: str, port: int) -> tuple[ThreadingHTTPServer, int]:
    """Return a server that listens, and its port: the first free one from `port` on; 0 is any.

    Raises:
        BuildError: the address cannot be used.
    """
    tries = range(port, min(port + MOST_TRIES, _LAST_PORT + 1)) if port else [0]
    for each in tries:
        try:
            server = _Server((host, each), site)
        except (OSError, OverflowError) as error:
            last = error
            if getattr(error, "errno", None) in _IN_USE:
                continue
            break
        return server, server.server_address[1]
    reason = getattr(last, "strerror", None) or str(last)
    raise BuildError(
        f"{host}:{port} cannot be served on: {reason}. Choose another with --host and --port."
    )
