"""A static server that fails for one file of a site, in the ways that hosts and lines fail."""

import contextlib
import http.server
import socket
import struct
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pyrt_build import serve

if TYPE_CHECKING:
    from collections.abc import Callable

# Beside these there are `changed`, `a page`, `as TYPE` and `as TYPE, nosniff`, and all of them with
# ` once` behind.
KINDS = ("404", "cut", "corrupt", "reset once", "503 once", "stall", "wrong type")


class FaultyHost:
    """What the server does to the file `path`; nothing while `path` is empty.

    Attributes:
        folder: the site.
        path: of the file, relative to the site's root.
        kind: one of KINDS, or of those beside.
        change: what the kind `changed` does to the content.
        headers: further ones of all answers.
        asked: the number of requests of the file.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.path = ""
        self.kind = ""
        self.change: Callable[[bytes], bytes] = lambda content: content
        self.headers: dict[str, str] = {}
        self.asked = 0
        self.address = ""
        self.ended = threading.Event()

    def fail(self, path: str, kind: str) -> None:
        """From now on, fail for this file."""
        self.path, self.kind, self.asked = path, kind, 0

    def answers_once(self) -> bool:
        """Whether this request of the file is answered as by a host that works."""
        self.asked += 1
        return self.kind.endswith(" once") and self.asked > 1


@contextlib.contextmanager
def faulty_host(folder):
    """Serve a site on a free port of this machine; yields the `FaultyHost`."""
    host = FaultyHost(folder)
    handler = type("Handler", (_Handler,), {"host": host})
    server = _Server(("127.0.0.1", 0), handler)
    with server:
        host.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield host
        host.ended.set()
        server.shutdown()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # pages that are closed reset their connections


class _Handler(http.server.BaseHTTPRequestHandler):
    host: FaultyHost
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        # Whole and unpacked: what is cut and damaged are the bytes of the file.
        left_out = {"accept-encoding", "if-modified-since", "if-none-match"}
        names = {name.lower(): value for name, value in self.headers.items()}
        headers = {name: value for name, value in names.items() if name not in left_out}
        answer = serve.respond(self.host.folder, self.path, headers)
        path = self.path.lstrip("/").partition("?")[0]
        is_faulty = bool(path) and path == self.host.path and not self.host.answers_once()
        with contextlib.suppress(ConnectionError):
            if is_faulty:
                self._fail(answer)
            else:
                self._send(answer.status, dict(answer.headers), answer.body)

    def _fail(self, answer):
        kind = self.host.kind.removesuffix(" once")
        headers, body = dict(answer.headers), answer.body
        if kind in {"reset", "stall"}:
            self._break_off(kind, headers, body)
        elif kind == "404":
            self._send(404, {"Content-Type": "text/plain"}, b"not found")
        elif kind == "503":
            self._send(503, {"Content-Type": "text/plain"}, b"busy")
        elif kind == "a page":
            self._send(200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><title>Site</title>")
        elif kind in {"cut", "corrupt", "changed"}:
            self._send(200, headers, self._damage(kind, body))
        elif kind == "wrong type":
            self._send(200, headers | {"Content-Type": "application/octet-stream"}, body)
        elif kind.startswith("as "):
            given, _, nosniff = kind.removeprefix("as ").partition(", ")
            headers |= {"Content-Type": given}
            self._send(
                200, headers | ({"X-Content-Type-Options": nosniff} if nosniff else {}), body
            )
        else:
            raise ValueError(kind)

    def _damage(self, kind, body):
        half = len(body) // 2
        if kind == "cut":  # as a proxy does that has kept half of it
            return body[:half]
        if kind == "changed":
            return self.host.change(body)
        damage = bytes(byte ^ 0x5A for byte in body[half : half + 64])
        return body[:half] + damage + body[half + len(damage) :]

    def _break_off(self, kind, headers, body):
        """Send half of it, and then nothing more (`stall`), or reset the connection."""
        self._begin(200, headers, len(body))
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        if kind == "stall":
            while not self.host.ended.is_set():
                time.sleep(0.2)
            return
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def _begin(self, status, headers, size):
        self.send_response(status)
        for name, value in (headers | self.host.headers).items():
            if name.lower() not in {"content-length", "content-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def _send(self, status, headers, body):
        self._begin(status, headers, len(body))
        self.wfile.write(body)

    def log_message(self, *args):
        pass
