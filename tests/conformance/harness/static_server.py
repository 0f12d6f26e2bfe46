"""A static file server on 127.0.0.1, as the usual hosts of static sites behave.

A path gives the file; a folder its index.html; what does not exist the site's 404.html with status
404. Paths below /__conf__/ belong to the harness: locks that the test and the app share, and the
pages that were answered by 404.html.
"""

import http.server
import json
import mimetypes
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}
SHUTDOWN_POLL_S = 0.05
MISSING = b"404 not found\n"

type Mode = Literal["404html", "spa"]


@dataclass
class Site:
    """What a server serves, and what it has seen.

    Attributes:
        root: the folder.
        mode: "404html", or "spa": pages that do not exist are answered by index.html, status 200.
        headers: added to every response.
        locks: for each lock that is held, who holds it.
        guard: to be held while `locks` is used.
        misses: paths that do not exist, and POST requests.
        fallbacks: URLs of pages that were answered by 404.html.
    """

    root: Path
    mode: Mode = "404html"
    headers: Sequence[tuple[str, str]] = ()
    locks: dict[str, str] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)
    misses: list[str] = field(default_factory=list)
    fallbacks: set[str] = field(default_factory=set)

    def ask_lock(self, name: str, operation: str, holder: str) -> bool:
        """Acquire, release or peek at a lock; false if another holder prevents it."""
        with self.guard:
            if operation == "release":
                self.locks.pop(name, None)
                return True
            is_free = name not in self.locks
            if operation == "acquire" and is_free:
                self.locks[name] = holder
            return is_free


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers one connection's requests."""

    protocol_version = "HTTP/1.1"
    site: Site  # set in the subclass that a server makes

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Print nothing."""

    def do_HEAD(self) -> None:
        """Answer as GET, without the body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Send a file, or what a host sends in its place."""
        url = urlsplit(self.path)
        path = unquote(url.path)
        if path.startswith("/__conf__/"):
            self._answer_harness(path, dict(parse_qsl(url.query)))
            return
        file = (self.site.root / path.lstrip("/")).resolve()
        if file.is_dir():
            if not path.endswith("/") and (file / "index.html").exists():
                query = f"?{url.query}" if url.query else ""
                self._redirect(f"{url.path}/{query}")
                return
            file /= "index.html"
        if file.is_file() and file.is_relative_to(self.site.root):
            self._send_file(HTTPStatus.OK, file)
        else:
            self._send_fallback()

    def do_POST(self) -> None:
        """Refuse: static sites do not answer it."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.site.misses.append(f"POST {self.path}")
        self._send(HTTPStatus.METHOD_NOT_ALLOWED, "text/plain", b"static site: no POST\n")

    def _send_fallback(self) -> None:
        self.site.misses.append(self.path)
        is_page = "text/html" in self.headers.get("Accept", "")
        if self.site.mode == "spa" and is_page:
            self._send_file(HTTPStatus.OK, self.site.root / "index.html")
            return
        if is_page:
            self.site.fallbacks.add(f"http://{self.headers.get('Host')}{self.path}")
        self._send_file(HTTPStatus.NOT_FOUND, self.site.root / "404.html")

    def _send_file(self, status: HTTPStatus, file: Path) -> None:
        body = file.read_bytes() if file.is_file() else MISSING
        guess = mimetypes.guess_type(file.name)[0]
        self._send(status, TYPES.get(file.suffix, guess or "application/octet-stream"), body)

    def _send(self, status: HTTPStatus, mime_type: str, body: bytes) -> None:
        is_text = mime_type.startswith("text/") or mime_type.endswith(("javascript", "json"))
        caching = "max-age=0" if mime_type == "text/html" else "max-age=3600"
        is_of_harness = self.path.startswith("/__conf__/")
        if is_of_harness:
            caching = "no-store"
        self.send_response(status)
        self.send_header("Content-Type", mime_type + ("; charset=utf-8" if is_text else ""))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", caching)
        if is_of_harness:  # a file of the disk asks it, too
            self.send_header("Access-Control-Allow-Origin", "*")
        for name, value in self.site.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            with suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(body)

    def _redirect(self, location: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer_harness(self, path: str, query: dict[str, str]) -> None:
        if path == "/__conf__/fallbacks":
            body = json.dumps(sorted(self.site.fallbacks)).encode()
            self._send(HTTPStatus.OK, "application/json", body)
        elif path == "/__conf__/lock":
            done = self.site.ask_lock(query["name"], query["op"], query.get("who", ""))
            self._send(HTTPStatus.OK, "text/plain", b"1" if done else b"0")
        else:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"")


class Server(http.server.ThreadingHTTPServer):
    """Connections that the browser drops are no errors."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing."""


class StaticServer:
    """A server with a thread, on a port that the system chooses."""

    def __init__(
        self, root: Path, mode: Mode = "404html", headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        self.site = Site(root.resolve(), mode, headers)
        handler = type("SiteHandler", (Handler,), {"site": self.site})
        self._server = Server(("127.0.0.1", 0), handler)
        self.port: int = self._server.server_address[1]
        # By this name, as in dash.testing: tests compare URLs.
        self.url = f"http://localhost:{self.port}"
        # For the test process and servers: by number, which needs no look-up.
        self.harness_url = f"http://127.0.0.1:{self.port}"
        arguments = (SHUTDOWN_POLL_S,)
        threading.Thread(target=self._server.serve_forever, args=arguments, daemon=True).start()

    def close(self) -> None:
        """Stop the thread and free the port."""
        self._server.shutdown()
        self._server.server_close()
