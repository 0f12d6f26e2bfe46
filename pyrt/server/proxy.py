"""ASGI middleware that takes the client's address from a header, where a proxy is in front.

Only for a server that no client can reach without the proxy: anyone can write a header. Of several
values the last one counts, which the nearest proxy has added. The proxy's `X-Forwarded-Proto` says
whether the client uses HTTPS.
"""

from starlette import types as asgi

_WEB_SOCKET = {"http": "ws", "https": "wss"}


class ClientAddress:
    """The middleware.

    Args:
        app: the ASGI application behind it.
        header: the name of the header, such as `X-Forwarded-For` or `X-Real-IP`.
    """

    def __init__(self, app: asgi.ASGIApp, header: str) -> None:
        self.app = app
        self._header = header.lower().encode("latin-1", "replace")

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Pass a request on, with the client that the header names."""
        if scope["type"] in {"http", "websocket"}:
            headers = dict(scope["headers"])  # of several lines the last one
            client = headers.get(self._header, b"").decode("latin-1").rpartition(",")[2].strip()
            if client:
                scope["client"] = (client, 0)
            scheme = headers.get(b"x-forwarded-proto", b"").decode("latin-1").strip()
            if scheme in _WEB_SOCKET:
                is_page = scope["type"] == "http"
                scope["scheme"] = scheme if is_page else _WEB_SOCKET[scheme]
        await self.app(scope, receive, send)
