"""ASGI middleware that refuses requests from pages of other origins, before anything else runs.

A browser names the origin of the page in each cross-origin request. Allowed are the server's own
origin, the origins in the settings, and requests without an origin: they come from programs, which
have no cookies of a user to misuse. Starlette's CORSMiddleware, behind this one, tells browsers
which responses a page may read.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette import types as asgi
from starlette.responses import JSONResponse

from pyrt.server import access_log
from pyrt.server.http_error import FOREIGN_ORIGIN

_CLOSE_FOREIGN_ORIGIN = 4003  # close code of a WebSocket


class OriginGuard:
    """The middleware.

    Args:
        app: the ASGI application behind it.
        origins: allowed origins, `scheme://host[:port]` each, or "*" for all.
    """

    def __init__(self, app: asgi.ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.origins = frozenset(origins)

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Pass a request on, or answer it with 403."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        if self._is_allowed(origin, headers.get(b"host", b"").decode("latin-1")):
            await self.app(scope, receive, send)
            return
        reason = FOREIGN_ORIGIN
        access_log.write("call", via=scope["type"], status=403, refused=reason.name, origin=origin)
        if scope["type"] == "websocket":  # to close it without accepting is a response of 403
            await receive()
            code = _CLOSE_FOREIGN_ORIGIN
            await send({"type": "websocket.close", "code": code, "reason": reason.name})
            return
        message = f"Pages of {origin} may not call this server. Start it with --origin {origin}"
        body = {"error": {"message": message, "reason": reason.name}}
        await JSONResponse(body, reason.status)(scope, receive, send)

    def _is_allowed(self, origin: str, host: str) -> bool:
        if not origin or origin in self.origins or "*" in self.origins:
            return True
        return origin != "null" and urlsplit(origin).netloc == host
