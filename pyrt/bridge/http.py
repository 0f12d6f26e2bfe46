"""The endpoints of the bridge over HTTP: callbacks, `api_endpoint` routes, health.

Every request ends in one line of the journal. What is wrong with a request is answered with 4xx and
`{"error": {"message", "reason"}}`; what an author's function raises, with 500. May import `office`
and what stands beside it.
"""

import json
from collections.abc import Awaitable, Callable
from inspect import signature
from time import perf_counter

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from pyrt.background.dispatcher import Asked, Query
from pyrt.bridge import journal
from pyrt.bridge.dispatch import Answer
from pyrt.bridge.office import Office, parse_request
from pyrt.bridge.refusal import MALFORMED, TOO_LARGE, Refusal
from pyrt.bridge.request import describe_request
from pyrt.model.callback import Callback
from pyrt.model.origin import is_coroutine_function
from pyrt.model.serialize import encode

type Facts = dict[str, object]
type Handler = Callable[[Request, Facts], Awaitable[Response]]
type Endpoint = Callable[[Request], Awaitable[Response]]


class HttpDesk:
    """Answers the HTTP requests for one office.

    Args:
        office: carries them out.
        max_body: bytes of a request's body.
    """

    def __init__(self, office: Office, max_body: int) -> None:
        self.office = office
        self.max_body = max_body

    @property
    def update(self) -> Endpoint:
        """Dash's `_dash-update-component`."""
        return journalled(self._update)

    async def _update(self, request: Request, facts: Facts) -> Response:
        data = parse_request(await self._body(request, facts))
        query = read_query(request)
        if query.cancelled:
            facts["cancelled"] = await self.office.cancel(query)
        try:
            callback = self.office.admit(data)
        except Refusal:
            if query.cancelled:  # the callback that cancels has nothing else to do here
                return Response(status_code=204)
            raise
        facts["callback"] = str(callback)
        environment = describe_request(request.scope)
        if callback.background is None:
            answer: Answer | str = await self.office.carry_out(callback, data, environment)
        else:
            facts["job"] = "poll" if query.cache_key else "start"
            asked = Asked(callback, data, environment, query)
            answer = await self.office.carry_out_job(asked)
        return self._respond(answer, facts)

    def _respond(self, answer: Answer | str, facts: Facts) -> Response:
        if isinstance(answer, str):
            return Response(answer, media_type="application/json")
        if answer.outcome == "prevented":
            return Response(status_code=204)
        if answer.outcome == "error":
            facts["error"] = answer.report.traceback if answer.report else str(answer.error)
            return JSONResponse({"error": self.office.error_of(answer)}, 500)
        response = Response(answer.body(), media_type="application/json")
        for cookie in answer.cookies:
            response.headers.append("set-cookie", cookie)
        return response

    def api(self, callback: Callback) -> Endpoint:
        """Return the endpoint that calls a callback's bare function with a JSON body's values."""
        function = callback.function
        assert function is not None
        names = set(signature(function).parameters)

        async def call(request: Request, facts: Facts) -> Response:
            facts["callback"] = str(callback)
            values = parse_request(await self._body(request, facts) or b"{}")
            if not isinstance(values, dict):
                raise Refusal(MALFORMED, "The body must be a JSON object of arguments.")
            known = {key: v for key, v in values.items() if key in names and v is not None}
            try:
                if is_coroutine_function(function):
                    result = await function(**known)  # type: ignore[misc]  # it is async
                else:
                    result = await self.office.in_thread(lambda: function(**known))
                text = encode(result, where=f"The callback {callback}").whole_text()
            except Exception as error:  # noqa: BLE001  # the author's code
                facts["error"] = f"{type(error).__name__}: {error}"
                message = str(error) if self.office.debug else "The log of the server says why."
                return JSONResponse({"error": {"message": message}}, 500)
            return Response(text, media_type="application/json")

        return journalled(call)

    async def health(self, request: Request) -> Response:  # noqa: ARG002  # as any endpoint
        """Say that requests are answered, and how many callbacks may be called."""
        allowed = sum(map(self.office.permission.allows, self.office.callbacks))
        return JSONResponse({"status": "ok", "callbacks": allowed})

    async def _body(self, request: Request, facts: Facts) -> bytes:
        """Return the body of a request; reads no more of it than is allowed.

        Raises:
            Refusal: it is too large.
        """
        too_large = Refusal(TOO_LARGE, f"The body is larger than {self.max_body} bytes.")
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > self.max_body:
            facts["in"] = int(announced)
            raise too_large
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > self.max_body:
                raise too_large
            parts.append(part)
        facts["in"] = size
        return b"".join(parts)


def read_query(request: Request) -> Query:
    """Return what a request says about jobs."""
    given = request.query_params
    return Query(
        cache_key=given.get("cacheKey"),
        job=given.get("job"),
        old_jobs=given.getlist("oldJob"),
        cancelled=given.getlist("cancelJob"),
        end_id=given.get("endId", ""),
    )


def journalled(handler: Handler) -> Endpoint:
    """Return an endpoint that turns refusals into responses, and writes one line per request."""

    async def endpoint(request: Request) -> Response:
        started = perf_counter()
        facts: Facts = {}
        try:
            response = await handler(request, facts)
        except Refusal as refusal:
            response = refuse(refusal)
            facts["refused"] = refusal.reason.name
        except ClientDisconnect:
            response = Response(status_code=499)
        length = response.headers.get("content-length")
        journal.note(
            "call",
            via="http",
            status=response.status_code,
            ms=round((perf_counter() - started) * 1000, 2),
            **facts,
            out=int(length) if length else None,
            origin=request.headers.get("origin"),
            remote=request.client.host if request.client else None,
        )
        return response

    return endpoint


def refuse(refusal: Refusal) -> Response:
    """Return the response that says why nothing was done."""
    body = {"error": {"message": refusal.message, "reason": refusal.reason.name}}
    return Response(json.dumps(body), refusal.reason.status, media_type="application/json")
