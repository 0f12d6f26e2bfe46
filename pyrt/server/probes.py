"""What balancers, orchestrators and Prometheus ask a server.

/health, /_pyrt-health   200: the process answers. {"status": "ok", "callbacks": 7}
/ready                   200, or 503 while it cannot run jobs: {"status", "failed": {...}}
/metrics                 Prometheus' text, where the setting asks for it
"""

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pyrt.server.service import CallService

if TYPE_CHECKING:
    from pyrt.server.metrics import Metrics

_READY_TIMEOUT_S = 3.0


class Probes:
    """The endpoints.

    Args:
        service: of the app.
        metrics: of the server, if it has any.
    """

    def __init__(self, service: CallService, metrics: "Metrics | None" = None) -> None:
        self._service = service
        self._metrics = metrics
        self._check: asyncio.Task[dict[str, str]] | None = None

    async def health(self, _: Request) -> JSONResponse:
        """Return `{"status": "ok", "callbacks"}`, the number of callbacks that may be called."""
        allowed = sum(map(self._service.permission.allows, self._service.callbacks))
        return JSONResponse({"status": "ok", "callbacks": allowed})

    async def ready(self, _: Request) -> JSONResponse:
        """Tell whether brokers and stores of jobs answer; probes at the same time ask them once."""
        if self._check is None or self._check.done():
            self._check = asyncio.create_task(self._service.check_managers())
        try:
            failed = await asyncio.wait_for(asyncio.shield(self._check), _READY_TIMEOUT_S)
        except TimeoutError:
            failed = {"jobs": f"no answer in {_READY_TIMEOUT_S:.0f} s"}
        if failed:
            return JSONResponse({"status": "not ready", "failed": failed}, 503)
        return JSONResponse({"status": "ready"})

    async def metrics(self, _: Request) -> Response:
        """Return the metrics."""
        assert self._metrics is not None
        text, kind = self._metrics.text()
        return Response(text, media_type=kind)
