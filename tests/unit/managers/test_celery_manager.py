"""S-121, S-125: jobs as tasks of Celery, with broker and results in memory."""

import time
from types import SimpleNamespace
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


def test_of_two_secrets_at_the_same_moment_all_servers_use_one(manager, job):
    store = manager.open_store()
    assert store.add(job, "first") == "first"
    assert store.add(job, "second") == "first"
    assert store.get(job) == "first"


class Task:
    """A task of Celery, as its function sees it."""

    name = "background_callback_1"

    def __init__(self, job, *, redelivered=True, retries=0):
        self.request = SimpleNamespace(
            id=job, retries=retries, delivery_info={"redelivered": redelivered}
        )
        self.countdown = None

    def retry(self, countdown, max_retries):
        self.countdown = countdown
        assert max_retries is None, "for ever"
        return RuntimeError("put back")


@pytest.fixture
def runs_elsewhere(manager, job, monkeypatch):
    """Ask whether a delivery is dropped; `meanwhile` is done while a heartbeat is waited for."""

    def ask(task, meanwhile=lambda: None):
        monkeypatch.setattr("pyrt.managers.celery_manager.time.sleep", lambda _: meanwhile())
        return manager._runs_elsewhere(task, manager.channel(job))

    return ask


def test_a_first_delivery_is_run(runs_elsewhere, manager, job):
    manager.channel(job).write_heartbeat()
    assert not runs_elsewhere(Task(job, redelivered=False))


def test_a_second_delivery_that_the_broker_does_not_name_is_checked_as_well(
    runs_elsewhere, manager, job
):
    """A job that was sent again: the first message was not lost after all."""
    manager.handle.conf.task_acks_late = True
    channel, task = manager.channel(job), Task(job, redelivered=False)
    assert not runs_elsewhere(task), "the first"
    with pytest.raises(RuntimeError, match="put back"):  # it has begun a moment ago
        runs_elsewhere(task, channel.write_heartbeat)
    assert not runs_elsewhere(task), "its worker was killed"
    channel.write_ended()
    assert runs_elsewhere(task)


def test_another_job_with_the_same_result_does_not_keep_one_from_running(
    runs_elsewhere, manager, job
):
    """Of two pages that ask for a cached result at the same moment."""
    manager.handle.conf.task_acks_late = True
    manager.channel(job).write_heartbeat()
    assert not runs_elsewhere(Task(job, redelivered=False))


def test_a_delivery_whose_worker_was_killed_is_run_again(runs_elsewhere, manager, job):
    assert not runs_elsewhere(Task(job)), "before it had begun"
    manager.channel(job).write_heartbeat()
    assert not runs_elsewhere(Task(job))
    assert not runs_elsewhere(Task(job, redelivered=False, retries=3))


def test_a_delivery_whose_job_runs_is_put_back(runs_elsewhere, manager, job):
    """A job that takes longer than the visibility timeout does not run twice."""
    manager.handle.conf.broker_transport_options = {"visibility_timeout": 30}
    channel, task = manager.channel(job), Task(job)
    channel.write_heartbeat()
    with pytest.raises(RuntimeError, match="put back"):
        runs_elsewhere(task, lambda: manager.open_store().set(f"{job}-alive", "1"))
    assert task.countdown == 15


def test_a_delivery_whose_job_has_ended_or_was_cancelled_is_dropped(runs_elsewhere, manager, job):
    channel = manager.channel(job)
    channel.write_heartbeat()
    assert runs_elsewhere(Task(job), channel.write_ended), "it has ended meanwhile"
    assert runs_elsewhere(Task(job))
    channel.clear()
    assert not runs_elsewhere(Task(job))
    channel.write_result("1")
    assert runs_elsewhere(Task(job))
    other = uuid4().hex
    manager.mark_cancelled(other)
    assert manager._runs_elsewhere(Task(other), manager.channel(other))


def test_what_a_job_waits_for_is_said(manager, job):
    channel, store = manager.channel(job), manager.open_store()
    assert manager.waiting_reason(job, job) is None
    channel.write_queued()
    assert manager.waiting_reason(job, job) is None, "it has just been asked for"
    store.set(f"{job}-queued", str(time.time() - 12))
    assert "waited for 12 seconds for a free worker" in str(manager.waiting_reason(job, job))
    channel.write_heartbeat()
    assert manager.waiting_reason(job, job) is None, "it runs"
    store.set(f"{job}-alive", str(time.time() - 7))
    silent = "Its worker has been silent for 7 seconds."
    assert manager.waiting_reason(job, job) == silent
    manager.handle.conf.task_acks_late = True
    assert manager.waiting_reason(job, job) == f"{silent} Another one runs it again."
    assert manager.waiting_reason(job, "") is None, "a cached result"


def test_a_broker_that_is_away_makes_a_server_not_ready(manager):
    manager.check()
    queue = Celery("x", broker="redis://127.0.0.1:1/0", backend="cache+memory://")
    with pytest.raises(Exception, match=r"127\.0\.0\.1:1"):
        CeleryManager(queue).check()
