"""ASGI middleware that refuses requests from pages of other origins, before anything else runs.

A browser names the origin of the page in each cross-origin request. Allowed are the server's own
origin, the origins in the settings, and requests without an origin: they come from programs, which
have no cookies of a user to misuse. The server's own origin is one whose host is that of the
request and a known name of the server (`known_hosts`). Starlette's CORSMiddleware, behind this one,
tells browsers which responses a page may read.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette import types as asgi
from starlette.responses import JSONResponse

from pyrt.server import access_log
from pyrt.server.http_error import FOREIGN_HOST, FOREIGN_ORIGIN, Reason
from pyrt.server.known_hosts import ANY, KnownHosts

_CLOSE_FOREIGN = 4003  # close code of a WebSocket


class OriginGuard:
    """The middleware.

    Args:
        app: the ASGI application behind it.
        origins: allowed origins, `scheme://host[:port]` each, or "*" for all.
        hosts: the names of the server; None for any name.
    """

    def __init__(
        self, app: asgi.ASGIApp, origins: Collection[str], hosts: KnownHosts | None = None
    ) -> None:
        self.app = app
        self.origins = frozenset(origins)
        self.hosts = hosts or KnownHosts([ANY])

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Pass a request on, or answer it with 403."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        reason = self._find_reason(origin, host)
        if reason is None:
            await self.app(scope, receive, send)
            return
        client = scope.get("client")
        access_log.write(
            "call",
            via=scope["type"],
            status=reason.status,
            refused=reason.name,
            origin=origin or None,
            host=host if reason is FOREIGN_HOST else None,
            remote=client[0] if client else None,
        )
        if scope["type"] == "websocket":  # to close it without accepting is a response of 403
            await receive()
            await send({"type": "websocket.close", "code": _CLOSE_FOREIGN, "reason": reason.name})
            return
        body = {"error": {"message": _explain(reason, origin, host), "reason": reason.name}}
        await JSONResponse(body, reason.status)(scope, receive, send)

    def _find_reason(self, origin: str, host: str) -> Reason | None:
        """Return why a request is refused; None if it is not."""
        if origin and (origin in self.origins or ANY in self.origins):
            return None
        if origin and (origin == "null" or urlsplit(origin).netloc != host):
            return FOREIGN_ORIGIN
        return None if self.hosts.knows(host) else FOREIGN_HOST


def _explain(reason: Reason, origin: str, host: str) -> str:
    if reason is FOREIGN_ORIGIN:
        return f"Pages of {origin} may not call this server. Start it with --origin {origin}"
    name = host.partition(":")[0]
    return (
        f"This server does not know {name} as a name of its own. If it is one, start it with "
        f"--allowed-host {name}"
    )
