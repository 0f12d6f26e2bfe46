"""Servers for browser tests: of the files of a folder, or of an app by a real Dash."""

import contextlib
import functools
import http.server
import os
import socket
import subprocess
import threading

from tests.support.ports import Port


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """`python -m http.server` without its log lines."""

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def static_server(folder):
    """Serve a folder on a free port of this machine; yields the address."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
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
