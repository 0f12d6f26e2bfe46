"""Servers for browser tests: of the files of a folder, or of an app by a real Dash."""

import contextlib
import functools
import http.server
import os
import socket
import subprocess
import threading
from pathlib import Path

from tests.support.ports import Port


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """`python -m http.server` without its log lines."""

    def log_message(self, *args):
        pass


class HeldHandler(QuietHandler):
    """A host that may answer requests for ranges, and holds the answers for files of data.

    Attributes:
        has_ranges: whether it does answer them.
        goes: unless it is set, answers for `pyrt/file-...` wait.
        asked: the `Range` of each request for such a file, in order.
    """

    has_ranges = True
    goes = threading.Event()
    asked: list[str | None] = []  # noqa: RUF012 -- of a class for one server

    def do_GET(self):
        if "/pyrt/file-" not in self.path:
            super().do_GET()
            return
        wanted = self.headers.get("Range")
        self.asked.append(wanted)
        self.goes.wait(60)
        if not (wanted and self.has_ranges):
            super().do_GET()
            return
        content = Path(self.translate_path(self.path)).read_bytes()
        first, last = map(int, wanted.removeprefix("bytes=").split("-"))
        self.send_response(206)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        self.send_header("Content-Length", str(last + 1 - first))
        self.end_headers()
        self.wfile.write(content[first : last + 1])


@contextlib.contextmanager
def held_server(folder, *, has_ranges):
    """Serve a folder by a `HeldHandler`; yields the address and its class."""
    own = {"has_ranges": has_ranges, "goes": threading.Event(), "asked": []}
    handler = type("Handler", (HeldHandler,), own)
    with static_server(folder, handler) as address:
        yield address, handler


@contextlib.contextmanager
def static_server(folder, handler=QuietHandler):
    """Serve a folder on a free port of this machine; yields the address."""
    serve = functools.partial(handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextlib.contextmanager
def dash_server(app, python, path):
    """Run an app on a real Dash server; yields the address."""
    reserved = Port()
    port = reserved.number
    run = (
        f"import runpy; app = runpy.run_path({str(app)!r})['app'];"
        f"app.run(host='127.0.0.1', port={port}, debug=True, dev_tools_hot_reload=False,"
        " use_reloader=False)"
    )
    environment = {**os.environ, "DASH_URL_BASE_PATHNAME": path}
    with subprocess.Popen([python, "-c", run], cwd=app.parent, env=environment) as server:
        while server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
        yield f"http://127.0.0.1:{port}{path}"
        server.terminate()
