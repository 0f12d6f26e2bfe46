"""The event loop whose time a test sets."""

import asyncio
import threading

import pytest

from pyrt.testing import clock
from pyrt.testing.clock import ClockLoop, WaitTimeoutError, outside_of_loop


@pytest.fixture
def loop():
    made = ClockLoop()
    yield made
    made.end()


def test_sleeping_ends_when_the_time_is_set(loop):
    ended = []

    async def sleep():
        await asyncio.sleep(5)
        ended.append(loop.time())

    loop.spawn(sleep())
    loop.run_until_idle()
    assert (ended, loop.next_timer()) == ([], 5)
    loop.set_time(5)
    loop.run_until_idle()
    assert (ended, loop.next_timer()) == ([5], None)


def test_threads_are_waited_for(loop):
    ended = []

    async def wait():
        ended.append(await asyncio.to_thread(threading.get_ident))

    loop.spawn(wait())
    loop.run_until_idle()
    assert ended
    assert ended != [threading.get_ident()]


def test_what_never_answers_is_an_error(loop, monkeypatch):
    monkeypatch.setattr(clock, "MAX_REAL_SECONDS", 0.01)
    release = threading.Event()

    async def wait():
        await asyncio.to_thread(release.wait)

    loop.spawn(wait())
    with pytest.raises(WaitTimeoutError, match="outside of Python"):
        loop.run_until_idle()
    release.set()


def test_a_plain_function_may_run_a_loop_of_its_own(loop):
    results: list[object] = []

    async def work():
        with outside_of_loop():
            results.append(asyncio.run(asyncio.sleep(0, "inner")))
        results.append(asyncio.get_running_loop() is loop)

    loop.spawn(work())
    loop.run_until_idle()
    assert results == ["inner", True]
