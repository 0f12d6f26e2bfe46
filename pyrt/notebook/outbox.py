"""`Outbox`: what the kernel sends to one view, numbered, and kept until the browser has it.

A host may lose messages while it makes the browser's models anew; the view then asks for them.
"""

import threading
from collections.abc import Callable, Mapping, Sequence

type Send = Callable[[Mapping[str, object], Sequence[bytes]], None]


class Outbox:
    """The messages to one view.

    Attributes:
        sent: the number of the last message, of those that an earlier channel has sent, too.
    """

    def __init__(self, view: str, send: Send, sent: int) -> None:
        self.sent = sent
        self._view = view
        self._send = send
        self._lock = threading.Lock()
        self._unconfirmed: dict[int, tuple[Mapping[str, object], Sequence[bytes]]] = {}

    def post(self, message: Mapping[str, object], buffers: Sequence[bytes] = ()) -> None:
        """Send a message, under the next number."""
        with self._lock:
            self.sent += 1
            numbered = {**message, "view": self._view, "number": self.sent}
            self._unconfirmed[self.sent] = numbered, buffers
        self._send(numbered, buffers)

    def confirm(self, up_to: int) -> None:
        """The view has handled all messages up to this number."""
        with self._lock:
            for number in [each for each in self._unconfirmed if each <= up_to]:
                del self._unconfirmed[number]

    def send_again(self) -> None:
        """Send what was not confirmed."""
        with self._lock:
            waiting = list(self._unconfirmed.values())
        for message, buffers in waiting:
            self._send(message, buffers)
