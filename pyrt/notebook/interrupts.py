"""`Interrupts`: an interrupt of the kernel ends the callbacks that run, in whichever thread.

ipykernel raises KeyboardInterrupt in the cell that runs, or in the message that its main thread
handles, and else ignores the signal. Callbacks run in threads of subshells, too, and those that are
async in the kernel's loop.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Interrupts:
    """The threads in which code of apps runs."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # the handler may run where this thread has it
        self._threads: list[int] = []  # with one entry for each `reached`
        self._interrupted: set[int] = set()

    def install(self, kernel: Any) -> None:  # noqa: ANN401  # ipykernel has no types here
        """Handle the interrupts that a kernel would ignore; called while a cell runs.

        Args:
            kernel: that of ipykernel, which sets `saved_sigint_handler` again when the cell ends.
        """
        if getattr(kernel, "saved_sigint_handler", None) is signal.SIG_IGN:
            kernel.saved_sigint_handler = self.handle

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Let an interrupt reach what this thread does: it raises KeyboardInterrupt there."""
        me = threading.get_ident()
        with self._lock:
            self._threads.append(me)
        try:
            yield
        finally:
            with suppress(KeyboardInterrupt):  # it came too late
                self._leave(me)

    def _leave(self, thread: int) -> None:
        with self._lock:
            self._threads.remove(thread)
            if thread in self._interrupted and thread not in self._threads:
                self._interrupted.discard(thread)
                _raise_in(thread, None)

    def handle(self, _number: int, _frame: object) -> None:
        """Interrupt all threads in which code of apps runs; the handler of the signal.

        Raises:
            KeyboardInterrupt: this thread, the main one, is among them.
        """
        here = threading.get_ident()
        with self._lock:
            others = set(self._threads) - {here}
            for thread in others:
                self._interrupted.add(thread)
                _raise_in(thread, KeyboardInterrupt)
            is_here = here in self._threads
        if is_here:
            raise KeyboardInterrupt


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Let a thread raise an exception as soon as it runs Python; None withdraws that."""
    import ctypes  # noqa: PLC0415  # a browser's Python may have none, nor threads

    given = ctypes.py_object(error) if error is not None else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), given)


INTERRUPTS = Interrupts()
