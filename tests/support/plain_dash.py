"""A Dash server from PyPI in a separate environment, as the server of a site's bridge."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from filelock import FileLock

from pyrt_build import target
from tests.support.paths import ROOT
from tests.support.ports import Port

PROGRAM = Path(__file__).with_name("plain_dash_program.py")
ENVIRONMENT = ROOT / ".cache" / "plain-dash"


def dash_python():
    """The interpreter of the environment; made at the first run."""
    python, done = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "done"
    dash = f"dash[celery,diskcache]=={target.DASH_VERSION}"
    ENVIRONMENT.parent.mkdir(exist_ok=True)
    with FileLock(f"{ENVIRONMENT}.lock"):
        if not done.exists():
            subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
            subprocess.run(
                [python, "-m", "pip", "install", "--quiet", dash, "waitress"], check=True
            )
            done.touch()
    return python


class DashServer:
    """One process of a Dash server, with CORS for one origin."""

    def __init__(self, app, log, origin, **variables):
        self._reserved = Port()
        self.port = self._reserved.number
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [dash_python(), PROGRAM, str(app), str(self.port), origin]
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
        """Stop the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
