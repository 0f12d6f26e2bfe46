"""Plain functions run in threads and do not block the event loop."""

import asyncio
import threading
from functools import partial

import pytest

from pyrt.server.threads import CallbackThreadPool


def test_functions_run_at_the_same_time_and_the_loop_is_not_blocked():
    threads, barrier = CallbackThreadPool(3), threading.Barrier(3)

    async def main():
        return await asyncio.gather(*(threads.run(barrier.wait) for _ in range(3)))

    assert sorted(asyncio.run(main())) == [0, 1, 2]


def test_what_is_too_much_at_once_waits_and_is_done():
    threads, names = CallbackThreadPool(2), set()

    def note(number):
        names.add(threading.current_thread().ident)
        return number

    async def main():
        return await asyncio.gather(*(threads.run(partial(note, n)) for n in range(100)))

    assert asyncio.run(main()) == list(range(100))
    assert len(names) <= 2


def test_what_a_function_raises_is_raised_where_it_is_awaited():
    threads = CallbackThreadPool(1)

    async def main():
        with pytest.raises(KeyError):
            await threads.run(partial({}.pop, "x"))
        with pytest.raises(RuntimeError, match="StopIteration"):
            await threads.run(partial(next, iter(())))
        return await threads.run(lambda: "next")

    assert asyncio.run(main()) == "next"


def test_the_end_need_not_be_awaited():
    threads, gate = CallbackThreadPool(1), threading.Event()

    async def main():
        task = asyncio.create_task(threads.run(gate.wait))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        gate.set()
        return await threads.run(lambda: "next")

    assert asyncio.run(main()) == "next"


def test_threads_end_when_the_pool_is_closed():
    threads, found = CallbackThreadPool(2), []

    async def main():
        found.append(await threads.run(threading.current_thread))

    asyncio.run(main())
    threads.close()
    found[0].join(10)
    assert not found[0].is_alive()
