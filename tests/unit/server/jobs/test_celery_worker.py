"""What a Celery worker imports at its start."""

import importlib

from pyrt.managers import job_runner
from pyrt.server.jobs.server_runner import ServerJobRunner


def test_the_import_installs_the_runner_of_the_server(monkeypatch):
    monkeypatch.setattr(job_runner._Installed, "runner", None)
    importlib.reload(importlib.import_module("pyrt.server.jobs.celery_worker"))
    assert isinstance(job_runner.current(), ServerJobRunner)
