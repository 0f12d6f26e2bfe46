"""S-121, S-125: jobs as tasks of Celery, with broker and results in memory."""

import time
from uuid import uuid4

import pytest
from celery import Celery
from dash import CeleryManager

from pyrt.managers.celery_manager import HEARTBEAT_TIMEOUT_S, BackendStore
from pyrt.managers.store_manager import StoreManager


@pytest.fixture(autouse=True)
def own_managers(monkeypatch):
    monkeypatch.setattr(StoreManager, "managers", [])


@pytest.fixture
def queue():
    return Celery("x", broker="memory://", backend="cache+memory://", set_as_current=False)


@pytest.fixture
def manager(queue):
    return CeleryManager(queue)


def test_a_celery_app_needs_a_store_of_results():
    with pytest.raises(ValueError, match=r"made from a celery\.Celery app"):
        CeleryManager("redis://")
    with pytest.raises(ValueError, match="result backend of keys and values"):
        CeleryManager(Celery("x", broker="memory://"))
    with pytest.raises(ValueError, match="result backend of keys and values"):
        CeleryManager(Celery("x", broker="memory://", backend="rpc://"))


@pytest.fixture
def job():
    """An id that no other test has: Celery's store in memory is one for the process."""
    return uuid4().hex


def test_texts_are_kept_by_the_backend(queue):
    store = BackendStore(queue.backend)
    store.set("key", "Größe")
    assert store.get("key") == "Größe", "some backends give bytes"
    store.delete("key")
    assert store.get("key") is None


def test_a_backend_that_forgets_nothing_keeps_texts_for_longer():
    """As Celery's backend of files: it has no `expire`."""

    class Files(dict[str, str]):
        set = dict.__setitem__

    store = BackendStore(Files())
    store.set("key", "text", 5)
    store.touch("key", 5)
    assert store.get("key") == "text"


def finish(queue, job, state, result=None):
    queue.backend.store_result(job, result, state)


def test_a_job_waits_or_runs_until_it_has_ended(queue, manager, job):
    assert manager.job_running(job), "a task that has not begun is not known"
    finish(queue, job, "STARTED")
    assert manager.job_running(job)
    finish(queue, job, "SUCCESS")
    assert not manager.job_running(job)
    assert not manager.job_running(""), "a cached result has no job"


def test_a_cancelled_job_is_neither_running_nor_lost(queue, manager, job):
    manager.mark_cancelled(job)
    assert not manager.job_running(job)
    assert manager.failure_reason(job, job) is None
    finish(queue, f"{job}2", "REVOKED")
    assert manager.failure_reason(job, f"{job}2") is None


def test_a_job_that_runs_or_waits_is_not_lost(queue, manager, job):
    assert manager.failure_reason(job, job) is None
    manager.channel(job).write_heartbeat()
    assert manager.failure_reason(job, job) is None


def test_why_a_job_has_no_result_is_said(queue, manager, job):
    finish(queue, job, "FAILURE", RuntimeError("killed"))
    assert "killed" in (manager.failure_reason(job, job) or "")
    finish(queue, f"{job}2", "SUCCESS")
    assert "result is missing" in (manager.failure_reason(job, f"{job}2") or "")


@pytest.mark.parametrize(
    ("late", "silent_s", "lost"),
    [
        (False, HEARTBEAT_TIMEOUT_S - 5, False),
        (False, HEARTBEAT_TIMEOUT_S + 5, True),
        (True, HEARTBEAT_TIMEOUT_S + 5, False),
        (True, HEARTBEAT_TIMEOUT_S + 105, True),
    ],
)
def test_a_worker_without_a_heartbeat_is_lost_once_no_other_can_take_its_task(
    manager, job, late, silent_s, lost
):
    """With `task_acks_late` the broker delivers a task again after its visibility timeout."""
    manager.handle.conf.task_acks_late = late
    manager.handle.conf.broker_transport_options = {"visibility_timeout": 100}
    manager.open_store().set(f"{job}-alive", str(time.time() - silent_s))
    assert manager.channel(job).read_heartbeat() is not None
    reason = manager.failure_reason(job, job)
    assert bool(reason) is lost
    assert not lost or "no heartbeat for" in str(reason)
