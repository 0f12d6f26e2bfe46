"""The server as an ASGI application: its routes and its middleware.

OriginGuard > CORSMiddleware > routes: _dash-update-component, _dash-ws-callback,
                                       api_endpoint paths, _pyrt-health, those of app.server
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette import types as asgi
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from pyrt.server.http import HttpEndpoints
from pyrt.server.origin_guard import OriginGuard
from pyrt.server.service import CallService
from pyrt.server.sockets import SocketEndpoint

HEALTH = "_pyrt-health"
DEFAULT_MAX_BODY = 16 * 2**20  # bytes; the request of a callback contains a dcc.Upload's file


@dataclass(frozen=True, slots=True)
class Access:
    """Which requests are accepted.

    Attributes:
        origins: origins of pages that may call the server, besides its own; "*" for all.
        max_body: bytes of a request.
        prefixes: URL paths under which the routes are served; each ends with a slash.
        publish_api: also serve the paths of `api_endpoint`.
        app_routes: answers what is left, by the routes of the app's own server, if it has any.
    """

    origins: Collection[str] = ()
    max_body: int = DEFAULT_MAX_BODY
    prefixes: Sequence[str] = ("/",)
    publish_api: bool = False
    app_routes: asgi.ASGIApp | None = None


def make_asgi(
    service: CallService, access: Access, close: Callable[[], None] | None = None
) -> Starlette:
    """Return the ASGI application of a service; `close` is called when it is shut down."""
    endpoints = HttpEndpoints(service, access.max_body)
    sockets = SocketEndpoint(service, access.max_body)
    routes: list[BaseRoute] = []
    for prefix in access.prefixes:
        routes += [
            Route(f"{prefix}_dash-update-component", endpoints.update, methods=["POST"]),
            WebSocketRoute(f"{prefix}_dash-ws-callback", sockets.serve),
            Route(f"{prefix}{HEALTH}", endpoints.health),
        ]
    if access.publish_api:
        routes += [
            Route(
                f"/{callback.api_endpoint.lstrip('/')}", endpoints.api(callback), methods=["POST"]
            )
            for callback in service.callbacks
            if callback.api_endpoint and callback.function
        ]

    if access.app_routes is not None:
        routes.append(Mount("/", access.app_routes))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        service.close()
        if close is not None:
            close()

    # Browsers send cookies only where the origins are listed one by one.
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(access.origins),
        allow_credentials="*" not in access.origins,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        max_age=86_400,
    )
    guard = Middleware(OriginGuard, origins=access.origins)
    return Starlette(routes=routes, middleware=[guard, cors], lifespan=lifespan)
