"""Redis and RabbitMQ as processes, on free ports."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

from tests.support.ports import Port

PATIENCE_S = 60.0


def wait_for[T](probe: Callable[[], T], what: str, patience_s: float = PATIENCE_S) -> T:
    """Call a probe until its result is true, and return that.

    Raises:
        TimeoutError: it never is.
    """
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        with suppress(httpx.TransportError, OSError):
            if result := probe():
                return result
        time.sleep(0.02)
    raise TimeoutError(f"{what}: nothing within {patience_s} s")


class Program:
    """A server program on a free port."""

    def __init__(self, command: list[str], folder: Path, **variables: str) -> None:
        self._command = command
        self._folder = folder
        self._variables = {**os.environ, **variables}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, is_up: Callable[[], object], what: str) -> None:
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(lambda: self._has_ended() or is_up(), what)
        assert not self._has_ended(), f"{what} did not start:\n{self.log[-4000:]}"

    def _has_ended(self) -> bool:
        assert self.process is not None
        return self.process.poll() is not None

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            self.process.wait(PATIENCE_S)
            self.process = None


class Redis:
    """A real Redis; its data are on disk, and survive a restart."""

    def __init__(self, folder: Path) -> None:
        self._reserved = Port()
        self.port = self._reserved.number
        self.url = f"redis://127.0.0.1:{self.port}/0"
        folder.mkdir()
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port)]
        self._program = Program(
            [*command, "--appendonly", "yes", "--appendfsync", "always"], folder
        )

    def start(self) -> "Redis":
        self._program.start(self._answers, "Redis")
        return self

    def _answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")

    def stop(self) -> None:
        self._program.stop()


class RabbitMQ:
    """A real RabbitMQ."""

    def __init__(self, folder: Path) -> None:
        self._reserved = [Port(), Port(), Port()]
        port, self._names, distribution = (each.number for each in self._reserved)
        self.url = f"amqp://guest:guest@127.0.0.1:{port}//"
        self._port = port
        folder.mkdir()
        self._program = Program(
            ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
            folder,
            ERL_EPMD_PORT=str(self._names),
            HOME=str(folder),
            RABBITMQ_DIST_PORT=str(distribution),
            RABBITMQ_ENABLED_PLUGINS_FILE=str(folder / "plugins"),
            RABBITMQ_LOG_BASE=str(folder / "logs"),
            RABBITMQ_MNESIA_BASE=str(folder / "data"),
            RABBITMQ_NODENAME=f"pyrt{port}@localhost",
            RABBITMQ_NODE_IP_ADDRESS="127.0.0.1",
            RABBITMQ_NODE_PORT=str(port),
        )

    def start(self) -> "RabbitMQ":
        self._program.start(self._answers, "RabbitMQ")
        return self

    def _answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self._port), 1) as connection:
            connection.sendall(b"AMQP\0\0\x09\x01")
            return len(connection.recv(8)) > 0

    def stop(self) -> None:
        self._program.stop()
        epmd = ["epmd", "-port", str(self._names), "-kill"]
        subprocess.run(epmd, check=False, capture_output=True)  # it keeps the names of nodes
