"""`pyrt serve-bridge` as a process, and Celery workers for its jobs."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.support.paths import ROOT, SERVER_APPS
from tests.support.ports import Port
from tests.support.programs import PATIENCE_S, Program, RabbitMQ, Redis, wait_for

SITE = "http://site.example"
SECRET = "the secret of these tests"


class Server:
    """One process of `pyrt serve-bridge`, which can be stopped and started again."""

    def __init__(self, app: Path, folder: Path, *options: str, **variables: str) -> None:
        self._reserved = Port()
        self.port = self._reserved.number
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
        """Stop the process and close the client."""
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
    def access_log(self) -> list[dict[str, Any]]:
        """The lines of the access log so far; a response may come before its line."""
        whole, _, _ = self._log.read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines() if line.startswith('{"time"')]

    def mark_log(self) -> int:
        """Return how many lines the access log has, all of those that are answered included.

        A process writes the line of a response before it answers the next request.
        """
        assert self.client.get("/health").status_code == 200
        return len(self.access_log)

    def lines_after(self, mark: int, count: int = 1) -> list[dict[str, Any]]:
        """Return the lines of the access log after a mark, once there are so many."""
        wait_for(lambda: len(self.access_log) >= mark + count, "a line of the access log")
        self.mark_log()
        return self.access_log[mark:]

    @property
    def log(self) -> str:
        return self._log.read_text()


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


class JobSystem:
    """A bridge for the app of jobs, its store and broker, and a Celery worker.

    `kind` is the store: diskcache, celery (Redis is store and broker) or rabbitmq (the broker).
    """

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
        self.server = Server(SERVER_APPS / "jobs.py", folder, "--debug", **self.variables)
        if kind != "diskcache":
            self.worker = self.make_worker("worker")

    def start(self) -> "JobSystem":
        for part in (self.redis, self.rabbit, self.worker, self.server):
            if part is not None:
                part.start()
        return self

    def make_worker(self, name: str, *, plain: bool = False, **others: str) -> Worker:
        paths = [ROOT, ROOT / "build", *([ROOT / "pyrt" / "compat", SERVER_APPS] if plain else [])]
        variables = {
            **self.variables,
            **others,
            "TRACE": str(self.server.trace),
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
        }
        command = (plain_worker_command if plain else worker_command)(SERVER_APPS / "jobs.py")
        return Worker(self._folder / name, variables, command)

    def open_gate(self, name: str) -> None:
        """Let a job continue that waits for this gate."""
        Path(f"{self.server.trace}-{name}").touch()

    def end(self) -> None:
        self.server.end()
        if self.worker is not None:
            self.worker.stop(signal.SIGKILL)
        for store in (self.rabbit, self.redis):
            if store is not None:
                store.stop()
