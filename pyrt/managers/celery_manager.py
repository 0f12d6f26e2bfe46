"""`CeleryManager`: background callbacks as tasks of Celery, on as many machines as there are.

A worker imports the app and thereby learns its tasks; a task's name holds a hash of the function's
source, so that a worker with an older app does not take it. Arguments and results travel as JSON,
whatever the Celery app says of other tasks. Progress and results are kept by Celery's result
backend, which must be one of keys and values (Redis, Memcached, files, ...).

    server --apply_async--> broker --> worker: job_fn --> channel in the result backend --> server

May import `stored`, `job` and what is below them.
"""

import time
from collections.abc import Mapping
from typing import Any

from pyrt.managers import runner
from pyrt.managers.channel import BEAT_S, Channel, Store
from pyrt.managers.managers import IN_BROWSER, JobFunction
from pyrt.managers.store_manager import StoredManager

SILENCE_S = 30 * BEAT_S  # without a sign of life, after which a worker counts as lost
WORKER_MODULE = "pyrt.server.jobs.celery_worker"  # which installs the runner in a worker
_GOING_ON = {"PENDING", "RECEIVED", "STARTED", "RETRY", "PROGRESS"}


class BackendStore:
    """The result backend of a Celery app as a store.

    Args:
        backend: Celery's; it belongs to one thread.
    """

    def __init__(self, backend: Any) -> None:  # noqa: ANN401  # celery has no types
        self._backend = backend

    def get(self, key: str) -> str | None:
        """Return a text."""
        found = self._backend.get(key)
        return found.decode() if isinstance(found, bytes) else found

    def set(self, key: str, text: str, expire_s: float | None = None) -> None:
        """Keep a text; without a time as long as Celery keeps results (a day)."""
        self._backend.set(key, text)
        if expire_s:
            self.touch(key, expire_s)

    def touch(self, key: str, expire_s: float) -> None:
        """Keep a text for so long from now on, if the backend can."""
        expire = getattr(self._backend, "expire", None)
        if expire is not None:
            expire(key, round(expire_s))

    def delete(self, key: str) -> None:
        """Forget a text."""
        self._backend.delete(key)


class CeleryManager(StoredManager):
    """Runs background callbacks in the workers of a Celery app.

    Args:
        celery_app: with a broker and a result backend.
        cache_by: see the base class.
        expire: seconds after which a cached result is forgotten if nobody asks for it.

    Raises:
        ImportError: Celery is not installed.
        ValueError: this is no Celery app, or it keeps no results.
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
        self.handle = celery_app
        self.expire = expire
        super().__init__(cache_by)

    def open_store(self) -> Store:  # noqa: D102
        return BackendStore(self.handle.backend)

    def make_job_fn(self, fn: object, progress: bool, key: str) -> JobFunction:  # noqa: ARG002, D102, FBT001
        def job_fn(result_key: str, context: Mapping[str, Any]) -> None:
            runner.current().run(key, self.channel(result_key), context, self.expire)

        return self.handle.task(  # type: ignore[no-any-return]
            name=f"background_callback_{key}", serializer="json", ignore_result=False
        )(job_fn)

    def call_job_fn(  # noqa: D102
        self,
        key: str,
        job_fn: JobFunction,
        args: object,  # noqa: ARG002  # they are in the request, too
        context: Mapping[str, object],
    ) -> str:
        self.channel(key).clear()
        task: Any = job_fn
        return str(task.apply_async((key, context), serializer="json").id)

    def terminate_job(self, job: str) -> None:  # noqa: D102
        if job:
            self.mark_cancelled(job)
            self.handle.control.revoke(job, terminate=True)

    def terminate_unhealthy_job(self, job: str) -> bool:  # noqa: D102
        if self._task(job).status in {"FAILURE", "REVOKED"}:
            self.terminate_job(job)
            return True
        return False

    def job_running(self, job: str) -> bool:  # noqa: D102
        return bool(job) and not self.is_cancelled(job) and self._task(job).status in _GOING_ON

    def find_loss(self, key: str, job: str) -> str | None:
        """Return why there will be no result.

        A task whose worker has vanished stays PENDING for ever, if it was not to be delivered once
        more (`task_acks_late`); that there was a sign of life once, and is none now, tells it.
        """
        task = self._task(job)
        if task.status == "REVOKED" or self.is_cancelled(job):
            return None
        if task.status == "FAILURE":
            return f"The worker could not run it to its end: {task.result}"
        if task.status in _GOING_ON:
            return self._find_silence(self.channel(key))
        return "Its result is gone: Celery's result backend has lost it."

    def _find_silence(self, channel: Channel) -> str | None:
        last = channel.last_beat()
        silent_s = 0.0 if last is None else time.time() - last
        if silent_s <= self._patience_s():
            return None
        return f"There has been no sign of its worker for {silent_s:.0f} seconds."

    def _patience_s(self) -> float:
        """Return how long a job may be silent, in seconds: till it is delivered once more."""
        if not self.handle.conf.task_acks_late:
            return SILENCE_S
        options = self.handle.conf.broker_transport_options or {}
        return SILENCE_S + float(options.get("visibility_timeout", 3600))

    def _task(self, job: str) -> Any:  # noqa: ANN401
        return self.handle.AsyncResult(job)


def _check(celery_app: object) -> None:
    try:
        from celery import Celery  # noqa: PLC0415  # an extra
        from celery.backends.base import BaseKeyValueStoreBackend  # noqa: PLC0415
    except ImportError:
        raise ImportError(
            'CeleryManager needs Celery. Install it with: pip install "pyrt[celery]"'
        ) from None
    if not isinstance(celery_app, Celery):
        raise ValueError("First argument must be a celery.Celery object")  # noqa: TRY004  # as Dash
    if not isinstance(celery_app.backend, BaseKeyValueStoreBackend):
        text = (
            "Celery instance must be configured with a result backend of keys and values, for "
            'example: Celery("app", broker="redis://...", backend="redis://...")'
        )
        raise ValueError(text)  # noqa: TRY004  # as Dash


def _include(celery_app: Any, module: str) -> None:  # noqa: ANN401
    """Have every worker of a Celery app import a module at its start."""
    known = list(celery_app.conf.include)
    if module not in known:
        celery_app.conf.include = [*known, module]


CeleryLongCallbackManager = CeleryManager
