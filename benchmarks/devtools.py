"""The wire to a browser: its DevTools protocol, of which only what is called is switched on.

Commands are those of https://chromedevtools.github.io/devtools-protocol/.
"""

import contextlib
import itertools
import json
import time
from collections.abc import Iterator
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

# Events after which a page answers no more.
ENDS = {"Inspector.targetCrashed", "Inspector.detached"}


class RefusedError(RuntimeError):
    """The browser does not do what it is told; carries its words."""

    @property
    def passing(self) -> bool:
        """Whether the page went elsewhere meanwhile: the next one may do it."""
        return any(word in str(self) for word in ("context", "navigated"))


class GoneError(RuntimeError):
    """The browser or a page of it has died."""


class Wire:
    """Commands to a browser, one after the other; of its events, only ends are heard."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._gone: dict[str, str] = {}  # session of a page that has ended -> what the event says

    def call(
        self, method: str, session: str = "", seconds: float | None = None, **parameters: object
    ) -> dict[str, Any]:
        """Give a command, to a page where `session` names one, and return what it results in.

        Raises:
            RefusedError: the browser answers with an error.
            GoneError: nobody is there to answer.
            TimeoutError: nobody has answered within so many seconds.
        """
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        end = None if seconds is None else time.monotonic() + seconds
        answer: dict[str, Any] = {}
        try:
            self._socket.send(json.dumps(command))
            while answer.get("id") != number:
                if session in self._gone:
                    raise GoneError(f"{method}: the page has ended: {self._gone[session]}")
                answer = self._next(end)
                if answer.get("method") in ENDS:
                    self._gone[answer["sessionId"]] = json.dumps(answer)
        except ConnectionClosed as error:
            raise GoneError(f"{method}: Chromium has ended") from error
        if "error" in answer:
            raise RefusedError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self, end: float | None) -> dict[str, Any]:
        left = None if end is None else max(0, end - time.monotonic())
        message: dict[str, Any] = json.loads(self._socket.recv(left))
        return message


@contextlib.contextmanager
def connected(address: str) -> Iterator[Wire]:
    """The wire to the browser at an address."""
    # Pages answer when they can, and their events may lie about unread.
    with connect(
        address, proxy=None, compression=None, ping_interval=None, max_size=None, max_queue=None
    ) as socket:
        yield Wire(socket)
