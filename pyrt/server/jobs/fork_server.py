"""`ForkServer`: a process that has imported the app, and forks one process for each job.

    parent    ForkServer.start(job) --JSON line--> stdin   of `python -m pyrt.server --jobs APP`
    child     serve_jobs: fork; stdout <--JSON line-- {"job": "1234-1763629871.02"}
    grandchild  run(job), in a session of its own: it outlives both

The child ends when its standard input does, which is when its parent ends.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from typing import TextIO

from pyrt.managers.runner import JobSpec


class ForkServer:
    """The parent's side.

    Args:
        entry: the app's file.
    """

    def __init__(self, entry: str) -> None:
        self._entry = entry
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def start(self, job: JobSpec) -> str:
        """Have a job begin, and return its name: process number and time of its start.

        Raises:
            RuntimeError: the app does not start in the other process; the text says why.
        """
        with self._lock:
            for _ in range(2):  # it may have been killed; then there is a new one
                reply = self._ask(job)
                if reply is not None:
                    break
                self._process = None
        if reply is None or "error" in reply:
            raise RuntimeError(reply["error"] if reply else "The process for jobs does not start.")
        return str(reply["job"])

    def _ask(self, job: JobSpec) -> dict[str, str] | None:
        process = self._process = self._process or self._launch()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            return None
        return json.loads(line) if line else None

    def _launch(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pyrt.server", "--jobs", self._entry]
        return subprocess.Popen(  # noqa: S603  # our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a Ctrl-C in the terminal is not for the jobs
        )


def serve_jobs(load: Callable[[], object], run: Callable[[JobSpec], None]) -> None:
    """The child's side: answer jobs until there are no more.

    Args:
        load: imports the app.
        run: does a job, in a process of its own.
    """
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the author prints is no reply
    signal.signal(signal.SIGCHLD, _bury)
    error = ""
    try:
        load()
    except Exception as failure:  # noqa: BLE001  # the author's code, or a text for them
        error = str(failure) or type(failure).__name__
    for line in sys.stdin:
        reply = {"error": error} if error else {"job": _fork(json.loads(line), run, replies)}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def _fork(job: JobSpec, run: Callable[[JobSpec], None], replies: TextIO) -> str:
    number = os.fork()
    if number:
        return _name(number)
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        replies.close()
        os.close(0)
        run(job)
    except BaseException:  # noqa: BLE001  # nobody is above who could be told
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _name(number: int) -> str:
    """Return the name of a process: no other will ever have the same."""
    import psutil  # noqa: PLC0415  # an extra

    try:
        return f"{number}-{psutil.Process(number).create_time():.2f}"
    except psutil.NoSuchProcess:  # so short a job
        return f"{number}-0.00"


def _bury(*_: object) -> None:
    """Let processes that have ended go."""
    while True:
        try:
            number, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not number:
            return
