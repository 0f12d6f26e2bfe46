"""The server as an ASGI application: its routes and its middleware.

ClientAddress > OriginGuard > CORSMiddleware > ClientLimits > routes:
    _dash-update-component, _dash-ws-callback, api_endpoint paths,
    health, ready, metrics, those of app.server
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette import types as asgi
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from pyrt.server.client_limits import ClientLimits, RateLimit
from pyrt.server.http import HttpEndpoints
from pyrt.server.known_hosts import ANY, KnownHosts
from pyrt.server.origin_guard import OriginGuard
from pyrt.server.probes import Probes
from pyrt.server.proxy import ClientAddress
from pyrt.server.service import CallService
from pyrt.server.settings import DEFAULT_AT_ONCE
from pyrt.server.sockets import SocketEndpoint

if TYPE_CHECKING:
    from pyrt.server.agents_http import AgentsEndpoint
    from pyrt.server.metrics import Metrics

_AGENT_METHODS = ("GET", "POST", "DELETE")
HEALTH = "/_pyrt-health"
PROBES = ("/health", "/ready", "/metrics")
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
        own_probes: those of `PROBES` that the app's own server answers.
        hosts: names of the server; see `KnownHosts`.
        client_header: the header in which a proxy names its client; "" without a proxy.
        at_once: requests and WebSockets of one client at the same time; 0 for any number.
        rate: its requests per time.
        metrics: counts calls, and is shown at /metrics.
        agents: answers agents, if the app is offered to them.
    """

    origins: Collection[str] = ()
    max_body: int = DEFAULT_MAX_BODY
    prefixes: Sequence[str] = ("/",)
    publish_api: bool = False
    app_routes: asgi.ASGIApp | None = None
    own_probes: Collection[str] = ()
    hosts: Collection[str] = (ANY,)
    client_header: str = ""
    at_once: int = DEFAULT_AT_ONCE
    rate: RateLimit = RateLimit()  # noqa: RUF009  # has no state without a rate
    metrics: "Metrics | None" = None
    agents: "AgentsEndpoint | None" = None


def make_asgi(
    service: CallService, access: Access, close: Callable[[], None] | None = None
) -> Starlette:
    """Return the ASGI application of a service; `close` is called when it is shut down."""
    endpoints = HttpEndpoints(service, access.max_body)
    sockets = SocketEndpoint(service, access.max_body, access.rate)
    probes = Probes(service, access.metrics)
    routes: list[BaseRoute] = []
    for prefix in access.prefixes:
        routes += [
            Route(f"{prefix}_dash-update-component", endpoints.update, methods=["POST"]),
            WebSocketRoute(f"{prefix}_dash-ws-callback", sockets.serve),
            Route(f"{prefix.rstrip('/')}{HEALTH}", probes.health),
        ]
    routes += _probe_routes(probes, access)
    if access.publish_api:
        routes += [
            Route(
                f"/{callback.api_endpoint.lstrip('/')}", endpoints.api(callback), methods=["POST"]
            )
            for callback in service.callbacks
            if callback.api_endpoint and callback.function
        ]

    if access.agents is not None:
        routes.append(Route(access.agents.path, access.agents, methods=_AGENT_METHODS))
    if access.app_routes is not None:
        routes.append(Mount("/", access.app_routes))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with access.agents.run() if access.agents else nullcontext():
            yield
        service.close()
        if access.metrics is not None:
            access.metrics.close()
        if close is not None:
            close()

    # Browsers send cookies only where the origins are listed one by one.
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(access.origins),
        allow_credentials="*" not in access.origins,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=["Retry-After"],
        max_age=86_400,
    )
    hosts = KnownHosts(access.hosts, access.origins)
    guard = Middleware(OriginGuard, origins=access.origins, hosts=hosts)
    free = {HEALTH, *PROBES}
    limits = Middleware(ClientLimits, at_once=access.at_once, rate=access.rate, free=free)
    layers = [guard, cors, limits]
    if access.metrics is not None:
        layers.insert(0, Middleware(access.metrics.watch))
    if access.client_header:
        layers.insert(0, Middleware(ClientAddress, header=access.client_header))
    return Starlette(routes=routes, middleware=layers, lifespan=lifespan)


def _probe_routes(probes: Probes, access: Access) -> list[BaseRoute]:
    """Return the routes of `PROBES`, except those that the app's own server answers."""
    endpoints = [probes.health, probes.ready, probes.metrics]
    wanted = PROBES if access.metrics is not None else PROBES[:2]
    return [
        Route(path, endpoint)
        for path, endpoint in zip(wanted, endpoints, strict=False)
        if path not in access.own_probes
    ]
