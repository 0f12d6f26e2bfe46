"""Servers of `pyrt serve-bridge` for the tests of one module."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.bridge import JobSystem, Server
from tests.support.paths import SERVER_APPS


def pytest_addoption(parser):
    """Add `--jobs`: how many the test of the load runs."""
    parser.addoption("--jobs", type=int, default=100, help="jobs of test_load.py")


@pytest.fixture(scope="module")
def start_server(tmp_path_factory) -> Iterator[Callable[..., Server]]:
    """Start bridges; all are stopped at the end of the module."""
    started: list[Server] = []

    def start(app: str | Path, *options: str, **variables: str) -> Server:
        folder = tmp_path_factory.mktemp("bridge")
        server = Server(SERVER_APPS / app, folder, *options, **variables)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.end()


@pytest.fixture(scope="module")
def make_system(tmp_path_factory) -> Iterator[Callable[..., JobSystem]]:
    """Start a bridge with its store, broker and worker; all end with the module."""
    made: list[JobSystem] = []

    def make(kind: str, **variables: str) -> JobSystem:
        made.append(JobSystem(kind, tmp_path_factory.mktemp(kind), **variables))
        return made[-1].start()

    yield make
    for system in made:
        system.end()
