"""What `multiprocessing` shares between processes, for the one process of a tab.

Lock, Event, Queue, ...    those of threading and queue
Value, Array               numbers and arrays of ctypes, with a lock
Manager()                  makes plain lists, dicts and namespaces
Pipe()                     two ends, each with what the other has sent
Process                    runs as a thread does, see browser_threads
"""

# The functions stand in the places of methods with other signatures.
# ruff: noqa: ANN401

import pickle
import queue
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Self

from pyrt import browser_threads
from pyrt.browser_threads import InOrderPool

_CTYPES = {
    "c": "c_char",
    "u": "c_wchar",
    "b": "c_byte",
    "B": "c_ubyte",
    "h": "c_short",
    "H": "c_ushort",
    "i": "c_int",
    "I": "c_uint",
    "l": "c_long",
    "L": "c_ulong",
    "q": "c_longlong",
    "Q": "c_ulonglong",
    "f": "c_float",
    "d": "c_double",
}


class ProcessQueue(queue.Queue[Any]):
    """`multiprocessing.Queue`."""

    def close(self) -> None:
        """Do nothing: there is no process that writes to it."""

    join_thread = cancel_join_thread = close


class PipeEnd:
    """One end of `multiprocessing.Pipe()`."""

    def __init__(self, inbox: ProcessQueue, outbox: ProcessQueue) -> None:
        self._inbox, self._outbox = inbox, outbox
        self._other: PipeEnd | None = None
        self.closed = False

    def send(self, value: object) -> None:
        """Give a copy of a value to the other end."""
        self._check()
        if self._other is not None and self._other.closed:
            raise BrokenPipeError("The other end of the pipe is closed.")
        self._outbox.put(pickle.dumps(value))

    def recv(self) -> Any:
        """Return what was sent first; a thread that has been started may send it yet."""
        self._check()
        if self._inbox.empty() and self._other is not None and self._other.closed:
            raise EOFError
        return pickle.loads(self._inbox.get())  # noqa: S301  # made by `send`

    def send_bytes(self, data: Any) -> None:
        """Send bytes."""
        self.send(bytes(data))

    recv_bytes = recv

    def poll(self, timeout: float = 0) -> bool:
        """Tell whether something is there, also what started threads send until then."""
        browser_threads.pass_time(timeout or 0)
        return not self._inbox.empty()

    def close(self) -> None:
        """Close this end."""
        self.closed = True

    def _check(self) -> None:
        if self.closed:
            raise OSError("handle is closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def make_pipe(_: object, duplex: bool = True) -> tuple[PipeEnd, PipeEnd]:  # noqa: ARG001, FBT001, FBT002  # Python's signature
    """`Pipe()`: without `duplex` the first one receives, the second one sends."""
    first, second = ProcessQueue(), ProcessQueue()
    ends = PipeEnd(first, second), PipeEnd(second, first)
    ends[0]._other, ends[1]._other = ends[1], ends[0]  # noqa: SLF001  # ours
    return ends


class Shared:
    """A value or an array of ctypes with its lock, as `multiprocessing.sharedctypes` makes it."""

    def __init__(self, content: Any, lock: Any) -> None:
        vars(self).update(_content=content, _lock=lock)

    def get_obj(self) -> Any:
        """Return the object of ctypes."""
        return self._content

    def get_lock(self) -> Any:
        """Return the lock."""
        return self._lock

    def acquire(self, *arguments: Any, **options: Any) -> bool:
        """Acquire the lock."""
        return bool(self._lock.acquire(*arguments, **options))

    def release(self) -> None:
        """Release the lock."""
        self._lock.release()

    def __enter__(self) -> Any:
        return self._lock.__enter__()

    def __exit__(self, *error: object) -> None:
        self._lock.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._content, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._content, name, value)

    def __len__(self) -> int:
        return len(self._content)

    def __getitem__(self, key: Any) -> Any:
        return self._content[key]

    def __setitem__(self, key: Any, value: object) -> None:
        self._content[key] = value


def _kind(code_or_type: Any) -> Any:
    import ctypes  # noqa: PLC0415  # few apps need it

    return getattr(ctypes, _CTYPES[code_or_type]) if isinstance(code_or_type, str) else code_or_type


def make_raw_value(_: object, code_or_type: Any, *args: Any) -> Any:
    """`RawValue(type, *args)`."""
    return _kind(code_or_type)(*args)


def make_raw_array(_: object, code_or_type: Any, size_or_items: Any) -> Any:
    """`RawArray(type, size or items)`."""
    kind = _kind(code_or_type)
    if isinstance(size_or_items, int):
        return (kind * size_or_items)()
    return (kind * len(size_or_items))(*size_or_items)


def make_value(_: object, code_or_type: Any, *args: Any, lock: Any = True) -> Any:
    """`Value(type, *args)`."""
    return _with_lock(make_raw_value(_, code_or_type, *args), lock)


def make_array(_: object, code_or_type: Any, size_or_items: Any, *, lock: Any = True) -> Any:
    """`Array(type, size or items)`."""
    return _with_lock(make_raw_array(_, code_or_type, size_or_items), lock)


def _with_lock(content: Any, lock: Any) -> Any:
    if lock is False:
        return content
    return Shared(content, threading.RLock() if lock in {True, None} else lock)


class LocalManager:
    """`multiprocessing.Manager()`: its objects are those of this process."""

    list: Any = staticmethod(list)
    dict: Any = staticmethod(dict)
    Namespace = staticmethod(SimpleNamespace)
    Lock = staticmethod(threading.Lock)
    RLock = staticmethod(threading.RLock)
    Condition = staticmethod(threading.Condition)
    Semaphore = staticmethod(threading.Semaphore)
    BoundedSemaphore = staticmethod(threading.BoundedSemaphore)
    Event = staticmethod(threading.Event)
    Barrier = staticmethod(threading.Barrier)
    Queue = JoinableQueue = staticmethod(ProcessQueue)
    Pool = staticmethod(InOrderPool)

    @staticmethod
    def Value(code_or_type: Any, value: Any) -> Any:  # noqa: N802  # Python's name
        """Return an object with the attribute `value`."""
        del code_or_type
        return SimpleNamespace(value=value)

    @staticmethod
    def Array(code_or_type: Any, items: Any) -> Any:  # noqa: N802  # Python's name
        """Return a list."""
        del code_or_type
        return list(items)

    def start(self, *_: object) -> None:
        """Do nothing."""

    connect = shutdown = join = start

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


_OF_THREADING = (
    "Barrier",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "Lock",
    "RLock",
    "Semaphore",
)


def patch_context(module: Any) -> None:
    """Replace the methods of the contexts of multiprocessing."""
    context = module.BaseContext
    for name in _OF_THREADING:
        setattr(context, name, _method_of_threading(name))
    context.Queue = context.JoinableQueue = lambda _, maxsize=0: ProcessQueue(maxsize)
    context.SimpleQueue = lambda _: ProcessQueue()
    context.Value, context.Array = make_value, make_array
    context.RawValue, context.RawArray = make_raw_value, make_raw_array
    context.Pipe = make_pipe
    context.Manager = lambda _: LocalManager()
    context.Pool = lambda _, *args, **options: InOrderPool(*args, **options)
    for name in ("Process", "ForkProcess", "SpawnProcess", "ForkServerProcess"):
        if hasattr(module, name):
            setattr(module, name, TabProcess)
    for each in vars(module).values():
        if isinstance(each, type) and issubclass(each, context):
            each.Process = TabProcess  # type: ignore[attr-defined]  # of a context


def patch_package(module: Any) -> None:
    """Bind the functions of the package to the replaced methods."""
    context = module.context._default_context  # noqa: SLF001  # as the package does
    for name in module.__all__:
        setattr(module, name, getattr(context, name))


def _method_of_threading(name: str) -> Callable[..., Any]:
    return lambda _, *args, **options: getattr(threading, name)(*args, **options)


class TabProcess(threading.Thread):
    """`multiprocessing.Process`: runs as a thread, in this process."""

    def __init__(  # noqa: PLR0913  # Python's signature
        self,
        group: None = None,
        target: Callable[..., Any] | None = None,
        name: str | None = None,
        args: Any = (),
        kwargs: Any = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        super().__init__(group, target, name, args, kwargs, daemon=daemon)
        self.pid: int | None = None
        self._code = 0

    def run(self) -> None:  # noqa: D102  # of Thread
        try:
            super().run()
        except SystemExit as end:
            self._code = end.code if isinstance(end.code, int) else int(end.code is not None)
            raise
        except BaseException:
            self._code = 1
            raise

    @property
    def exitcode(self) -> int | None:
        """0, that of `sys.exit`, 1 after an exception; None while it has not ended."""
        return self._code if getattr(self, "_pyrt_state", "new") == "ended" else None

    def terminate(self) -> None:
        """Do nothing: it has ended, or will end before this could act."""

    kill = close = terminate
