"""`DeadlineProtocol`: uvicorn's connection, which closes requests that are never finished.

uvicorn limits how long a connection may be idle between two requests (`timeout_keep_alive`), and
pings WebSockets. It waits for ever for the rest of a request, and for a client that takes no byte
of its response. Here each of these has a deadline:

    the head of a request         `header_timeout_s` from the start of the connection or the request
    its body                      `body_timeout_s` from the end of the head
    a response that is not taken  `body_timeout_s` without a byte

A client that is too slow gets 408, and the connection is closed. A connection that this end does
not read, because the app has enough to do, is no fault of its client. A client with more open
connections than it may have requests at once gets 429: they take file descriptors before they are
requests. Behind a proxy all connections are the proxy's, and only requests count
(`client_limits`).

    uvicorn --factory pyrt.server:create_app --http pyrt.server.deadlines:DeadlineProtocol
"""

import asyncio
from collections import Counter
from functools import cache
from typing import ClassVar, Literal, cast, override

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from pyrt.server import access_log
from pyrt.server.http_error import TOO_MANY, TOO_SLOW, Reason
from pyrt.server.request import TIMED_OUT
from pyrt.server.settings import read_variables

# What the client has to send next; "nothing" also while a WebSocket has taken over.
type Awaited = Literal["head", "body", "nothing"]

_PLAIN = b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
_ANSWERS = {
    TOO_SLOW: b"HTTP/1.1 408 Request Timeout\r\n"
    + _PLAIN
    + b"content-length: 32\r\n\r\nThe request was never finished.\n",
    TOO_MANY: b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\n"
    + _PLAIN
    + b"content-length: 31\r\n\r\nToo many connections are open.\n",
}


@cache
def read_deadlines() -> dict[Awaited, float]:
    """Return the seconds for each part of a request; 0 for no limit."""
    settings = read_variables()
    return {"head": settings.header_timeout_s, "body": settings.body_timeout_s, "nothing": 0}


@cache
def read_most_connections() -> int:
    """Return how many connections one client may have; 0 for any number."""
    settings = read_variables()
    return 0 if settings.client_header else settings.at_once


class DeadlineProtocol(HttpToolsProtocol):
    """One connection; uvicorn makes it.

    Attributes:
        open_connections: of each client, in this process.
    """

    open_connections: ClassVar[Counter[str]] = Counter()

    _peer: str = ""  # while the connection is counted
    _awaited: Awaited = "head"
    _timed: Awaited = "nothing"  # what the timer is for
    _timer: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _is_websocket = False

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer, most = self.client[0] if self.client else "", read_most_connections()
        if most and self.open_connections[peer] >= most:
            self._refuse(TOO_MANY)
            transport.close()
            return
        self._peer = peer
        self.open_connections[peer] += 1
        self._watch()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._uncount()
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
        self._uncount()  # `client_limits` counts it
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
            if not self.cycle.response_started:
                self.transport.write(_ANSWERS[TOO_SLOW])
        elif self._awaited == "head":
            self._refuse(TOO_SLOW)
        self.transport.close()

    def _refuse(self, reason: Reason) -> None:
        """Answer for a request that has never come as far as the app, and log it."""
        status, name = reason
        peer = self.client[0] if self.client else None
        access_log.write("call", via="http", status=status, refused=name, remote=peer)
        self.transport.write(_ANSWERS[reason])

    def _uncount(self) -> None:
        if self._peer:
            self.open_connections[self._peer] -= 1
            if not self.open_connections[self._peer]:
                del self.open_connections[self._peer]
        self._peer = ""

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
