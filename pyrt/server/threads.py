"""`Threads`: where plain functions run, so that the event loop goes on meanwhile.

A pool as `concurrent.futures` has one, for one event loop, and with fewer switches between threads:
the thread that was busy last is the next to be woken, results that are ready together are handed
over together, and a thread that finds more work does it at once. A trivial callback costs the
server a third less than with the standard pool (benchmarks/bridge.py). Threads do not keep the
process alive. This module imports nothing of pyrt.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class _Job:
    """A function, who waits for it, and what came of it."""

    function: Callable[[], Any]
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self.function()
        except StopIteration as error:  # which no future can have
            self.error = RuntimeError(f"StopIteration: {error}")
        except BaseException as error:  # noqa: BLE001  # whoever waits gets it
            self.error = error

    def hand_over(self) -> None:
        if self.future.done():  # nobody waits any more
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class _Worker(threading.Thread):
    """One thread, with at most one job handed to it."""

    def __init__(self, threads: "Threads", job: _Job | None) -> None:
        super().__init__(daemon=True, name="callback")
        self.threads = threads
        self.job = job
        self.woken = threading.Lock()
        self.woken.acquire()

    def run(self) -> None:
        job = self.job
        while job is not None:
            job.run()
            self.threads.finish(job)
            job = self.threads.next_job(self)


class Threads:
    """See above.

    Args:
        most: threads at the same time; what is more waits.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._idle: list[_Worker] = []
        self._waiting: deque[_Job] = deque()
        self._done: deque[_Job] = deque()
        self._is_told = False
        self._is_closed = False
        self._lock = threading.Lock()

    async def run[T](self, function: Callable[[], T]) -> T:
        """Call a function in a thread."""
        job = _Job(function, asyncio.get_running_loop().create_future())
        self._give(job)
        return await job.future  # type: ignore[no-any-return]  # the function's

    def close(self) -> None:
        """Let idle threads end, and no job begin that waits."""
        with self._lock:
            self._is_closed = True
            self._waiting.clear()
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.job = None
            worker.woken.release()

    def _give(self, job: _Job) -> None:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
            if worker is None and self._count == self._most:
                self._waiting.append(job)
                return
            if worker is None:
                self._count += 1
        if worker is None:
            _Worker(self, job).start()
        else:
            worker.job = job
            worker.woken.release()

    # --- what the threads call

    def next_job(self, worker: _Worker) -> _Job | None:
        """Return a thread's next job, as soon as there is one; None to end it."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            if self._is_closed:
                return None
            self._idle.append(worker)
        worker.woken.acquire()
        return worker.job

    def finish(self, job: _Job) -> None:
        """Hand a result over to the event loop."""
        self._done.append(job)
        if not self._is_told:
            self._is_told = True
            loop = job.future.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_told = False  # first: what is finished from now on is told again
        while self._done:
            self._done.popleft().hand_over()
