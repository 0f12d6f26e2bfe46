"""`DeadlineProtocol`: uvicorn's connection, which closes requests that are never finished.

uvicorn limits how long a connection may be idle between two requests (`timeout_keep_alive`), and
pings WebSockets. It waits for ever for the rest of a request, and for a client that takes no byte
of its response. Here each of these has a deadline:

    the head of a request         `header_timeout_s` from the start of the connection or the request
    its body                      `body_timeout_s` from the end of the head
    a response that is not taken  `body_timeout_s` without a byte

A client that is too slow gets 408, and the connection is closed. A connection that this end does
not read, because the app has enough to do, is no fault of its client.

    uvicorn --factory pyrt.server:create_app --http pyrt.server.deadlines:DeadlineProtocol
"""

import asyncio
from functools import cache
from typing import Literal, cast, override

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from pyrt.server import access_log
from pyrt.server.http_error import TOO_SLOW
from pyrt.server.request import TIMED_OUT
from pyrt.server.settings import read_variables

# What the client has to send next; "nothing" also while a WebSocket has taken over.
type Awaited = Literal["head", "body", "nothing"]

_ANSWER = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 32\r\nconnection: close\r\n\r\nThe request was never finished.\n"
)


@cache
def read_deadlines() -> dict[Awaited, float]:
    """Return the seconds for each part of a request; 0 for no limit."""
    settings = read_variables()
    return {"head": settings.header_timeout_s, "body": settings.body_timeout_s, "nothing": 0}


class DeadlineProtocol(HttpToolsProtocol):
    """One connection; uvicorn makes it."""

    _awaited: Awaited = "head"
    _timed: Awaited = "nothing"  # what the timer is for
    _timer: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _is_websocket = False

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_websocket:
            return
        if self._awaited == "nothing" and self._is_idle():
            self._awaited = "head"  # bytes between two requests, as an empty line
        self._watch()

    @override
    def on_message_begin(self) -> None:
        self._awaited = "head"
        super().on_message_begin()

    @override
    def on_headers_complete(self) -> None:
        self._awaited = "body"
        super().on_headers_complete()

    @override
    def on_message_complete(self) -> None:
        self._awaited = "nothing"
        super().on_message_complete()

    @override
    def handle_websocket_upgrade(self) -> None:
        self._is_websocket = True
        self._stop()
        super().handle_websocket_upgrade()

    # --- requests

    def _watch(self) -> None:
        """Set the timer of what is awaited; a request that came at once has none."""
        if self._timed == self._awaited:
            return
        self._stop_timer()
        seconds = read_deadlines()[self._awaited]
        if seconds and not self.transport.is_closing():
            self._timed = self._awaited
            self._timer = self.loop.call_later(seconds, self._expire)

    def _is_idle(self) -> bool:
        """Return whether no request is being answered."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first one
        return cycle is None or cycle.response_complete

    def _expire(self) -> None:
        self._timer, self._timed = None, "nothing"
        if self.transport.is_closing():
            return
        is_idle = self._is_idle()
        if self.flow.read_paused or (self._awaited == "head" and not is_idle):
            self._watch()  # this end does not read, or has not answered the request before
            return
        if not is_idle:
            cast("dict[str, object]", self.scope)[TIMED_OUT] = True  # `http` logs it
        else:
            peer = self.client[0] if self.client else None
            access_log.write(
                "call", via="http", status=TOO_SLOW.status, refused=TOO_SLOW.name, remote=peer
            )
        if self._awaited == "head" or not self.cycle.response_started:
            self.transport.write(_ANSWER)
        self.transport.close()

    # --- responses

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_stall()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_stall()

    def _watch_stall(self) -> None:
        self._stop_stall()
        seconds = read_deadlines()["body"]
        if seconds:
            unsent = self.transport.get_write_buffer_size()
            self._stall = self.loop.call_later(seconds, self._check_stall, unsent)

    def _check_stall(self, unsent: int) -> None:
        if self.transport.get_write_buffer_size() >= unsent:
            self.transport.abort()
        else:
            self._watch_stall()

    # --- timers

    def _stop(self) -> None:
        self._stop_timer()
        self._stop_stall()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._timed = None, "nothing"

    def _stop_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
        self._stall = None
