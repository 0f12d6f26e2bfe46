"""`Registrar`: every background callback that was declared, for whoever can run it as a job.

Managers may be made before or after the callbacks they run, and in a process of their own (a Celery
worker imports the app only to learn its tasks); so both sides meet here. May import `callback`'s
type only.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrt.model.callback import Callback

type Subscriber = Callable[["Callback"], None]


class Registrar:
    """Background callbacks, in order of declaration."""

    def __init__(self) -> None:
        self._callbacks: list[Callback] = []
        self._subscribers: list[Subscriber] = []

    def add(self, callback: "Callback") -> None:
        """Note a callback, and tell all subscribers."""
        self._callbacks.append(callback)
        for subscriber in self._subscribers:
            subscriber(callback)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell somebody of every callback, those of before included."""
        self._subscribers.append(subscriber)
        for callback in self._callbacks:
            subscriber(callback)

    def clear(self) -> None:
        """Forget everything: the app starts over."""
        self._callbacks.clear()
        self._subscribers.clear()


REGISTRAR = Registrar()
