"""`Deliveries`: sends a job again whose message the broker has lost.

    server   new_job(...), send;  restore(...) with each poll of the job
    worker   begin(...), run, end(...)

Redis can lose a message: kombu takes it off the list of its queue, and writes with a second command
that it is not acknowledged yet. A worker that is killed in between, or with the message in its
socket, leaves nothing that the visibility timeout could give out again. RabbitMQ keeps a message
until it is acknowledged.

A job is sent again with its own id. Its first delivery may arrive after all, so the worker that
begins a job writes so, and any other delivery is checked (`CeleryManager`).
"""

import json
import logging
import time
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pyrt.managers.channel import MARKS_KEPT_S, Channel, Store

_OVERTAKEN_S = 10.0  # a job that waits for longer, and that a later one has overtaken, is lost
_LOSING = "redis"  # kombu's name of the kind of broker
_DEFAULT_VISIBILITY_S = 3600.0  # Celery's

logger = logging.getLogger("pyrt.jobs")


class Deliveries:
    """The messages of the jobs of one Celery app.

    Args:
        celery_app: the app.
    """

    def __init__(self, celery_app: Any) -> None:  # noqa: ANN401  # celery has no types
        self._app = celery_app

    @property
    def visibility_timeout_s(self) -> float:
        """After how long Redis delivers a message again that was not acknowledged."""
        options = self._app.conf.broker_transport_options or {}
        return float(options.get("visibility_timeout", _DEFAULT_VISIBILITY_S))

    @property
    def are_restored(self) -> bool:
        """Whether the broker loses messages, and jobs may be run again (`task_acks_late`)."""
        return bool(self._app.conf.task_acks_late) and self._is_losing

    @cached_property
    def _is_losing(self) -> bool:
        return bool(self._app.connection_for_write().transport.driver_type == _LOSING)

    # --- called in the server

    def new_job(self, store: Store, context: Mapping[str, object]) -> str:
        """Return an id for a job, and keep its context until it has ended."""
        job = str(uuid.uuid4())
        if self.are_restored:
            store.set(_context_key(job), json.dumps(context), MARKS_KEPT_S)
        return job

    def restore(self, channel: Channel, job: str, task: Any) -> None:  # noqa: ANN401
        """Send a job again if its message is lost; at most once per visibility timeout.

        It is lost if it is silent for longer than the visibility timeout although no message waits
        in the queue, so that workers were free; or if it has never begun, and one that was sent
        later has.

        Args:
            channel: of the job.
            job: its id.
            task: that of Celery which runs it.
        """
        if not self.are_restored:
            return
        begun, sent = channel.read_heartbeat(), channel.read_queued()
        last = begun or sent
        if last is None:
            return
        silent_s, timeout_s = time.time() - last, self.visibility_timeout_s
        if silent_s < min(timeout_s, _OVERTAKEN_S):
            return
        store = channel.store
        is_overtaken = begun is None and _newest_begun(store, task.name) > last
        if not is_overtaken and (silent_s < timeout_s or self._has_messages(task.name)):
            return
        context = store.get(_context_key(job))
        if context is None or not _claim(store, f"{job}-sent-again", timeout_s):
            return
        logger.warning("The broker has lost the message of job %s: it is sent again.", job)
        task.apply_async((channel.key, json.loads(context)), task_id=job, serializer="json")

    def _has_messages(self, task_name: str) -> bool:
        """Return whether messages wait in the queue of a task: no worker is free for them."""
        route = self._app.amqp.router.route({}, task_name)
        queue = route.get("queue") or self._app.amqp.queues[self._app.conf.task_default_queue]
        with self._app.connection_or_acquire() as connection:
            return bool(queue(connection.default_channel).queue_declare().message_count)

    # --- called in the worker

    @staticmethod
    def begin(channel: Channel, job: str, task_name: str) -> bool:
        """Note that a job begins; return whether it is the first time."""
        store, sent = channel.store, channel.read_queued()
        if sent is not None and sent > _newest_begun(store, task_name):
            store.set(_newest_key(task_name), str(sent), MARKS_KEPT_S)
        return _claim(store, f"{job}-begun", MARKS_KEPT_S)

    @staticmethod
    def end(channel: Channel, job: str) -> None:
        """Note that a job has ended: no delivery runs it again."""
        channel.write_ended()
        channel.store.delete(_context_key(job))


def _claim(store: Store, key: str, expire_s: float) -> bool:
    """Return whether this call is the first one with the key; of several at once one is."""
    mine = uuid.uuid4().hex
    return store.add(key, mine, expire_s) == mine


def _newest_begun(store: Store, task_name: str) -> float:
    """Return when the newest job of a task was sent that has begun, in seconds since the epoch."""
    return float(store.get(_newest_key(task_name)) or 0)


def _newest_key(task_name: str) -> str:
    return f"{task_name}-newest-begun"


def _context_key(job: str) -> str:
    return f"{job}-context"
