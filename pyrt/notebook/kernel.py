"""The kernel in which a notebook's code runs: its event loop, and where the output of code goes."""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pyrt.notebook.interrupts import INTERRUPTS

if TYPE_CHECKING:
    from concurrent.futures import Future


class Kernel:
    """The kernel, as it is when a cell shows an app.

    Attributes:
        loop: runs the async callbacks: the kernel's own.
    """

    def __init__(self) -> None:
        try:
            self.loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel has called this code
            self.loop = _start_loop()
        self._cell = _parent_of_cell()
        INTERRUPTS.install(getattr(shell(), "kernel", None))

    def spawn(self, rest: Coroutine[object, object, None]) -> "Future[None]":
        """Run a coroutine in the loop, with the context of the caller; callable from any thread."""
        return asyncio.run_coroutine_threadsafe(rest, self.loop)

    def call_soon(self, function: Callable[[], None]) -> None:
        """Call a function when this thread's loop, or else the kernel's, is free."""
        try:
            asyncio.get_running_loop().call_soon(function)
        except RuntimeError:
            self.loop.call_soon_threadsafe(function)

    @contextmanager
    def output_to_cell(self) -> Iterator[None]:
        """Let what is printed appear below the cell that has shown the app."""
        if self._cell is None:
            yield
            return
        both: tuple[Any, ...] = (sys.stdout, sys.stderr)
        streams = [each for each in both if hasattr(each, "set_parent")]
        before = [each.parent_header for each in streams]
        for each in streams:
            each.set_parent(self._cell)
        try:
            yield
        finally:
            for stream, header in zip(streams, before, strict=True):
                stream.flush()
                stream.set_parent({"header": header})


def shell() -> Any:  # noqa: ANN401  # IPython has no types here
    """Return IPython's shell, if this code runs in one."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def cell_id() -> str | None:
    """Return the id of the cell that runs; None if the host does not tell."""
    parent = _parent_of_cell() or {}
    metadata = parent.get("metadata") or {}
    found = metadata.get("cellId") or metadata.get("cell_id")
    return str(found) if found else None


def _parent_of_cell() -> dict[str, Any] | None:
    """Return the message of the cell that runs."""
    kernel = getattr(shell(), "kernel", None)
    get_parent = getattr(kernel, "get_parent", None)
    try:
        found = get_parent() if get_parent else None
    except (LookupError, RuntimeError, TypeError):
        return None
    return found if isinstance(found, dict) and found.get("header") else None


def _start_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="pyrt", daemon=True).start()
    return loop
