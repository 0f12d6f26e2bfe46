"""Sites of apps: built by `pyrt build` and served from a folder; or the app on a Dash server."""

import contextlib
import functools
import http.server
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from tests.support.paths import BROWSER_APPS

PYRT = Path(sys.executable).with_name("pyrt")


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


def build(app, out, *flags):
    """Build a site with the command line tool, as an author does."""
    command = [str(PYRT), "build", str(app), "-o", str(out), *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def name_of(app):
    """The name of an app file's site; that of a copy begins with the name of its folder."""
    if app.name == "app.py":
        return app.parent.name
    return app.stem if BROWSER_APPS in app.parents else f"{app.parent.name}-{app.stem}"


@contextlib.contextmanager
def dash_server(app, python, path):
    """Run an app on a real Dash server; yields the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
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
