"""Limits of each client: requests at the same time, and requests per time; beyond, 429.

A client is the address of the connection's other end, or what a proxy says it is (`proxy`).
Requests per time are counted by the library `limits`: in this process, or for several servers in
Redis. A store that cannot be reached limits nothing.
"""

import math
import time
from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from starlette import types as asgi
from starlette.responses import JSONResponse

from pyrt.model.failures import StartError
from pyrt.server import access_log
from pyrt.server.http_error import TOO_MANY, HttpError

if TYPE_CHECKING:
    from limits import RateLimitItem

_CLOSE_TOO_MANY = 4029  # close code of a WebSocket, where a response cannot be given


class RateLimit:
    """How many requests a client may make.

    Args:
        rate: such as "600/minute"; "" for any number.
        store: the address of a Redis; "" to count in this process.

    Raises:
        StartError: the rate or the address makes no sense.
    """

    def __init__(self, rate: str = "", store: str = "") -> None:
        self._item: RateLimitItem | None = None
        if not rate:
            return
        import limits  # noqa: PLC0415  # an extra, and only for those who set a limit
        from limits.aio.strategies import SlidingWindowCounterRateLimiter  # noqa: PLC0415
        from limits.storage import storage_from_string  # noqa: PLC0415

        try:
            self._item = limits.parse(rate)
        except ValueError:
            raise StartError(f"{rate!r} must be a rate such as 600/minute or 20/second.") from None
        try:
            counts: Any = (
                storage_from_string(f"async+{store}", implementation="redispy")
                if store
                else storage_from_string("async+memory://")
            )
        except Exception as error:  # what the library raises depends on the kind of store
            raise StartError(f"Requests cannot be counted in {store!r}: {error}") from error
        self._strategy = SlidingWindowCounterRateLimiter(counts)

    async def check(self, client: str) -> None:
        """Count a request of a client.

        Raises:
            HttpError: the client has made too many; 429 with `retry_after_s`.
        """
        if self._item is None:
            return
        try:
            if await self._strategy.hit(self._item, client):
                return
            reset = (await self._strategy.get_window_stats(self._item, client)).reset_time
        except Exception:  # noqa: BLE001  # Redis is away: better no limit than no service
            access_log.logger.warning("The store of rates is unreachable", exc_info=True)
            return
        wait_s = max(1, math.ceil(reset - time.time()))
        raise HttpError(
            TOO_MANY, f"More requests than {self._item} came from {client}.", retry_after_s=wait_s
        )


class ClientLimits:
    """The middleware.

    Args:
        app: the ASGI application behind it.
        at_once: requests and WebSockets of one client at the same time; 0 for any number.
        rate: its requests per time.
        free: paths that are not limited.
    """

    def __init__(
        self, app: asgi.ASGIApp, at_once: int, rate: RateLimit, free: Collection[str] = ()
    ) -> None:
        self.app = app
        self._at_once = at_once
        self._rate = rate
        self._free = frozenset(free)
        self._running: Counter[str] = Counter()

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Pass a request on, or answer it with 429."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in self._free:
            await self.app(scope, receive, send)
            return
        client = str((scope.get("client") or ("",))[0])
        try:
            await self._check(client)
        except HttpError as error:
            await _refuse(error, client, scope, receive, send)
            return
        self._running[client] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]

    async def _check(self, client: str) -> None:
        if self._at_once and self._running[client] >= self._at_once:
            raise HttpError(
                TOO_MANY,
                f"{client} has {self._at_once} requests and WebSockets open.",
                retry_after_s=1,
            )
        await self._rate.check(client)


async def _refuse(
    error: HttpError, client: str, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send
) -> None:
    status, reason = error.reason
    access_log.write("call", via=scope["type"], status=status, refused=reason, remote=client)
    if scope["type"] == "websocket":
        await receive()
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": _CLOSE_TOO_MANY, "reason": reason})
            return
    body = {"error": {"message": error.message, "reason": reason}}
    response = JSONResponse(body, status, {"Retry-After": str(error.retry_after_s)})
    await response(scope, receive, send)
