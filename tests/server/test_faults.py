"""Fault injection: killed workers, restarted brokers, two hundred clients at once."""

import asyncio
import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
import redis

from tests.support.bridge import ask
from tests.support.polling_page import Page
from tests.support.programs import wait_for

QUEUE = "celery"  # its list in Redis


def test_a_process_killed_in_a_job_that_may_be_repeated_is_followed_by_another(make_system):
    """Celery with task_acks_late: run again; the page shows no sign of it."""
    system = make_system("celery", ACKS_LATE="1")
    page = Page(system, ask("dies", "once"))
    assert page.end().json()["response"] == {"dies": {"children": "at last"}}
    attempts = [name for name in system.server.traces if name.startswith("attempt-")]
    assert len(set(attempts)) == 2


def test_a_worker_killed_in_the_middle_leaves_its_job_to_another(make_system):
    """The whole worker: Redis delivers again what was not acknowledged."""
    system = make_system("celery", ACKS_LATE="1")
    page = Page(system, ask("dies", "waits"))
    wait_for(lambda: "attempt-" in str(system.server.traces), "the job")
    system.worker.stop(signal.SIGKILL)
    assert page.poll().json() == {"multi": True}
    system.open_gate("waits")
    another = system.make_worker("another", plain=True, VISIBILITY_S="3").start()
    wait_for(lambda: page.poll().status_code == 204 or "response" in page.news[-1], "it")
    assert len([n for n in system.server.traces if n.startswith("attempt-")]) == 2
    another.stop(signal.SIGKILL)


def test_a_job_that_takes_longer_than_the_visibility_timeout_runs_once(make_system):
    """Redis delivers it again while it runs: that delivery is put back, and dropped at the end."""
    system = make_system("celery", ACKS_LATE="1", VISIBILITY_S="2")
    page = Page(system, ask("steps", "long"))
    wait_for(lambda: "Retry in" in system.worker.log, "the second delivery")
    assert page.poll().json().get("waiting") is None
    system.open_gate("first-long")
    system.open_gate("second-long")
    assert page.end().json()["response"] == {"steps": {"children": "long"}}
    wait_for(lambda: system.worker.log.count("succeeded") > 1, "the end of both deliveries")
    assert system.server.traces.count("begun-long") == 1


def test_a_page_is_told_that_its_job_waits_for_a_worker(make_system):
    """Without a sign of life of the worker; until another one has taken the job."""
    system = make_system("celery", ACKS_LATE="1", VISIBILITY_S="3")
    page = Page(system, ask("dies", "waits"))
    wait_for(lambda: "attempt-" in str(system.server.traces), "the job")
    assert "waiting" not in page.poll().json()
    system.worker.stop(signal.SIGKILL)
    assert "silent" in page.until("waiting")
    another = system.make_worker("another").start()
    wait_for(lambda: "waiting" not in page.poll().json(), "the other worker")
    system.open_gate("waits")
    page.end()
    another.stop(signal.SIGKILL)


def test_redis_is_restarted_during_a_job(make_system):
    """What it holds is on disk; a poll in between is answered with 503, and may be asked again."""
    system = make_system("celery")
    page = Page(system, ask("steps", "a"))
    page.until("progress")
    assert system.server.client.get("/ready").json() == {"status": "ready"}
    system.redis.stop()
    before = system.server.mark_log()
    response = page.poll()
    assert response.status_code == 503
    (line,) = system.server.lines_after(before)
    assert line["refused"] == "store of jobs unavailable"
    assert system.server.client.get("/ready").status_code == 503
    assert system.server.client.get("/health").status_code == 200
    system.open_gate("first-a")
    system.open_gate("second-a")
    wait_for(lambda: "ended-a" in system.server.traces, "the job")
    assert system.server.post(ask("quick", 1)).status_code == 200
    system.redis.start()
    wait_for(lambda: system.server.client.get("/ready").status_code == 200, "Redis")
    wait_for(lambda: page.poll().status_code == 200, "Redis")
    last = page.news[-1] if "response" in page.news[-1] else page.end().json()
    assert last["response"] == {"steps": {"children": "a"}}
    shown = [news["sideUpdate"] for news in page.news if "sideUpdate" in news]
    assert shown[-1]["log"]["title"] == "done"
    wait_for(lambda: Page(system, ask("out", "next")).end().status_code == 200, "the worker")


needs_rabbitmq = pytest.mark.skipif(
    not Path("/usr/lib/rabbitmq/bin/rabbitmq-server").exists(),
    reason="RabbitMQ is the second broker, where the machine has it; Redis is tested everywhere",
)


def lose_message(system, request):
    """Start a job and take its message off the queue, as a worker that is killed right then does.

    Returns the page, and the message.
    """
    system.worker.stop(signal.SIGKILL)
    page = Page(system, request)
    with redis.Redis.from_url(system.redis.url) as broker:
        message = broker.rpop(QUEUE)
        assert message
        assert not broker.exists("unacked"), "nothing that Redis could give out again"
    return page, message


def test_a_job_whose_message_redis_has_lost_is_sent_again(make_system):
    system = make_system("celery", ACKS_LATE="1", VISIBILITY_S="2")
    page, _ = lose_message(system, ask("brief", "lost"))
    another = system.make_worker("another").start()
    assert page.end().json()["response"] == {"brief": {"children": "lost"}}
    wait_for(lambda: "has lost the message of job" in system.server.log, "a line of the log")
    another.stop(signal.SIGKILL)


def test_a_message_that_is_not_lost_after_all_does_not_run_a_job_twice(make_system):
    system = make_system("celery", ACKS_LATE="1", VISIBILITY_S="2")
    page, message = lose_message(system, ask("steps", "twice"))
    another = system.make_worker("another").start()
    page.until("progress")
    with redis.Redis.from_url(system.redis.url) as broker:
        broker.lpush(QUEUE, message)
    wait_for(lambda: "Retry in" in another.log, "the delivery of the first message")
    system.open_gate("first-twice")
    system.open_gate("second-twice")
    assert page.end().json()["response"] == {"steps": {"children": "twice"}}
    assert system.server.traces.count("begun-twice") == 1
    another.stop(signal.SIGKILL)


@needs_rabbitmq
def test_rabbitmq_keeps_a_message_that_a_killed_worker_had_in_its_socket(make_system):
    """It is delivered again when the connection is gone; nothing is sent twice."""
    system = make_system("rabbitmq", ACKS_LATE="1")
    assert Page(system, ask("brief", "first")).end().status_code == 200, "it takes jobs"
    os.killpg(system.worker.pid, signal.SIGSTOP)
    page = Page(system, ask("brief", "kept"))
    system.worker.stop(signal.SIGKILL)
    another = system.make_worker("another").start()
    assert page.end().json()["response"] == {"brief": {"children": "kept"}}
    assert "has lost the message" not in system.server.log
    another.stop(signal.SIGKILL)


@needs_rabbitmq
def test_rabbitmq_as_the_broker(make_system):
    """Jobs, their end, and a worker that is killed: its job is delivered to another at once."""
    system = make_system("rabbitmq", ACKS_LATE="1")
    assert Page(system, ask("out", "x")).end().status_code == 200
    cancelled = Page(system, ask("steps", "c"))
    cancelled.until("progress")
    stop = f"{cancelled.query}&oldJob={cancelled.handles['job']}"
    assert system.server.post(cancelled.request, stop).status_code == 204
    page = Page(system, ask("dies", "waits"))
    wait_for(lambda: "attempt-" in str(system.server.traces), "the job")
    system.worker.stop(signal.SIGKILL)
    another = system.make_worker("another").start()
    wait_for(lambda: str(system.server.traces).count("attempt-") == 2, "the second attempt")
    system.open_gate("waits")
    assert page.end().status_code in {200, 204}
    another.stop(signal.SIGKILL)


def memory_mb(pid):
    return psutil.Process(pid).memory_info().rss / 2**20


async def ask_all(url, count, duration_s):
    """Have so many clients ask for so long; return the statuses of all answers."""
    statuses = []
    end = time.monotonic() + duration_s
    limits = httpx.Limits(max_connections=count, max_keepalive_connections=count)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:

        async def ask_on(number):
            outputs = ["out", "async", "named"]
            while time.monotonic() < end:
                request = ask(outputs[number % 2], "x" * 1000)
                answer = await client.post("/_dash-update-component", json=request)
                statuses.append(answer.status_code)

        await asyncio.gather(*(ask_on(number) for number in range(count)))
    return statuses


@pytest.mark.quiet
def test_two_hundred_clients_at_once(start_server):
    """No error and no growing memory; benchmarks/bridge.py does the same for a minute."""
    server = start_server("plain.py")
    with ThreadPoolExecutor() as threads:  # browser tests before it keep a loop in this one
        threads.submit(lambda: asyncio.run(ask_all(server.url, 200, 2))).result()
        before = memory_mb(server.pid)
        statuses = threads.submit(lambda: asyncio.run(ask_all(server.url, 200, 4))).result()
    assert set(statuses) == {200}
    assert len(statuses) >= 200
    assert memory_mb(server.pid) < before + 10


def test_several_processes_answer_for_each_other(start_server):
    """Every process accepts the job ids of the others: they share the secret."""
    server = start_server("plain.py", "--workers", "2", PYRT_BRIDGE_SECRET="")
    answers = [server.post(ask("out", n)).json() for n in range(20)]
    assert [a["response"]["out"]["children"] for a in answers] == list(range(20))


def test_the_tests_have_their_servers():
    assert shutil.which("redis-server"), "Install redis-server: the tests use a real one."
