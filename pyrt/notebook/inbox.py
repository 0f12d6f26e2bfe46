"""`Inbox`: the messages of one view in the order of their numbers, each once.

Hosts bring messages in several threads, may lose some while a channel moves to a subshell, and the
browser sends again what was not confirmed.
"""

import threading
from collections.abc import Generator, Mapping
from typing import Any

type Message = Mapping[str, Any]


class Inbox:
    """The messages of one view.

    Attributes:
        handled: the number up to which all messages have been handled.
    """

    def __init__(self, first: int) -> None:
        self.handled = first - 1
        self._lock = threading.Lock()
        self._waiting: dict[int, Message] = {}
        self._is_busy = False

    def take(self, number: int, message: Message) -> Generator[Message]:
        """Yield the messages that are to be handled now, by the caller.

        While one thread handles messages, it gets those that others bring.
        """
        with self._lock:
            if number <= self.handled:
                return
            self._waiting.setdefault(number, message)
            if self._is_busy:
                return
            self._is_busy = True
        try:
            while (found := self._next()) is not None:
                yield found
                with self._lock:
                    self.handled += 1
        finally:
            with self._lock:
                self._is_busy = False

    def _next(self) -> Message | None:
        with self._lock:
            found = self._waiting.pop(self.handled + 1, None)
            if found is None:
                self._is_busy = False
            return found
