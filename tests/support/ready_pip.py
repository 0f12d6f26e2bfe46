"""pip with its modules imported already: half a second less for each of the hundreds of its runs.

A server imports pip once, and makes a copy of itself for each run, with the folder, the
environment and the three streams of the process that asks. So the builder still runs a program, and
reads what the real pip writes.

    python ready_pip.py serve SOCKET
    python -IS ready_pip.py run SOCKET [ARGUMENT]...
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from typing import NoReturn

STREAMS = 3
MAX_BYTES = 2**20  # of a question: arguments and environment


def serve(address: str) -> NoReturn:
    """Answer questions until this process is ended."""
    from pip._internal import commands  # noqa: PLC0415 -- not in the client

    for name in ("download", "index", "install", "wheel"):
        commands.create_command(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended copies are put away by the system
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        print("ready", flush=True)  # noqa: T201 -- to `serving`
        while True:
            asking, _ = server.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _answer(asking)
            asking.close()


def _answer(asking: socket.socket) -> NoReturn:
    """Run pip in this copy of the server, and send its exit code."""
    from pip._internal.cli.main import main  # noqa: PLC0415

    code = 1
    try:
        data, streams, _, _ = socket.recv_fds(asking, MAX_BYTES, STREAMS)
        question = json.loads(data)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(question["folder"])
        os.environ.clear()
        os.environ.update(question["environment"])
        code = main(question["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        asking.send(str(code).encode())
        os._exit(code)


def run(address: str, arguments: list[str]) -> int:
    """Ask the server for one run of pip; return its exit code."""
    question = {"arguments": arguments, "folder": str(Path.cwd()), "environment": {**os.environ}}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.connect(address)
        socket.send_fds(server, [json.dumps(question).encode()], range(STREAMS))
        return int(server.recv(9) or 1)


@contextmanager
def serving() -> Iterator[list[str]]:
    """Serve; yields the program that stands for `python -m pip`."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    with TemporaryDirectory(prefix="pip-") as folder:  # a short path: sockets allow 100 bytes
        address = f"{folder}/socket"
        command = [sys.executable, __file__, "serve", address]
        with Popen(command, stdout=PIPE, encoding="utf-8", env=environment) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            try:
                yield [sys.executable, "-IS", __file__, "run", address]
            finally:
                server.kill()


if __name__ == "__main__":
    task, place, *rest = sys.argv[1:]
    sys.exit(serve(place) if task == "serve" else run(place, rest))
