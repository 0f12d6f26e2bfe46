"""What agents need of a server: `ServiceHost` calls callbacks and runs jobs for `pyrt.agents`."""

import json
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pyrt.agents.callback_tool import CallbackTool, Request
from pyrt.agents.enabled import is_enabled
from pyrt.agents.tasks import JobRef, TaskError
from pyrt.app.dash import Dash
from pyrt.calls.call import Call, CallOptions, CallResult
from pyrt.model.callback import Callback
from pyrt.model.environment import Environment
from pyrt.server.http_error import HttpError
from pyrt.server.jobs.lifecycle import JobLifecycle, JobQuery, JobRequest
from pyrt.server.request import RequestEnvironment
from pyrt.server.service import CallService

if TYPE_CHECKING:
    from pyrt.server.agents_http import AgentsEndpoint

_END_ID = "mcp"  # ids of jobs that agents have started are of no use to pages
_SEPARATOR = "~"


class ServiceHost:
    """Calls callbacks by a `CallService`.

    Args:
        service: of the app.
        options: error handler and hooks of the app.
        jobs: of the app.
    """

    def __init__(self, service: CallService, options: CallOptions, jobs: JobLifecycle) -> None:
        self._service = service
        self._options = options
        self.jobs = ServiceJobs(jobs)

    def allows(self, callback: Callback) -> bool:
        """Return whether requests may call a callback here."""
        return self._service.permission.allows(callback)

    async def in_thread[T](self, function: Callable[[], T]) -> T:
        """Call a function that blocks, in a thread."""
        return await self._service.in_thread(function)

    async def call(
        self, callback: Callback, request: Request, environment: Environment
    ) -> CallResult:
        """Call a callback."""
        try:
            return await self._service.call(callback, request, environment)
        except HttpError as error:
            return CallResult("error", error=ValueError(error.message))

    def call_blocking(self, callback: Callback, request: Request) -> CallResult:
        """Call a callback for the value that it has when the page is opened."""
        return Call(callback, request, environment=Environment(), options=self._options).run()

    def explain(self, result: CallResult) -> str:
        """Return what an agent is told about a failed call; details stay in the log."""
        if result.report is None and result.error is not None:
            return str(result.error)
        told = self._service.error_of(result)
        kind = told.get("type")
        return f"{kind}: {told['message']}" if kind else str(told["message"])


class ServiceJobs:
    """Runs background callbacks by a `JobLifecycle`: see `pyrt.agents.tasks.Jobs`."""

    def __init__(self, lifecycle: JobLifecycle) -> None:
        self._lifecycle = lifecycle

    def start(self, tool: CallbackTool, request: Request) -> JobRef | CallResult:
        """Start a job; return an error result if it cannot be started."""
        try:
            started = self._lifecycle.start(self._request(tool, request, JobQuery(end_id=_END_ID)))
        except HttpError as error:
            return CallResult("error", error=ValueError(error.message))
        if isinstance(started, CallResult):
            return started
        ids = json.loads(started)
        bound, job, job_mac = _split(ids["job"])
        _, key, key_mac = _split(ids["cacheKey"])
        return JobRef(job, key, f"{bound}.{job_mac}.{key_mac}")

    def poll(
        self, tool: CallbackTool, request: Request, ref: JobRef
    ) -> Mapping[str, Any] | CallResult:
        """Return `{progress?, sideUpdate?}` of a running job, or the result of one that has ended.

        Raises:
            TaskError: the reference is forged.
        """
        job, key = _join(ref)
        query = JobQuery(cache_key=key, job=job, end_id=_END_ID)
        try:
            found = self._lifecycle.poll(self._request(tool, request, query))
        except HttpError as error:
            raise TaskError(f"There is no such task. {error.message}") from None
        if isinstance(found, CallResult):
            return found
        polled: dict[str, Any] = json.loads(found)
        if "response" not in polled:
            return polled
        return CallResult("value", polled["response"], polled.get("sideUpdate") or {})

    def end(self, tool: CallbackTool, ref: JobRef) -> None:  # noqa: ARG002  # see Jobs
        """End a job, if it still runs.

        Raises:
            TaskError: the reference is forged.
        """
        try:
            self._lifecycle.end([_join(ref)[0]], _END_ID)
        except HttpError as error:
            raise TaskError(f"There is no such task. {error.message}") from None

    @staticmethod
    def _request(tool: CallbackTool, request: Request, query: JobQuery) -> JobRequest:
        return JobRequest(tool.callback, request, RequestEnvironment(), query)


def _split(signed_id: str) -> tuple[str, str, str]:
    """Return the parts of a signed id: what binds it to its callback, the id, the signature."""
    rest, _, mac = signed_id.rpartition(_SEPARATOR)
    bound, _, value = rest.partition(".")
    return bound, value, mac


def _join(ref: JobRef) -> tuple[str, str]:
    """Return the signed ids of job and result."""
    bound, _, macs = ref.proof.partition(".")
    job_mac, _, key_mac = macs.partition(".")
    return (
        f"{bound}.{ref.job}{_SEPARATOR}{job_mac}",
        f"{bound}.{ref.key}{_SEPARATOR}{key_mac}",
    )


def find_endpoint(
    app: Dash, service: CallService, jobs: JobLifecycle, max_body: int, *, by_project: bool
) -> "AgentsEndpoint | None":
    """Return what answers agents; None if the app is not offered to them.

    Args:
        app: the app.
        service: calls its callbacks.
        jobs: runs its background callbacks.
        max_body: bytes of a request.
        by_project: `mcp` in `[tool.pyrt]`.
    """
    if not is_enabled(app, by_project=by_project):
        return None
    if find_spec("mcp") is None or find_spec("jsonschema") is None:
        sys.stderr.write(
            "pyrt: this app is to be offered to agents (enable_mcp), which needs the SDK of the "
            "Model Context Protocol. It is not installed, so there is no endpoint for them. "
            'Install it with: pip install "pyrt-dash[mcp]"\n'
        )
        return None
    from pyrt.server.agents_http import AgentsEndpoint  # noqa: PLC0415  # an extra

    return AgentsEndpoint(app, ServiceHost(service, app.call_options, jobs), max_body)
