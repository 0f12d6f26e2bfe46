"""Whose pages may ask: middleware that refuses foreign origins before anything else is done.

A browser names the page's origin with every request that crosses from one host to another. The
server's own origin is always welcome, and so are programs that name none, which no cookies of a
visitor can be abused through. Starlette's CORSMiddleware, further in, tells browsers what they may
read. May import `refusal` and `journal`.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pyrt.server import access_log
from pyrt.server.http_error import FOREIGN_ORIGIN


class OriginGuard:
    """ASGI middleware.

    Args:
        app: what lies behind.
        origins: `scheme://host[:port]` each, or "*" for all.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        if self._is_welcome(origin, headers.get(b"host", b"").decode("latin-1")):
            await self.app(scope, receive, send)
            return
        reason = FOREIGN_ORIGIN
        access_log.note("call", via=scope["type"], status=403, refused=reason.name, origin=origin)
        if scope["type"] == "websocket":  # closing instead of accepting is answered with 403
            await receive()
            await send({"type": "websocket.close", "code": 4003, "reason": reason.name})
            return
        message = f"Pages of {origin} may not call this server. Start it with --origin {origin}"
        refused = {"error": {"message": message, "reason": reason.name}}
        await JSONResponse(refused, reason.status)(scope, receive, send)

    def _is_welcome(self, origin: str, host: str) -> bool:
        if not origin or origin in self.origins or "*" in self.origins:
            return True
        return origin != "null" and urlsplit(origin).netloc == host
