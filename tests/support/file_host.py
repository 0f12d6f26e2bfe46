"""An HTTP server of files, with the failures that real ones have."""

import contextlib
import http.server
import threading
from dataclasses import dataclass, field


@dataclass
class FileHost:
    """What the server has, how it fails, and what it was asked for.

    Attributes:
        files: path -> content.
        has_ranges: whether it sends a part of a file if it is asked for one.
        break_after: number of bytes after which it breaks off, for each of the next answers.
        statuses: status codes of the next answers, errors without content.
        page: a web page to answer with, instead of files.
        asked: path and `Range` of each request, in order.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    has_ranges: bool = True
    break_after: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    page: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    address: str = ""


@contextlib.contextmanager
def file_host():
    """Serve on a free port of this machine; yields the `FileHost`."""
    host = FileHost()

    handler = type("Handler", (_Handler,), {"host": host})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        host.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield host
        server.shutdown()


class _Handler(http.server.BaseHTTPRequestHandler):
    host: FileHost

    def do_HEAD(self):
        self._begin()

    def do_GET(self):
        self.host.asked.append((self.path.lstrip("/"), self.headers.get("Range")))
        if self.host.statuses:
            self.send_error(self.host.statuses.pop(0))
            return
        content = self._begin()
        if content:
            breaks = self.host.break_after
            self.wfile.write(content[: breaks.pop(0)] if breaks else content)

    def _begin(self):
        """Send the head of an answer; return what is to follow, None after an error."""
        path, wanted = self.path.lstrip("/"), self.headers.get("Range")
        content = self.host.page.encode() or self.host.files.get(path)
        if content is None:
            self.send_error(404)
            return None
        size = len(content)
        begin = int(wanted[len("bytes=") : -1]) if wanted and self.host.has_ranges else 0
        if begin >= size:
            self.send_error(416)
            return None
        is_page = self.host.page or path.endswith(".html")
        self.send_response(206 if begin else 200)
        self.send_header("Content-Type", "text/html" if is_page else "application/octet-stream")
        self.send_header("Content-Length", str(size - begin))
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{size - 1}/{size}")
        self.end_headers()
        return content[begin:]

    def log_message(self, *args):
        pass
