"""The connection to a browser by its DevTools protocol; only called domains are enabled.

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


class CommandError(RuntimeError):
    """The browser has answered a command with an error; the message is its text."""

    @property
    def passing(self) -> bool:
        """Whether the page navigated meanwhile: the command may succeed on the next document."""
        return any(word in str(self) for word in ("context", "navigated"))


class GoneError(RuntimeError):
    """The browser or the page has ended."""


class Wire:
    """Sends commands to a browser one after the other; of its events, only `ENDS` are read."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._gone: dict[str, str] = {}  # session of a page that has ended -> what the event says

    def call(
        self, method: str, session: str = "", seconds: float | None = None, **parameters: object
    ) -> dict[str, Any]:
        """Send a command, to a page where `session` names one, and return its result.

        Raises:
            CommandError: the browser answers with an error.
            GoneError: the browser or the page has ended.
            TimeoutError: there is no answer within `seconds`.
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
            raise CommandError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self, end: float | None) -> dict[str, Any]:
        left = None if end is None else max(0, end - time.monotonic())
        message: dict[str, Any] = json.loads(self._socket.recv(left))
        return message


@contextlib.contextmanager
def connected(address: str) -> Iterator[Wire]:
    """Connect to the browser at an address."""
    # Pages may answer late, and their events may stay unread for long.
    with connect(
        address, proxy=None, compression=None, ping_interval=None, max_size=None, max_queue=None
    ) as socket:
        yield Wire(socket)
