"""A real Dash from PyPI in an environment of its own: what a site's bridge may end at.

Also run as a program in there: python plain_dash.py APP.py PORT ORIGIN
"""

import os
import runpy
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".cache" / "plain-dash"


def dash_python():
    """The interpreter of the environment; made at the first run."""
    from pyrt_build import target  # noqa: PLC0415  # absent where this runs as a program

    python, done = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "done"
    if not done.exists():
        dash = f"dash[celery,diskcache]=={target.DASH_VERSION}"
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", dash, "waitress"], check=True)
        done.touch()
    return python


class DashServer:
    """One process of a Dash server, with CORS for one origin."""

    def __init__(self, app, log, origin, **variables):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [dash_python(), __file__, str(app), str(self.port), origin]
        self._log = log
        self._options = {"cwd": app.parent, "env": {**os.environ, **variables}}
        self._process = None

    def start(self):
        """Start, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, **self._options)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                assert self._process.poll() is None, self._log.read_text()
            else:
                return self
        raise TimeoutError(self._log.read_text())

    def end(self):
        """Leave nothing behind."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def allow_origin(application, origin):
    """Wrap a WSGI application: pages of one origin may read what it answers."""
    headers = [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Headers", "content-type"),
    ]

    def wrapped(environment, start_response):
        if environment["REQUEST_METHOD"] == "OPTIONS":
            start_response("204 No Content", headers)
            return []

        def start(status, given, *more):
            return start_response(status, [*given, *headers], *more)

        return application(environment, start)

    return wrapped


def main():
    """Serve an app file, as `python app.py` would."""
    import waitress  # type: ignore[import-untyped]  # noqa: PLC0415  # only in that environment

    file, port, origin = sys.argv[1:]
    sys.path[0] = str(Path(file).parent)  # not the folder of these tests
    sys.modules["app"] = module = type(sys)("app")
    vars(module).update(runpy.run_path(file, run_name="app"))
    waitress.serve(allow_origin(module.app.server, origin), port=int(port), host="127.0.0.1")


if __name__ == "__main__":
    main()
