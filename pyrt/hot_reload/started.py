"""What the app's own files have started and registered, so that it can be ended and forgotten.

Timers and lists have no owner; so it is noted whether a file of the app was running when they came
to be. What a package does when it is imported stays: it is imported once.
"""

import asyncio
import contextlib
import os
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, override

from pyrt import browser_threads
from pyrt.app.hooks import hooks

_LISTS = ("scripts", "stylesheets", "clientside_callbacks", "dev_tools")


class _Noted:
    """What is known about the app of this interpreter."""

    folder = "\0"  # with a slash at its end
    variables: ClassVar[dict[str, str]] = {}
    timers: ClassVar[weakref.WeakSet[asyncio.Handle]] = weakref.WeakSet()


def note(folder: str) -> None:
    """Begin to note what files in a folder, whose path ends with a slash, start and register."""
    _Noted.folder = folder
    _Noted.variables = dict(os.environ)
    for name in _LISTS:
        if not isinstance(getattr(hooks, name), OwnedList):
            setattr(hooks, name, OwnedList(getattr(hooks, name)))
    loop = _find_loop()
    if loop is not None:
        loop.call_later = _noting(loop.call_later)  # type: ignore[assignment]


def is_of_app(file: object) -> bool:
    """Tell whether a module's file is one of the app's."""
    return isinstance(file, str) and file.startswith(_Noted.folder)


def _is_app_running() -> bool:
    """Tell whether a function or the top level of a file of the app is on the stack."""
    frame = sys._getframe(1)  # noqa: SLF001  # inspect.stack() would read every source file
    found: Any = frame
    while found is not None:
        if is_of_app(found.f_code.co_filename):
            return True
        found = found.f_back
    return False


class OwnedList[T](list[T]):
    """A list that knows which of its items the app's files have added."""

    def __init__(self, items: Iterable[T] = ()) -> None:
        super().__init__(items)
        self.owned: list[T] = []

    @override
    def append(self, item: T) -> None:
        super().append(item)
        if _is_app_running():
            self.owned.append(item)

    @override
    def extend(self, items: Iterable[T]) -> None:
        for item in items:
            self.append(item)

    @override
    def copy(self) -> "OwnedList[T]":
        copied = OwnedList(self)
        copied.owned = [*self.owned]
        return copied

    def forget_owned(self) -> None:
        """Remove what the app's files have added."""
        owned = {id(item) for item in self.owned}
        self[:] = [item for item in self if id(item) not in owned]
        self.owned.clear()


def _noting[**P](call_later: Callable[P, asyncio.Handle]) -> Callable[P, asyncio.Handle]:
    def noting(*arguments: P.args, **options: P.kwargs) -> asyncio.Handle:
        handle = call_later(*arguments, **options)
        if _is_app_running():
            _Noted.timers.add(handle)
        return handle

    return noting


def _find_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        platform: str = sys.platform
        # That of a browser always runs; elsewhere there would be a new one.
        return asyncio.get_event_loop() if platform == "emscripten" else None


def timers() -> set[asyncio.Handle]:
    """Return the timers that the app's files have started, `threading.Timer` included."""
    return {*_Noted.timers}


def tasks() -> set[asyncio.Task[Any]]:
    """Return the tasks that are not done, without the one that runs."""
    loop = _find_loop()
    if loop is None:
        return set()
    running = asyncio.current_task(loop)
    return {task for task in asyncio.all_tasks(loop) if task is not running}


def reset_variables() -> None:
    """Give the process the environment variables that it had before the app ran first."""
    os.environ.clear()
    os.environ.update(_Noted.variables)


def forget_hooks() -> None:
    """Remove the hooks without a function; those with one are told by its file (S-172)."""
    for items in _owned_lists():
        items.forget_owned()


def _owned_lists() -> Iterator[OwnedList[Any]]:
    for name in _LISTS:
        items = getattr(hooks, name)
        if isinstance(items, OwnedList):
            yield items


def threads() -> list[Any]:
    """Return the threads that wait for their turn (`browser_threads`)."""
    return [*browser_threads._started]  # noqa: SLF001  # no other module ends threads


def forget_threads(waiting: Iterable[Any]) -> None:
    """Let threads that wait for their turn never get it."""
    for thread in waiting:
        with contextlib.suppress(ValueError):
            browser_threads._started.remove(thread)  # noqa: SLF001
