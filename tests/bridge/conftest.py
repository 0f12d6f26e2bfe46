"""Real processes for the tests of the bridge: the server, Redis, RabbitMQ, Celery workers."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

APPS = Path(__file__).parent / "apps"
ROOT = Path(__file__).parents[2]
SITE = "http://site.example"
SECRET = "the secret of these tests"
PATIENCE_S = 60.0


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


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


class Server:
    """One process of `pyrt serve-bridge`, which can be stopped and started again."""

    def __init__(self, app: Path, folder: Path, *options: str, **variables: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE_S)
        self.trace = folder / f"trace-{self.port}"
        self.trace.touch()
        self._log = folder / f"log-{self.port}"
        self._folder = folder
        self._command = [
            *(sys.executable, "-m", "pyrt_build.cli", "serve-bridge", str(app)),
            *("--port", str(self.port), "--origin", SITE, *options),
        ]
        self._variables = {
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'build'}",
            "PYRT_BRIDGE_SECRET": SECRET,
            "TRACE": str(self.trace),
            **variables,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._variables, cwd=self._folder, stdout=log, stderr=log
            )
        wait_for(self._is_up, "the bridge")
        return self

    def _is_up(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"The bridge did not start:\n{self._log.read_text()}")
        return self.client.get("/_pyrt-health").status_code == 200

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE_S)
            self._process = None

    def end(self) -> None:
        """Leave nothing behind."""
        self.stop(signal.SIGKILL)
        self.client.close()

    def post(self, request: Any, query: str = "", **headers: str) -> httpx.Response:
        body = request if isinstance(request, bytes) else json.dumps(request).encode()
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/_dash-update-component{query}", content=body, headers=fields)

    @property
    def traces(self) -> list[str]:
        """The names of the callbacks that left a trace."""
        return self.trace.read_text().split()

    @property
    def journal(self) -> list[dict[str, Any]]:
        """The lines of the journal so far."""
        lines = self._log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith('{"time"')]

    @property
    def log(self) -> str:
        return self._log.read_text()


@pytest.fixture(scope="module")
def start_server(tmp_path_factory) -> Iterator[Callable[..., Server]]:
    """Start bridges; all are stopped at the end of the module."""
    started: list[Server] = []

    def start(app: str | Path, *options: str, **variables: str) -> Server:
        folder = tmp_path_factory.mktemp("bridge")
        server = Server(APPS / app, folder, *options, **variables)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.end()


def entry(component_id: object, prop: str, *value: object) -> dict[str, object]:
    """Return one entry of a request (S-50)."""
    found: dict[str, object] = {"id": component_id, "property": prop}
    return {**found, "value": value[0]} if value else found


def ask(output: str, value: object = None, prop: str = "children") -> dict[str, object]:
    """Return a request for the callback of one Output, with the Input `in.value`."""
    return {
        "output": f"{output}.{prop}",
        "outputs": entry(output, prop),
        "inputs": [entry("in", "value", value)],
        "changedPropIds": ["in.value"],
        "parsedChangedPropsIds": ["in.value"],
    }


class Program:
    """A server of others, on a port of its own."""

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
    """A real Redis; what it holds is on disk, and survives a restart."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        folder.mkdir()
        command = ["redis-server", "--port", str(self.port), "--appendonly", "yes"]
        self._program = Program([*command, "--appendfsync", "always"], folder)

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
    """A real RabbitMQ of its own."""

    def __init__(self, folder: Path) -> None:
        port, self._names = free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{port}//"
        self._port = port
        folder.mkdir()
        self._program = Program(
            ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
            folder,
            ERL_EPMD_PORT=str(self._names),
            HOME=str(folder),
            RABBITMQ_DIST_PORT=str(free_port()),
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


class Worker:
    """A real Celery worker for the app of jobs, started without Dash by `pyrt celery`."""

    def __init__(self, folder: Path, variables: dict[str, str], command: list[str]) -> None:
        folder.mkdir()
        self._program = Program(command, folder, **variables)

    def start(self) -> "Worker":
        before = self.log.count(" ready.") if self._program.process else 0
        self._program.start(lambda: self.log.count(" ready.") > before, "the Celery worker")
        return self

    @property
    def log(self) -> str:
        return self._program.log

    @property
    def pid(self) -> int:
        assert self._program.process is not None
        return self._program.process.pid

    def stop(self, number: int = signal.SIGTERM) -> None:
        self._program.stop(number)


def plain_worker_command(app: Path) -> list[str]:
    """Celery's own command; `pyrt/compat` and the folder of the app are on the path."""
    start = [sys.executable, "-m", "celery", "--app", f"{app.stem}:queue", "worker"]
    return [*start, "--loglevel", "INFO", "--concurrency", "2"]


def worker_command(app: Path, *options: str) -> list[str]:
    start = [sys.executable, "-m", "pyrt_build.cli", "celery", str(app), "--"]
    return [*start, "--loglevel", "INFO", "--concurrency", "2", *options]


class World:
    """A bridge for the app of jobs, and who runs them."""

    def __init__(self, kind: str, folder: Path, **variables: str) -> None:
        self.kind = kind
        self._folder = folder
        self.redis: Redis | None = None
        self.rabbit: RabbitMQ | None = None
        self.worker: Worker | None = None
        self.variables = {"STORE": kind, **variables}
        if kind == "diskcache":
            self.variables["CACHE"] = str(folder / "cache")
        else:
            self.redis = Redis(folder / "redis")
            if kind == "rabbitmq":
                self.rabbit = RabbitMQ(folder / "rabbitmq")
            self.variables["BACKEND"] = self.redis.url
            self.variables["BROKER"] = (self.rabbit or self.redis).url
        self.server = Server(APPS / "jobs.py", folder, "--debug", **self.variables)
        if kind != "diskcache":
            self.worker = self.make_worker("worker")

    def start(self) -> "World":
        for part in (self.redis, self.rabbit, self.worker, self.server):
            if part is not None:
                part.start()
        return self

    def make_worker(self, name: str, *, plain: bool = False) -> Worker:
        paths = [ROOT, ROOT / "build", *([ROOT / "pyrt" / "compat", APPS] if plain else [])]
        variables = {
            **self.variables,
            "TRACE": str(self.server.trace),
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
        }
        command = (plain_worker_command if plain else worker_command)(APPS / "jobs.py")
        return Worker(self._folder / name, variables, command)

    def open_gate(self, name: str) -> None:
        """Let a job go on that waits there."""
        Path(f"{self.server.trace}-{name}").touch()

    def end(self) -> None:
        self.server.end()
        if self.worker is not None:
            self.worker.stop(signal.SIGKILL)
        for store in (self.rabbit, self.redis):
            if store is not None:
                store.stop()


@pytest.fixture(scope="module")
def make_world(tmp_path_factory) -> Iterator[Callable[..., World]]:
    """Make worlds; all end with the module."""
    made: list[World] = []

    def make(kind: str, **variables: str) -> World:
        made.append(World(kind, tmp_path_factory.mktemp(kind), **variables))
        return made[-1].start()

    yield make
    for world in made:
        world.end()
