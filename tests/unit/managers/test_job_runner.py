"""The runner of jobs, which managers call without importing the server."""

import diskcache
import pytest
from celery import Celery
from dash import CeleryManager, DiskcacheManager

from pyrt.managers import celery_manager, job_runner


class Runner:
    """Records what it is asked to run."""

    def __init__(self):
        self.ran = []
        self.forked = []

    def run(self, key, channel, context, expire_s):
        self.ran.append((key, channel.key, context, expire_s))

    def fork(self, job):
        self.forked.append(job)
        return "1-2.00"


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(job_runner._Installed, "runner", None)

    def install():
        found = Runner()
        job_runner.install(found)
        return found

    return install


def celery_app(**options):
    return Celery(
        "x", broker="memory://", backend="cache+memory://", set_as_current=False, **options
    )


def test_a_task_is_run_by_the_runner_of_the_worker(installed):
    manager = CeleryManager(celery_app(), expire=5)
    manager.register("key", None, progress=False)
    found = installed()
    manager.func_registry["key"]("result", {"request": 1})
    assert found.ran == [("key", "result", {"request": 1}, 5)]


def test_a_process_is_forked_by_the_runner(installed, tmp_path):
    cache = diskcache.Cache(str(tmp_path))
    manager = DiskcacheManager(cache, expire=5)
    manager.register("key", None, progress=False)
    found = installed()
    assert manager.call_job_fn("result", manager.func_registry["key"], None, {}) == "1-2.00"
    described = {"directory": str(tmp_path), "shards": 0}
    job = {"key": "key", "result_key": "result", "context": {}, "expire_s": 5}
    assert found.forked == [{**job, "cache": described}]
    cache.close()


def test_without_a_runner_the_error_names_the_commands(installed):
    with pytest.raises(RuntimeError, match="pyrt serve-bridge"):
        job_runner.current()


def test_every_celery_worker_imports_the_module_that_installs_it(installed):
    """`celery -A app worker` imports the app and nothing else of pyrt's server."""
    queue = celery_app(include=["mine"])
    CeleryManager(queue)
    CeleryManager(queue)
    assert queue.conf.include == ["mine", celery_manager.WORKER_MODULE]
