"""`BackgroundCallbacks`: the declared background callbacks, announced to those that run them.

A manager may be created before or after the callbacks it runs, and in another process: a Celery
worker imports the app only to register its tasks. So callbacks are added here when they are
declared, and managers subscribe here. `pyrt.model.callback.BACKGROUND_CALLBACKS` is the instance.
"""

from collections.abc import Callable


class BackgroundCallbacks[C]:
    """Background callbacks of type `C`, in order of declaration."""

    def __init__(self) -> None:
        self._callbacks: list[C] = []
        self._subscribers: list[Callable[[C], None]] = []

    def add(self, callback: C) -> None:
        """Add a callback, and pass it to all subscribers."""
        self._callbacks.append(callback)
        for subscriber in self._subscribers:
            subscriber(callback)

    def subscribe(self, subscriber: Callable[[C], None]) -> None:
        """Call `subscriber` with each callback, those added before included."""
        self._subscribers.append(subscriber)
        for callback in self._callbacks:
            subscriber(callback)

    def clear(self) -> None:
        """Remove all callbacks and subscribers, before the app is started again."""
        self._callbacks.clear()
        self._subscribers.clear()
