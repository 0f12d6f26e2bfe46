"""`CeleryManager`: background callbacks as tasks of Celery.

    server --apply_async--> broker --> worker: job_fn --> channel in the result backend --> server

A Celery worker imports the app, which registers its tasks. The name of a task contains a hash of
the function's source, so a worker with another version of the app does not run it. Arguments and
results are JSON, even if the Celery app sets another serializer for other tasks. Progress and
results are in Celery's result backend, which must be a key-value store (Redis, Memcached, files,
...).
"""

import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyrt.managers import job_runner
from pyrt.managers.channel import HEARTBEAT_S, Channel, Store
from pyrt.managers.managers import IN_BROWSER, JobFunction
from pyrt.managers.store_manager import StoreManager

if TYPE_CHECKING:
    from pyrt.managers.deliveries import Deliveries

HEARTBEAT_TIMEOUT_S = 30 * HEARTBEAT_S  # a worker without a heartbeat for longer is lost
WORKER_MODULE = "pyrt.server.jobs.celery_worker"  # installs the job runner in a worker
_QUIET_S = 5 * HEARTBEAT_S  # without a heartbeat: the page is told that it waits
_QUEUED_S = 10.0  # without a worker: the page is told that it waits
_SILENT_S = 3 * HEARTBEAT_S  # in which a job that runs has written a heartbeat
_BROKER_TIMEOUT_S = 2.0
_UNFINISHED = {"PENDING", "RECEIVED", "STARTED", "RETRY", "PROGRESS"}


class BackendStore:
    """The result backend of a Celery app as a store.

    Args:
        backend: Celery's; it may be used in one thread only.
    """

    def __init__(self, backend: Any) -> None:  # noqa: ANN401  # celery has no types
        self._backend = backend

    def get(self, key: str) -> str | None:
        """Return a text; None if there is none."""
        found = self._backend.get(key)
        return found.decode() if isinstance(found, bytes) else found

    def set(self, key: str, text: str, expire_s: float | None = None) -> None:
        """Store a text; without `expire_s` for as long as Celery keeps results (a day)."""
        self._backend.set(key, text)
        if expire_s:
            self.touch(key, expire_s)

    def add(self, key: str, text: str, expire_s: float | None = None) -> str:
        """Store a text, as `set`, unless there is one; return the one that is stored.

        Only Redis does both in one step; in others, of two at the same moment the later one wins.
        """
        if type(self._backend).__module__ == "celery.backends.redis":
            seconds = None if expire_s is None else max(1, round(expire_s))
            self._backend.client.set(key, text, nx=True, ex=seconds)
        elif self.get(key) is None:
            self.set(key, text, expire_s)
        return self.get(key) or text

    def touch(self, key: str, expire_s: float) -> None:
        """Keep a text for so many seconds from now on, if the backend can."""
        expire = getattr(self._backend, "expire", None)
        if expire is not None:
            expire(key, round(expire_s))

    def delete(self, key: str) -> None:
        """Delete a text, if there is one."""
        self._backend.delete(key)


class CeleryManager(StoreManager):
    """Runs background callbacks in the workers of a Celery app.

    Args:
        celery_app: has a broker and a result backend.
        cache_by: see the base class.
        expire: seconds after which an unused cached result is deleted; None to keep it.

    Raises:
        ImportError: Celery is not installed.
        ValueError: this is no Celery app, or its result backend is no key-value store.
    """

    def __init__(
        self,
        celery_app: Any,  # noqa: ANN401
        cache_by: Any = None,  # noqa: ANN401
        expire: float | None = None,
    ) -> None:
        if not IN_BROWSER:
            _check(celery_app)
            _include(celery_app, WORKER_MODULE)
        self.expire = expire
        self.handle = celery_app
        super().__init__(cache_by)

    @cached_property
    def _deliveries(self) -> "Deliveries":
        from pyrt.managers.deliveries import Deliveries  # noqa: PLC0415  # a tab does not have it

        return Deliveries(self.handle)

    def open_store(self) -> Store:  # noqa: D102
        return BackendStore(self.handle.backend)

    def make_job_fn(self, fn: object, progress: bool, key: str) -> JobFunction:  # noqa: ARG002, D102, FBT001
        def job_fn(task: Any, result_key: str, context: Mapping[str, Any]) -> None:  # noqa: ANN401
            channel = self.channel(result_key)
            if self._runs_elsewhere(task, channel):
                return
            job_runner.current().run(key, channel, context, self.expire)
            if self.handle.conf.task_acks_late:
                self._deliveries.end(channel, task.request.id)

        return self.handle.task(  # type: ignore[no-any-return]
            name=f"background_callback_{key}", serializer="json", ignore_result=False, bind=True
        )(job_fn)

    def _runs_elsewhere(self, task: Any, channel: Channel) -> bool:  # noqa: ANN401
        """Return whether a delivery need not be run here, because another one has been.

        A broker delivers a task again that was not acknowledged in time: its worker was killed, or
        the task takes longer than Redis' visibility timeout. `Deliveries` sends a second message if
        the first one seems lost. Two heartbeats tell whether the task runs. If it does, this
        delivery is put back, so that there is one if that worker is killed later.

        Raises:
            Retry: it runs; Celery delivers it once more after a while.
        """
        request = task.request
        is_again = request.retries or (request.delivery_info or {}).get("redelivered")
        if not (is_again or self.handle.conf.task_acks_late):
            return False
        if channel.has_ended() or self.is_cancelled(request.id):
            return True
        is_first = self._deliveries.begin(channel, request.id, task.name)
        last = channel.read_heartbeat()
        if is_first and (last is None or not is_again):
            return False
        time.sleep(_SILENT_S)
        if channel.has_ended():
            return True
        if channel.read_heartbeat() == last:
            return False
        timeout_s = self._deliveries.visibility_timeout_s
        raise task.retry(countdown=timeout_s / 2, max_retries=None)

    def call_job_fn(  # noqa: D102
        self,
        key: str,
        job_fn: JobFunction,
        args: object,  # noqa: ARG002  # the request contains them
        context: Mapping[str, object],
    ) -> str:
        channel = self.channel(key)
        channel.clear()
        channel.write_queued()
        task: Any = job_fn
        job = self._deliveries.new_job(channel.store, context)
        task.apply_async((key, context), task_id=job, serializer="json")
        return job

    def restore_job(self, key: str, job: str, job_fn: JobFunction) -> None:  # noqa: D102
        if job:
            self._deliveries.restore(self.channel(key), job, job_fn)

    def terminate_job(self, job: str) -> None:  # noqa: D102
        if job:
            self.mark_cancelled(job)
            self.handle.control.revoke(job, terminate=True)

    def terminate_unhealthy_job(self, job: str) -> bool:  # noqa: D102
        is_unhealthy = self._task(job).status in {"FAILURE", "REVOKED"}
        if is_unhealthy:
            self.terminate_job(job)
        return is_unhealthy

    def job_running(self, job: str) -> bool:  # noqa: D102
        return bool(job) and not self.is_cancelled(job) and self._task(job).status in _UNFINISHED

    def failure_reason(self, key: str, job: str) -> str | None:
        """Return why a job will never have a result; None while it runs and if it was cancelled.

        Without `task_acks_late`, Celery never delivers a task again whose worker was killed: its
        status stays PENDING. It is recognised by heartbeats that have stopped.
        """
        task = self._task(job)
        if task.status == "REVOKED" or self.is_cancelled(job):
            return None
        if task.status == "FAILURE":
            return f"The worker failed before it had a result: {task.result}"
        if task.status in _UNFINISHED:
            return self._missing_heartbeat(self.channel(key))
        return "Its result is missing in Celery's result backend."

    def check(self) -> None:
        """Raise an error if the store or the broker cannot be reached now."""
        super().check()
        with self.handle.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=_BROKER_TIMEOUT_S)

    def waiting_reason(self, key: str, job: str) -> str | None:
        """Return why nothing happens: no worker has taken the job, or its worker is silent."""
        if not job:
            return None
        channel = self.channel(key)
        last = channel.read_heartbeat()
        if last is None:
            queued = channel.read_queued()
            age_s = 0.0 if queued is None else time.time() - queued
            if age_s < _QUEUED_S:
                return None
            return f"It has waited for {age_s:.0f} seconds for a free worker."
        age_s = time.time() - last
        if age_s < _QUIET_S:
            return None
        silent = f"Its worker has been silent for {age_s:.0f} seconds."
        if self.handle.conf.task_acks_late:
            return f"{silent} Another one runs it again."
        return silent

    def _missing_heartbeat(self, channel: Channel) -> str | None:
        last = channel.read_heartbeat()
        age_s = 0.0 if last is None else time.time() - last
        if age_s <= self._heartbeat_timeout_s():
            return None
        return f"Its worker has sent no heartbeat for {age_s:.0f} seconds."

    def _heartbeat_timeout_s(self) -> float:
        """Return how long heartbeats may be missing: until the task may be delivered again."""
        if not self.handle.conf.task_acks_late:
            return HEARTBEAT_TIMEOUT_S
        return HEARTBEAT_TIMEOUT_S + self._deliveries.visibility_timeout_s

    def _task(self, job: str) -> Any:  # noqa: ANN401
        return self.handle.AsyncResult(job)


def _check(celery_app: object) -> None:
    try:
        from celery import Celery  # noqa: PLC0415  # an extra
        from celery.backends.base import BaseKeyValueStoreBackend  # noqa: PLC0415
    except ImportError:
        raise ImportError(
            'CeleryManager needs Celery. Install it with: pip install "pyrt-dash[celery]"'
        ) from None
    if not isinstance(celery_app, Celery):
        text = f"CeleryManager is made from a celery.Celery app, not from {celery_app!r}."
        raise ValueError(text)  # noqa: TRY004  # as Dash
    if not isinstance(celery_app.backend, BaseKeyValueStoreBackend):
        text = (
            "Celery instance must be configured with a result backend of keys and values, for "
            'example: Celery("app", broker="redis://...", backend="redis://...")'
        )
        raise ValueError(text)  # noqa: TRY004  # as Dash


def _include(celery_app: Any, module: str) -> None:  # noqa: ANN401
    """Make every worker of a Celery app import a module at its start."""
    known = list(celery_app.conf.include)
    if module not in known:
        celery_app.conf.include = [*known, module]


CeleryLongCallbackManager = CeleryManager
