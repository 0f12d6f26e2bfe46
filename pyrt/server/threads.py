"""`CallbackThreadPool`: runs plain functions in threads, so that the event loop is not blocked.

It does what `concurrent.futures` does, for one event loop and with fewer switches between threads:
the thread that became idle last is the next to run a job, results that are ready at the same time
are delivered together, and a thread takes the next waiting job without a switch. A callback that
waits costs the server a sixth less than with anyio's threads, and a trivial one an eighth less than
with the standard pool (benchmarks/thread_pools.py). The threads are daemons: they do not keep the
process alive.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class _Job:
    """A function, the future of its result, and the result once it has run."""

    function: Callable[[], Any]
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None

    def run(self) -> None:
        """Call the function; runs in a thread of the pool."""
        try:
            self.result = self.function()
        except StopIteration as error:  # a future refuses it
            self.error = RuntimeError(f"StopIteration: {error}")
        except BaseException as error:  # noqa: BLE001  # the caller of the pool gets it
            self.error = error

    def set_future(self) -> None:
        """Complete the future; runs on the event loop."""
        if self.future.done():  # cancelled
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class _Worker(threading.Thread):
    """One thread, with at most one job assigned to it."""

    def __init__(self, pool: "CallbackThreadPool", job: _Job | None) -> None:
        super().__init__(daemon=True, name="callback")
        self.pool = pool
        self.job = job
        self.wake = threading.Lock()  # held while the thread is to wait
        self.wake.acquire()

    def run(self) -> None:
        job = self.job
        while job is not None:
            job.run()
            self.pool.finish(job)
            job = self.pool.next_job(self)


class CallbackThreadPool:
    """Threads that are started when they are needed.

    Args:
        max_threads: at the same time; further jobs wait.
    """

    def __init__(self, max_threads: int) -> None:
        self._max_threads = max_threads
        self._count = 0
        self._idle: list[_Worker] = []
        self._waiting: deque[_Job] = deque()
        self._done: deque[_Job] = deque()
        self._is_delivery_scheduled = False
        self._is_closed = False
        self._lock = threading.Lock()

    async def run[T](self, function: Callable[[], T]) -> T:
        """Call a function in a thread and return its result, or raise its error."""
        job = _Job(function, asyncio.get_running_loop().create_future())
        self._assign(job)
        return await job.future  # type: ignore[no-any-return]  # the function's

    def close(self) -> None:
        """End idle threads, and drop the jobs that wait; running jobs continue."""
        with self._lock:
            self._is_closed = True
            self._waiting.clear()
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.job = None
            worker.wake.release()

    def _assign(self, job: _Job) -> None:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
            if worker is None and self._count == self._max_threads:
                self._waiting.append(job)
                return
            if worker is None:
                self._count += 1
        if worker is None:
            _Worker(self, job).start()
        else:
            worker.job = job
            worker.wake.release()

    # --- called in the threads

    def next_job(self, worker: _Worker) -> _Job | None:
        """Wait for the next job of a thread and return it; None when the thread is to end."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            if self._is_closed:
                return None
            self._idle.append(worker)
        worker.wake.acquire()
        return worker.job

    def finish(self, job: _Job) -> None:
        """Deliver a result to the event loop."""
        self._done.append(job)
        if not self._is_delivery_scheduled:
            self._is_delivery_scheduled = True
            loop = job.future.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_delivery_scheduled = False  # first: a job that ends from here on schedules again
        while self._done:
            self._done.popleft().set_future()
