"""An event loop whose time is that of a test: `asyncio.sleep` ends when the test says so.

Files, sockets and threads that callbacks wait for are waited for in real time.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, override

START_SECONDS = 1_700_000_000.0  # the first second of every page, since the epoch
MAX_REAL_SECONDS = 30.0  # for one wait on files, sockets and threads


class WaitTimeoutError(Exception):
    """What a callback waits for outside of Python did not come."""


class _Selector(selectors.BaseSelector):
    """Waits for sockets and threads; where only time would have to pass, it stops the loop."""

    def __init__(self) -> None:
        self._inner = selectors.DefaultSelector()
        self.loop: ClockLoop | None = None

    @override
    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.register(fileobj, events, data)

    @override
    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    @override
    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.modify(fileobj, events, data)

    @override
    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._inner.get_map()

    @override
    def close(self) -> None:
        self._inner.close()

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        loop = self.loop
        if loop is None or timeout == 0:
            return self._inner.select(0)
        if not loop.waits_outside(len(self._inner.get_map())):
            loop.stop()
            return self._inner.select(0)
        found = self._inner.select(MAX_REAL_SECONDS)
        if not found:
            loop.timed_out = True
            loop.stop()
        return found


class ClockLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock that stands still between calls of `advance`."""

    def __init__(self) -> None:
        selector = _Selector()
        self._now = 0.0
        self._in_threads = 0
        self.timed_out = False
        super().__init__(selector)
        self._clock_resolution = 1e-6  # sums of seconds are not exact
        self._own_files = len(selector.get_map())  # by which threads wake the loop
        self._tasks: set[asyncio.Task[None]] = set()
        selector.loop = self

    @override
    def time(self) -> float:
        """Return the seconds since the page was made."""
        return self._now

    @property
    def seconds(self) -> float:
        """The page's clock, in seconds since the epoch."""
        return START_SECONDS + self._now

    @override
    def run_in_executor[*A, R](
        self, executor: Executor | None, func: Callable[[*A], R], *args: *A
    ) -> asyncio.Future[R]:
        future = super().run_in_executor(executor, func, *args)
        self._in_threads += 1
        future.add_done_callback(self._thread_ended)
        return future

    def _thread_ended(self, _: object) -> None:
        self._in_threads -= 1

    def waits_outside(self, files: int) -> bool:
        """Tell whether something is waited for that comes by itself: a socket, a thread."""
        return self._in_threads > 0 or files > self._own_files

    def spawn(self, rest: Coroutine[object, object, None]) -> None:
        """Run the rest of an async callback."""
        task = self.create_task(rest)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def run_until_idle(self) -> None:
        """Run all that can run without the clock going on.

        Raises:
            WaitTimeoutError: a socket or a thread did not answer.
            RuntimeError: another event loop runs, as in a test that is `async def`.
        """
        self.run_forever()
        if self.timed_out:
            self.timed_out = False
            raise WaitTimeoutError(
                f"A callback has waited for {MAX_REAL_SECONDS:.0f} seconds for something outside "
                "of Python: a socket, a process or a thread that did not end."
            )

    def next_timer(self) -> float | None:
        """Return when the next timer is due; None without one."""
        timers: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]  # CPython
        return min((each.when() for each in timers if not each.cancelled()), default=None)

    def set_time(self, seconds: float) -> None:
        """Set the clock forward."""
        self._now = max(self._now, seconds)

    def cancel_tasks(self) -> None:
        """End all async callbacks."""
        for task in list(self._tasks):
            task.cancel()
        self.run_until_idle()

    def end(self) -> None:
        """Cancel what has not ended, and close the loop."""
        self.cancel_tasks()
        self.close()


@contextmanager
def outside_of_loop() -> Iterator[None]:
    """Let plain functions use `asyncio.run`, as they may in a tab and on a server."""
    running = asyncio._get_running_loop()  # noqa: SLF001  # the only way
    asyncio._set_running_loop(None)  # noqa: SLF001
    try:
        yield
    finally:
        asyncio._set_running_loop(running)  # noqa: SLF001
