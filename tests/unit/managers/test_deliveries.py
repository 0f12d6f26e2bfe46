"""Jobs whose message the broker has lost."""

import time
from types import SimpleNamespace

import pytest
from celery import Celery

from pyrt.managers.channel import Channel
from pyrt.managers.deliveries import Deliveries
from tests.support.stores import Texts

CONTEXT = {"request": {"inputs": [1]}}


def celery_app(broker="redis://127.0.0.1:1/0", *, late=True, visibility_s=30):
    """A Celery app that is never connected."""
    app = Celery("x", broker=broker, backend="cache+memory://", set_as_current=False)
    app.conf.task_acks_late = late
    app.conf.broker_transport_options = {"visibility_timeout": visibility_s}
    return app


class Sent:
    """The task of Celery that runs a callback; keeps what was sent."""

    name = "background_callback_1"

    def __init__(self):
        self.messages = []

    def apply_async(self, args, **options):
        self.messages.append((args, options))


class System:
    """A server, a worker and the broker's queue for one job."""

    def __init__(self, app, monkeypatch):
        self.deliveries = Deliveries(app)
        self.task = Sent()
        self.store = Texts()
        self.channel = Channel(self.store, "key")
        self.waiting = 0
        monkeypatch.setattr(self.deliveries, "_has_messages", lambda _: bool(self.waiting))
        self.now = time.time()
        clock = SimpleNamespace(time=lambda: self.now)
        monkeypatch.setattr("pyrt.managers.deliveries.time", clock)
        monkeypatch.setattr("pyrt.managers.channel.time", clock)
        self.channel.write_queued()
        self.job = self.deliveries.new_job(self.store, CONTEXT)

    def begin(self, key="key", job=None):
        channel = Channel(self.store, key)
        found = self.deliveries.begin(channel, job or self.job, self.task.name)
        channel.write_heartbeat()
        return found

    def polled_after(self, seconds):
        """Poll after so many seconds; return how many messages were sent again so far."""
        self.now += seconds
        self.deliveries.restore(self.channel, self.job, self.task)
        return len(self.task.messages)


@pytest.fixture
def system(monkeypatch):
    return System(celery_app(), monkeypatch)


def test_a_job_that_no_free_worker_has_begun_is_sent_again_with_its_id(system):
    assert system.polled_after(29) == 0
    assert system.polled_after(2) == 1
    ((args, options),) = system.task.messages
    assert args == ("key", CONTEXT)
    assert options == {"task_id": system.job, "serializer": "json"}


def test_it_is_sent_again_once_per_visibility_timeout_by_whichever_server_is_asked(
    system, monkeypatch
):
    assert system.polled_after(31) == 1
    other = Deliveries(celery_app())
    monkeypatch.setattr(other, "_has_messages", lambda _: False)
    other.restore(system.channel, system.job, system.task)
    assert system.polled_after(1) == 1
    (lock,) = [key for key in system.store.texts if key.endswith("-sent-again")]
    assert system.store.kept[lock] == 30
    system.store.delete(lock)
    assert system.polled_after(1) == 2


def test_a_job_is_not_lost_while_messages_wait(system):
    """All workers are busy, or there are none."""
    system.waiting = 3
    assert system.polled_after(1000) == 0


def test_a_job_that_a_later_one_has_overtaken_is_sent_again(system):
    system.waiting = 3
    system.now += 1
    Channel(system.store, "later").write_queued()
    assert system.polled_after(10) == 0
    system.begin("later", "another job")
    assert system.polled_after(1) == 1


def test_two_jobs_that_begin_in_another_order_are_not_lost(system):
    """Workers reserve some, and start at the same time."""
    system.now += 0.1
    Channel(system.store, "later").write_queued()
    system.begin("later", "another job")
    assert system.polled_after(5) == 0


def test_an_earlier_job_that_begins_overtakes_nothing(system):
    system.waiting = 3
    system.begin("earlier", "another job")
    assert system.polled_after(20) == 0


def test_a_job_that_runs_is_not_lost(system):
    assert system.begin(), "the first time"
    for _ in range(5):
        system.channel.write_heartbeat()
        assert system.polled_after(20) == 0
    assert not system.begin(), "a second delivery"


def test_a_job_is_sent_again_whose_second_message_was_lost(system):
    """Its worker was killed, and the next one with the message in its hands."""
    system.begin()
    assert system.polled_after(29) == 0
    assert system.polled_after(2) == 1


def test_a_job_that_has_ended_is_not_sent_again_and_its_request_is_not_kept(system):
    system.begin()
    system.deliveries.end(system.channel, system.job)
    assert system.polled_after(1000) == 0
    assert system.channel.has_ended()
    assert not any(key.endswith("-context") for key in system.store.texts)


@pytest.mark.parametrize(
    "options",
    [
        {"late": False},  # what must not run twice
        {"broker": "amqp://127.0.0.1:1//"},  # RabbitMQ loses nothing
        {"broker": "memory://"},
    ],
    ids=str,
)
def test_others_are_neither_kept_nor_sent_again(options, monkeypatch):
    system = System(celery_app(**options), monkeypatch)
    assert list(system.store.texts) == ["key-queued"]
    assert system.polled_after(1000) == 0


def test_messages_that_wait_are_counted_in_the_queue_of_the_task():
    """Of a broker in memory: Redis does it the same way."""
    app = celery_app("memory://")
    app.conf.task_routes = {"slow": {"queue": "other"}}
    deliveries = Deliveries(app)
    assert not deliveries._has_messages("slow")
    app.send_task("slow", task_id="1")
    assert deliveries._has_messages("slow")
    assert not deliveries._has_messages("quick")
