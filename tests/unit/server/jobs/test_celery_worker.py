"""What a Celery worker imports at its start."""

import importlib

from pyrt.managers import runner
from pyrt.server.jobs.runner import ServerJobRunner


def test_the_import_installs_the_runner_of_the_server(monkeypatch):
    monkeypatch.setattr(runner._Installed, "runner", None)
    importlib.reload(importlib.import_module("pyrt.server.jobs.celery_worker"))
    assert isinstance(runner.current(), ServerJobRunner)
