"""A static server with a slow connection, also for the requests of a page's workers.

The developer tools' own emulation does not reach the fetches of a worker.
"""

import contextlib
import http.server
import threading
import time
from pathlib import Path

from pyrt_build import serve

CHUNK_BYTES = 8192


class Line:
    """Limits the rate of all senders together."""

    def __init__(self, bits_per_s: float):
        self.seconds_per_byte = 8 / bits_per_s
        self.free_at = 0.0
        self.lock = threading.Lock()

    def send(self, write, data):
        for start in range(0, len(data), CHUNK_BYTES):
            chunk = data[start : start + CHUNK_BYTES]
            with self.lock:
                self.free_at = max(self.free_at, time.monotonic())
                self.free_at += len(chunk) * self.seconds_per_byte
                wait_s = self.free_at - time.monotonic()
            time.sleep(max(0, wait_s))
            write(chunk)


@contextlib.contextmanager
def shaped_server(folder: Path, *, mbit_per_s=20, latency_ms=40, port=0, headers=None):
    """Serve a folder as `pyrt serve` does, slowly; yields the address."""
    line = Line(mbit_per_s * 1e6)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            time.sleep(latency_ms / 1000)
            asked = {name.lower(): value for name, value in self.headers.items()}
            answer = serve.respond(folder, self.path, asked)
            self.send_response(answer.status)
            for name, value in {**answer.headers, **(headers or {})}.items():
                self.send_header(name, value)
            if answer.status != http.HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                line.send(self.wfile.write, answer.body)

        def log_message(self, *args):
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64
        allow_reuse_address = True

        def handle_error(self, request, client_address):
            pass

    with Server(("127.0.0.1", port), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
