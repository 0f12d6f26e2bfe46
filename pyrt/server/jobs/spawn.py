"""Jobs where a process cannot fork, as on Windows: each in a Python that imports the app anew.

The server talks to this process as to a fork server (`fork_server`), which here imports nothing:

    server          ForkServer.start(job) --JSON line--> stdin of `python -m pyrt.server --jobs APP`
    this process    spawn_jobs: starts `python -m pyrt.server --job APP`, and passes the line on
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from pyrt.server.jobs.fork_server import job_id


def can_fork() -> bool:
    """Tell whether processes of this system can fork."""
    return hasattr(os, "fork")


def spawn_jobs(command: Sequence[str]) -> None:
    """Start a process for each job, until standard input ends.

    Args:
        command: what runs the job that it reads from its standard input.
    """
    processes: list[subprocess.Popen[str]] = []
    for line in sys.stdin:
        process = subprocess.Popen(  # noqa: S603  # our own module
            command,
            stdin=subprocess.PIPE,
            stdout=sys.stderr,  # what the app prints must not be read as a reply
            encoding="utf-8",
        )
        assert process.stdin is not None
        process.stdin.write(line)
        process.stdin.close()
        sys.stdout.write(json.dumps({"job": job_id(process.pid)}) + "\n")
        sys.stdout.flush()
        processes = [each for each in (*processes, process) if each.poll() is None]
