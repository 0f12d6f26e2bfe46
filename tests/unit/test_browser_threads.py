"""Threads, processes and pools in a tab: one after another, on the one thread there is."""

import asyncio
from typing import Any

import pytest

from pyrt import browser_threads
from tests.support.event_loop import run_with_turns


def square(number):
    return number * number


def fail(number):
    raise ValueError(f"no {number}")


# --- pools


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("concurrent.futures.thread", "ThreadPoolExecutor"),
        ("concurrent.futures.process", "ProcessPoolExecutor"),
    ],
)
def test_an_executor_runs_what_it_is_given_in_order_and_says_so_once(tab, capsys, module, name):
    executor = getattr(tab(module), name)
    order = []
    with executor(4, initializer=lambda: order.append("start")) as pool:
        assert list(pool.map(square, range(4))) == [0, 1, 4, 9]
        futures = [pool.submit(order.append, n) for n in range(3)]
        assert order == ["start", 0, 1, 2]
        assert all(future.done() for future in futures)
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(square, 1)
    with executor() as pool:
        pool.submit(square, 2)
    assert capsys.readouterr().err == browser_threads.NOTICE


def test_the_exception_of_a_task_is_raised_where_its_result_is_read(tab):
    pool = tab("concurrent.futures.thread").ThreadPoolExecutor()
    future = pool.submit(fail, 3)
    assert isinstance(future.exception(), ValueError)
    with pytest.raises(ValueError, match="no 3"):
        future.result()
    with pytest.raises(ValueError, match="no 0"):
        list(pool.map(fail, range(2)))
    with pytest.raises(ValueError, match="max_workers"):
        tab("concurrent.futures.thread").ThreadPoolExecutor(0)


def test_as_completed_and_wait_find_all_done(tab):
    from concurrent.futures import as_completed, wait  # noqa: PLC0415

    pool = tab("concurrent.futures.thread").ThreadPoolExecutor()
    futures = [pool.submit(square, n) for n in range(3)]
    assert sorted(future.result() for future in as_completed(futures)) == [0, 1, 4]
    assert wait(futures).not_done == set()


def test_the_executors_of_the_package_are_these(tab):
    futures = tab("concurrent.futures")
    assert futures.ThreadPoolExecutor().submit(square, 2).result() == 4


@pytest.mark.parametrize("name", ["Pool", "ThreadPool"])
def test_a_pool_of_multiprocessing_runs_in_order(tab, name):
    pool_class = getattr(tab("multiprocessing.pool"), name)
    called: list[Any] = []
    with pool_class(2) as pool:
        assert pool.map(square, range(3)) == [0, 1, 4]
        assert pool.starmap(pow, [(2, 3), (3, 2)]) == [8, 9]
        assert list(pool.imap(square, [3])) == list(pool.imap_unordered(square, [3])) == [9]
        assert pool.apply(pow, (2, 5)) == 32
        result = pool.apply_async(square, (5,), callback=called.append)
        assert (result.get(), result.ready(), result.successful(), called) == (25, True, True, [25])
        failed = pool.map_async(fail, [7], error_callback=called.append)
        assert not failed.successful()
        with pytest.raises(ValueError, match="no 7"):
            failed.get(1)
        assert pool.starmap_async(pow, [(2, 2)]).get() == [4]
        with pytest.raises(ValueError, match="still running"):
            pool.join()
    pool.join()
    with pytest.raises(ValueError, match="not running"):
        pool.map(square, [1])


def test_to_thread_runs_the_function(tab):
    async def call():
        return await asyncio.to_thread(square, 6)

    assert asyncio.run(call()) == 36


def test_the_tasks_of_a_pool_run_as_a_thread_of_it(tab):
    threading = tab("threading")
    pool = tab("concurrent.futures.thread").ThreadPoolExecutor(thread_name_prefix="mine")
    main = threading.current_thread()
    assert pool.submit(lambda: threading.current_thread().name).result() == "mine_0"
    assert tab("multiprocessing.pool").ThreadPool().apply(threading.current_thread) is not main
    assert threading.current_thread() is main


def test_each_thread_has_values_of_its_own(tab):
    """`threading.local`: a task of a pool finds what an earlier task of it has left, others not."""
    threading = tab("threading")
    local = threading.local()
    local.name = "main"
    seen = []

    def note(name):
        seen.append(getattr(local, "name", None))
        local.name = name

    def start():
        pools = [tab("concurrent.futures.thread").ThreadPoolExecutor(1) for _ in range(2)]
        for pool, name in [(pools[0], "a"), (pools[0], "b"), (pools[1], "c")]:
            pool.submit(note, name).result()
        for name in ("d", "e"):
            threading.Thread(target=note, args=(name,)).start()
        with tab("multiprocessing.pool").ThreadPool(1) as pool:
            pool.map(note, ["f", "g"])

    run_with_turns(start)
    assert seen == [None, "a", None, None, "f", None, None]
    assert local.name == "main"


# --- threads


def test_a_thread_runs_on_the_next_turn(tab):
    threading = tab("threading")
    seen: list[Any] = []

    def work(value):
        seen.append((value, threading.current_thread().name))

    def start():
        thread = threading.Thread(target=work, args=(1,), name="mine")
        assert not thread.is_alive()
        thread.start()
        assert thread.is_alive()
        assert seen == []
        return thread

    thread = run_with_turns(start)
    assert seen == [(1, "mine")]
    assert not thread.is_alive()
    thread.join()
    with pytest.raises(RuntimeError, match="only be started once"):
        thread.start()
    with pytest.raises(RuntimeError, match="before it is started"):
        threading.Thread().join()


def test_join_runs_a_thread_that_has_not_run(tab):
    threading = tab("threading")
    seen: list[int] = []

    def start():
        threads = [threading.Thread(target=seen.append, args=(n,)) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [0, 1, 2]

    run_with_turns(start)
    assert seen == [0, 1, 2]


def test_a_thread_may_wait_for_one_that_was_started(tab):
    threading, queue = tab("threading"), tab("queue")
    done, items = threading.Event(), queue.Queue()

    def produce():
        items.put("made")
        done.set()

    def start():
        threading.Thread(target=produce).start()
        assert done.wait(5)
        return items.get(timeout=1)

    assert run_with_turns(start) == "made"


def test_what_nothing_can_end_is_an_error_and_no_standstill(tab):
    threading = tab("threading")
    with pytest.raises(RuntimeError, match=r"nothing else can end the wait.*dcc\.Interval"):
        threading.Event().wait()
    assert not threading.Event().wait(0)


def test_an_exception_of_a_thread_is_reported_and_others_run(tab, capsys):
    threading = tab("threading")
    seen: list[int] = []

    def start():
        threading.Thread(target=fail, args=(1,)).start()
        threading.Thread(target=seen.append, args=(2,)).start()

    run_with_turns(start)
    assert seen == [2]
    assert "ValueError: no 1" in capsys.readouterr().err


def test_a_timer_runs_after_its_time_and_can_be_cancelled(tab):
    threading = tab("threading")
    seen: list[str] = []

    async def both():
        late = asyncio.Event()
        threading.Timer(0.01, late.set).start()
        cancelled = threading.Timer(0, seen.append, ["never"])
        cancelled.start()
        cancelled.cancel()
        joined = threading.Timer(0, seen.append, ["joined"])
        joined.start()
        joined.join()
        assert seen == ["joined"]
        await asyncio.wait_for(late.wait(), 10)

    asyncio.run(both())
    assert seen == ["joined"]


def test_a_timer_runs_while_something_waits_or_sleeps(tab):
    threading, time = tab("threading"), tab("time")
    seen: list[str] = []

    def start():
        done = threading.Event()
        threading.Timer(0.01, done.set).start()
        late = threading.Timer(100, seen.append, ["late"])
        late.start()
        assert done.wait(50)
        threading.Timer(0.01, seen.append, ["asleep"]).start()
        polled = threading.Thread(target=seen.append, args=["thread"])
        polled.start()
        while polled.is_alive():
            time.sleep(0)
        time.sleep(0.01)
        assert seen == ["thread", "asleep"]
        late.cancel()

    run_with_turns(start)
    assert seen == ["thread", "asleep"]


def test_a_wait_without_end_is_no_standstill_for_a_timer_that_starts_itself(tab):
    threading = tab("threading")
    seen: list[int] = []

    def again():
        seen.append(1)
        threading.Timer(0.001, again).start()

    def start():
        threading.Timer(0, again).start()
        with pytest.raises(RuntimeError, match="nothing else can end the wait"):
            threading.Event().wait()

    run_with_turns(start)
    assert seen


def test_a_thread_that_never_ends_says_what_to_use(tab):
    thread = tab("threading").Thread(target=until_stopped, args=())
    with pytest.raises(RuntimeError, match=r"never ends .*test_browser_threads.py:\d+.*Interval"):
        thread.start()


def until_stopped(stop):
    while not stop.is_set():
        square(1)
