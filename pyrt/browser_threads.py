"""Threads and processes of the standard library in a tab, which has one thread: in order.

    ThreadPoolExecutor, ProcessPoolExecutor, ThreadPool, Pool    a task runs when it is submitted,
                                                                 as a thread of the pool
    Thread, Timer, Process                                       runs to its end on the next turn
                                                                 of the event loop, or at `join`
    local                                                        one of each such thread
    Lock, Queue, Value, Array, Manager of multiprocessing        those of this one process

What would wait for another thread, or sleeps, runs the threads that have been started first, and
the timers whose time comes meanwhile. If nothing can end the wait, RuntimeError says so; code that
waits for ever would stop the whole tab.
"""

# The functions stand in the places of methods with other signatures.
# ruff: noqa: ANN401

import asyncio
import contextlib
import itertools
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any, Self

INSTEAD = (
    "For something that happens again and again use dcc.Interval, for a long computation "
    "callback(..., background=True), and `async def` with asyncio.sleep for what waits."
)
ENDLESS = "The thread {name} never ends ({where}), and a browser tab has only one. " + INSTEAD
DEADLOCK = (
    "This waits for another thread or process, and a browser tab has none: what was started has "
    "run to its end, and nothing else can end the wait. " + INSTEAD
)
NOTICE = (
    "pyrt: a browser tab has one thread. Threads, processes and pools run what they are given one "
    "after another.\n"
)

_started: "deque[Any]" = deque()
_timers: list[Any] = []  # started, and neither run nor cancelled
_sleep = time.sleep
_noticed = [False]
_pools = itertools.count()


def say_once() -> None:
    """Write to the console that everything runs in order; the first time only."""
    if not _noticed[0]:
        _noticed[0] = True
        sys.stderr.write(NOTICE)


def run_next() -> bool:
    """Run the thread that was started first; return False if there is none."""
    if not _started:
        return False
    _run_thread(_started.popleft())
    return True


# --- threads


def patch_threading(module: Any) -> None:
    """Let threads run on the next turn, and what waits for them run them first."""
    module.Thread.start = _start
    module.Thread.join = _join
    module.Thread.is_alive = lambda self: self._pyrt_state in {"started", "running"}
    module.Thread._pyrt_state = "new"  # noqa: SLF001  # ours
    module.Timer.start = _start_timer
    module.Timer.cancel = _cancel_timer
    module.Condition.wait = _wait
    time.sleep = pass_time  # type: ignore[assignment]  # integers are floats, too
    from _threading_local import local  # noqa: PLC0415  # imports threading

    module.local = local  # that in C knows the one real thread only


def _start(self: Any) -> None:
    if self._pyrt_state != "new":
        raise RuntimeError("threads can only be started once")
    say_once()
    from pyrt.browser_endless import find_endless_loop  # noqa: PLC0415  # slow to import

    where = find_endless_loop(getattr(self, "_target", None) or type(self).run)
    if where:
        raise RuntimeError(ENDLESS.format(name=self.name, where=where))
    self._pyrt_state = "started"
    self._started.set()
    _started.append(self)
    _call_later(0, lambda: _run_if_started(self))


def _start_timer(self: Any) -> None:
    if self._pyrt_state != "new":
        raise RuntimeError("threads can only be started once")
    self._pyrt_state = "started"
    self._started.set()
    self._pyrt_due = time.monotonic() + self.interval
    _timers.append(self)
    _call_later(self.interval, lambda: _run_timer(self))


def _run_timer(self: Any) -> None:
    _forget_timer(self)
    if self._pyrt_state == "started" and not self.finished.is_set():
        self.finished.wait = lambda _=None: None  # it has waited
        _run_thread(self)


def _cancel_timer(self: Any) -> None:
    _forget_timer(self)
    self.finished.set()
    self._pyrt_state = "ended"


def _forget_timer(self: Any) -> None:
    with contextlib.suppress(ValueError):
        _timers.remove(self)


def pass_time(seconds: float) -> None:
    """`time.sleep`: meanwhile the threads run that have been started."""
    end = time.monotonic() + seconds
    while run_next() or _run_due({*_timers}, end):
        pass
    _sleep(max(end - time.monotonic(), 0) if seconds > 0 else seconds)


def _run_due(timers: "set[Any]", end: float) -> bool:
    """Wait for the first of some timers and run it; return False if there is none until `end`."""
    first = min(timers & {*_timers}, key=lambda each: each._pyrt_due, default=None)  # noqa: SLF001
    if first is None or first._pyrt_due > end:  # noqa: SLF001  # ours
        return False
    _sleep(max(first._pyrt_due - time.monotonic(), 0))  # noqa: SLF001  # ours
    _run_timer(first)
    return True


def _call_later(seconds: float, function: Callable[[], None]) -> None:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        try:
            loop = asyncio.get_event_loop()  # that of the browser, which always runs
        except RuntimeError:
            return  # it runs at `join`
    loop.call_later(seconds, function)


def _run_if_started(thread: Any) -> None:
    if thread in _started:
        _started.remove(thread)
        _run_thread(thread)


def _run_thread(thread: Any) -> None:
    """Call `run` as the thread itself; an exception goes to `threading.excepthook`."""
    thread._pyrt_state = "running"  # noqa: SLF001  # ours
    threading: Any = sys.modules["threading"]
    with _being(thread):
        try:
            thread.run()
        except SystemExit:
            pass
        except BaseException:  # noqa: BLE001  # whatever the app's thread raises
            hook = getattr(thread, "_invoke_excepthook", None)
            if hook is None:
                threading.excepthook(threading.ExceptHookArgs([*sys.exc_info(), thread]))
            else:
                hook(thread)
        finally:
            thread._pyrt_state = "ended"  # noqa: SLF001  # ours


@contextlib.contextmanager
def _being(thread: Any) -> Iterator[None]:
    """Let `current_thread()` return a thread meanwhile, and `local` have its values."""
    threading: Any = sys.modules["threading"]
    active, ident = threading._active, threading.get_ident()  # noqa: SLF001  # what it reads
    before = active.get(ident)
    active[ident] = thread
    try:
        yield
    finally:
        active[ident] = before


def _worker(name: str | None) -> Any:
    """Return the thread that the tasks of a pool run as."""
    threading: Any = sys.modules["threading"]
    return threading.Thread(name=name)


def _join(self: Any, timeout: float | None = None) -> None:  # noqa: ARG001  # Python's signature
    if self._pyrt_state == "new":
        raise RuntimeError("cannot join thread before it is started")
    if self._pyrt_state == "running":
        raise RuntimeError("cannot join current thread")
    if isinstance(self, sys.modules["threading"].Timer) and self._pyrt_state == "started":
        _run_due({self}, self._pyrt_due)
        return
    _run_if_started(self)


def _wait(self: Any, timeout: float | None = None) -> bool:
    """`Condition.wait`, on which events, queues and futures are built."""
    if not self._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    waiter = sys.modules["threading"].Lock()
    waiter.acquire()
    self._waiters.append(waiter)
    saved = self._release_save()
    is_notified = False
    end = float("inf") if timeout is None else time.monotonic() + timeout
    timers = {*_timers}  # one that starts itself again would never let the wait end
    try:
        is_notified = waiter.acquire(blocking=False)
        while not is_notified and (run_next() or _run_due(timers, end)):
            is_notified = waiter.acquire(blocking=False)
        if not is_notified and timeout is None:
            raise RuntimeError(DEADLOCK)
        if not is_notified and timeout is not None and timeout > 0:
            _sleep(max(end - time.monotonic(), 0))  # other callbacks run meanwhile
            is_notified = waiter.acquire(blocking=False)
        return bool(is_notified)
    finally:
        self._acquire_restore(saved)
        if not is_notified:
            with contextlib.suppress(ValueError):
                self._waiters.remove(waiter)


# --- pools


def patch_executor(name: str, module: Any) -> None:
    """Replace the executor `name` of a module of `concurrent.futures`."""
    from concurrent.futures import _base  # noqa: PLC0415  # where it is used

    class InOrder(_base.Executor):
        """Runs each task when it is submitted."""

        def __init__(
            self,
            max_workers: int | None = None,
            *arguments: Any,
            thread_name_prefix: str = "",
            initializer: Callable[..., Any] | None = None,
            initargs: tuple[Any, ...] = (),
            **_: Any,
        ) -> None:
            if max_workers is not None and max_workers <= 0:
                raise ValueError("max_workers must be greater than 0")
            say_once()
            self._max_workers = max_workers or 1
            self._shutdown = False
            named = [each for each in (thread_name_prefix, *arguments) if isinstance(each, str)]
            prefix = next(filter(None, named), f"{name}-{next(_pools)}")
            self._worker = _worker(f"{prefix}_0")
            given = [each for each in arguments if callable(each)]
            start = initializer or (given[0] if given else None)
            if start is not None:
                with _being(self._worker):
                    start(*initargs)

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            if self._shutdown:
                raise RuntimeError("cannot schedule new futures after shutdown")
            future: Any = _base.Future()
            future.set_running_or_notify_cancel()
            try:
                with _being(self._worker):
                    result = fn(*args, **kwargs)
                future.set_result(result)
            except BaseException as error:  # noqa: BLE001  # the future has it
                future.set_exception(error)
            return future

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # Python's signature
            self._shutdown = True

    InOrder.__name__ = InOrder.__qualname__ = name
    InOrder.__module__ = module.__name__
    setattr(module, name, InOrder)


class InOrderPool:
    """`multiprocessing.pool.Pool` and `ThreadPool`: each call runs when it is made."""

    def __init__(
        self,
        processes: int | None = None,
        initializer: Callable[..., Any] | None = None,
        initargs: Iterable[Any] = (),
        *_: Any,
        **__: Any,
    ) -> None:
        if processes is not None and processes < 1:
            raise ValueError("Number of processes must be at least 1")
        say_once()
        self._processes = processes or 1
        self._is_open = True
        self._worker = _worker(None)
        if initializer is not None:
            self._run(initializer, *initargs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.terminate()

    def apply(
        self, func: Callable[..., Any], args: Iterable[Any] = (), kwds: dict[str, Any] | None = None
    ) -> Any:
        """Return what the function returns."""
        self._check()
        return self._run(func, *args, **(kwds or {}))

    def apply_async(
        self,
        func: Callable[..., Any],
        args: Iterable[Any] = (),
        kwds: dict[str, Any] | None = None,
        callback: Callable[[Any], Any] | None = None,
        error_callback: Callable[[BaseException], Any] | None = None,
    ) -> "Result":
        """Call the function, and return its result with the methods of `AsyncResult`."""
        self._check()
        return Result(lambda: self._run(func, *args, **(kwds or {})), callback, error_callback)

    def map(
        self, func: Callable[..., Any], iterable: Iterable[Any], chunksize: int | None = None
    ) -> list[Any]:
        """Return the results for all items."""
        del chunksize
        self._check()
        return [self._run(func, item) for item in iterable]

    def map_async(
        self,
        func: Callable[..., Any],
        iterable: Iterable[Any],
        chunksize: int | None = None,
        callback: Callable[[Any], Any] | None = None,
        error_callback: Callable[[BaseException], Any] | None = None,
    ) -> "Result":
        """Call `map`, and return its result with the methods of `AsyncResult`."""
        del chunksize
        self._check()
        return Result(
            lambda: [self._run(func, item) for item in iterable], callback, error_callback
        )

    def imap(
        self, func: Callable[..., Any], iterable: Iterable[Any], chunksize: int = 1
    ) -> Iterator[Any]:
        """Yield the results in order."""
        del chunksize
        self._check()
        return (self._run(func, item) for item in iterable)

    imap_unordered = imap

    def starmap(
        self,
        func: Callable[..., Any],
        iterable: Iterable[Iterable[Any]],
        chunksize: int | None = None,
    ) -> list[Any]:
        """Return the results for all items, which are unpacked to arguments."""
        del chunksize
        self._check()
        return [self._run(func, *items) for items in iterable]

    def starmap_async(
        self,
        func: Callable[..., Any],
        iterable: Iterable[Iterable[Any]],
        chunksize: int | None = None,
        callback: Callable[[Any], Any] | None = None,
        error_callback: Callable[[BaseException], Any] | None = None,
    ) -> "Result":
        """Call `starmap`, and return its result with the methods of `AsyncResult`."""
        del chunksize
        self._check()
        return Result(
            lambda: [self._run(func, *items) for items in iterable], callback, error_callback
        )

    def close(self) -> None:
        """Accept no more calls."""
        self._is_open = False

    terminate = close

    def join(self) -> None:
        """Return at once: nothing is running.

        Raises:
            ValueError: the pool is open.
        """
        if self._is_open:
            raise ValueError("Pool is still running")

    def _run(self, func: Callable[..., Any], /, *args: Any, **kwds: Any) -> Any:
        with _being(self._worker):
            return func(*args, **kwds)

    def _check(self) -> None:
        if not self._is_open:
            raise ValueError("Pool not running")


class Result:
    """The result of a call that has ended, as `multiprocessing.pool.AsyncResult`."""

    def __init__(
        self,
        call: Callable[[], Any],
        callback: Callable[[Any], Any] | None,
        error_callback: Callable[[BaseException], Any] | None,
    ) -> None:
        self._error: BaseException | None = None
        self._value: Any = None
        try:
            self._value = call()
        except Exception as error:  # noqa: BLE001  # `get` raises it
            self._error = error
        if self._error is not None:
            if error_callback is not None:
                error_callback(self._error)
        elif callback is not None:
            callback(self._value)

    def get(self, timeout: float | None = None) -> Any:  # noqa: ARG002  # Python's signature
        """Return the value, or raise the exception of the call."""
        if self._error is not None:
            raise self._error
        return self._value

    def wait(self, timeout: float | None = None) -> None:
        """Return at once."""

    @staticmethod
    def ready() -> bool:
        """Return True."""
        return True

    def successful(self) -> bool:
        """Return whether the call raised nothing."""
        return self._error is None


def patch_pool(module: Any) -> None:
    """Replace the pools of `multiprocessing.pool`."""
    module.Pool = module.ThreadPool = InOrderPool
    module.AsyncResult = module.ApplyResult = Result


def make_multiprocessing_core() -> ModuleType:
    """Return a stand-in for `_multiprocessing`, the part of multiprocessing in C."""
    module = ModuleType("_multiprocessing")

    class SemLock:
        """Semaphores that processes share, which joblib looks for before it starts some."""

        SEM_VALUE_MAX = 2**31 - 1

        def __init__(self, *_: Any, **__: Any) -> None:
            raise OSError("A browser tab has no processes that could share a semaphore.")

    module.SemLock = SemLock  # type: ignore[attr-defined]
    module.sem_unlink = lambda *_: None  # type: ignore[attr-defined]
    module.flags = {}  # type: ignore[attr-defined]
    return module
