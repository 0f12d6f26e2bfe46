"""`ForkServer`: starts a process that has imported the app, and that forks once for each job.

    server       ForkServer.start(job) --JSON line--> stdin of `python -m pyrt.server --jobs APP`
    fork server  fork_jobs: fork, then stdout --JSON line {"job": "1234-1763629871.02"}--> server
    job          run(job), in its own process session; it continues when the other two end

The fork server ends when its standard input does, which is when the server ends.
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

from pyrt.managers.job_runner import JobSpec
from pyrt.model.environment import Launch, encode_launch


class ForkServer:
    """The server's end; the process is started with the first job.

    Args:
        entry: the app's file.
        launch: how it is imported.
    """

    def __init__(self, entry: str, launch: Launch) -> None:
        self._entry = entry
        self._how = json.dumps(encode_launch(launch))
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def start(self, job: JobSpec) -> str:
        """Start a job and return its id: process id and start time of its process.

        Raises:
            RuntimeError: the app cannot be loaded in the fork server; the text says why.
        """
        with self._lock:
            for _ in range(2):  # once more in a new process, in case the first was killed
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
        command = [sys.executable, "-m", "pyrt.server", "--jobs", self._entry, self._how]
        return subprocess.Popen(  # noqa: S603  # our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # a Ctrl-C in the terminal must not end jobs
        )


def fork_jobs(load: Callable[[], object], run: Callable[[JobSpec], None]) -> None:
    """The fork server's end: fork a process for each job, until standard input ends.

    Args:
        load: imports the app.
        run: runs a job; called in the job's own process.
    """
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the app prints must not be read as a reply
    signal.signal(signal.SIGCHLD, _reap)
    error = ""
    try:
        load()
    except Exception as failure:  # noqa: BLE001  # reported to the server, which waits for a reply
        error = str(failure) or type(failure).__name__
    for line in sys.stdin:
        reply = {"error": error} if error else {"job": _fork(json.loads(line), run, replies)}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def _fork(job: JobSpec, run: Callable[[JobSpec], None], replies: TextIO) -> str:
    pid = os.fork()
    if pid:
        return job_id(pid)
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        replies.close()
        os.close(0)
        run(job)
    except BaseException:  # noqa: BLE001  # the process ends here, and no caller is left to report it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def job_id(pid: int) -> str:
    """Return an id that no later process has, even if it gets the same process id."""
    import psutil  # noqa: PLC0415  # an extra

    try:
        return f"{pid}-{psutil.Process(pid).create_time():.2f}"
    except psutil.NoSuchProcess:  # it has already ended
        return f"{pid}-0.00"


def _reap(*_: object) -> None:
    """Collect the exit status of ended jobs, so that they do not stay as zombies."""
    while True:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
