"""The endpoints of the bridge over HTTP: callbacks, `api_endpoint` routes, health.

Every request ends in one line of the journal. What is wrong with a request is answered with 4xx and
`{"error": {"message", "reason"}}`; what an author's function raises, with 500. These are bare ASGI
applications: of a trivial call, requests and responses as objects would be a third of the cost. May
import `service` and what stands beside it.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature
from time import perf_counter
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from pyrt.calls.call import Answer
from pyrt.engine.call.invocation import AUTHOR_ERRORS
from pyrt.model.callback import Callback
from pyrt.model.origin import is_coroutine_function
from pyrt.model.serialize import encode
from pyrt.server import access_log
from pyrt.server.http_error import MALFORMED, TOO_LARGE, Refusal
from pyrt.server.jobs.lifecycle import Asked, Query
from pyrt.server.request import describe_request
from pyrt.server.service import CallService, parse_request

type Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """A response: status, JSON, and cookies to set."""

    status: int
    text: str = ""
    cookies: Sequence[str] = ()


type Handler = Callable[[Scope, bytes, Facts], Awaitable[Reply]]


class Gone(Exception):  # noqa: N818  # nobody's fault
    """Whoever has asked does not wait any more."""


class Endpoint:
    """An ASGI application that answers one kind of request.

    Args:
        handler: gets the scope, the body, and the facts that it may add to the journal's line.
        max_body: bytes.
    """

    def __init__(self, handler: Handler, max_body: int) -> None:
        self._handler = handler
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and write its line."""
        started = perf_counter()
        facts: Facts = {}
        try:
            body = await self._read(scope, receive, facts)
            reply = await self._handler(scope, body, facts)
        except Refusal as refusal:
            facts["refused"] = refusal.reason.name
            reply = refuse(refusal)
        except Gone:
            reply = Reply(499)
        else:
            facts["out"] = len(reply.text)
        _note(scope, reply.status, started, facts)
        await _send(reply, send)

    async def _read(self, scope: Scope, receive: Receive, facts: Facts) -> bytes:
        """Return the body of a request; read no more of it than is allowed.

        Raises:
            Refusal: it is too large.
            Gone: it has been broken off.
        """
        too_large = f"The body is larger than {self._max_body} bytes."
        announced = _header(scope, b"content-length")
        if announced.isdigit() and int(announced) > self._max_body:
            facts["in"] = int(announced)
            raise Refusal(TOO_LARGE, too_large)
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise Gone
            parts.append(message.get("body", b""))
            facts["in"] = size = size + len(parts[-1])
            if size > self._max_body:
                raise Refusal(TOO_LARGE, too_large)
            if not message.get("more_body", False):
                return b"".join(parts)


class HttpEndpoints:
    """Answers the HTTP requests for one app.

    Args:
        service: carries them out.
        max_body: bytes of a request's body.
    """

    def __init__(self, service: CallService, max_body: int) -> None:
        self.service = service
        self.max_body = max_body

    @property
    def update(self) -> Endpoint:
        """Dash's `_dash-update-component`."""
        return Endpoint(self._update, self.max_body)

    async def _update(self, scope: Scope, body: bytes, facts: Facts) -> Reply:
        data = parse_request(body)
        query = read_query(scope)
        if query.cancelled:
            facts["cancelled"] = await self.service.cancel(query)
        try:
            callback = self.service.admit(data)
        except Refusal:
            if query.cancelled:  # the callback that cancels has nothing else to do here
                return Reply(204)
            raise
        facts["callback"] = _label(callback)
        environment = describe_request(scope)
        if callback.background is None:
            return self._reply(await self.service.carry_out(callback, data, environment), facts)
        facts["job"] = "poll" if query.cache_key else "start"
        answer = await self.service.carry_out_job(Asked(callback, data, environment, query))
        return Reply(200, answer) if isinstance(answer, str) else self._reply(answer, facts)

    def _reply(self, answer: Answer, facts: Facts) -> Reply:
        if answer.outcome == "prevented":
            return Reply(204)
        if answer.outcome == "error":
            facts["error"] = answer.report.traceback if answer.report else str(answer.error)
            return Reply(500, json.dumps({"error": self.service.error_of(answer)}))
        return Reply(200, answer.body(), answer.cookies)

    def api(self, callback: Callback) -> Endpoint:
        """Return the endpoint that calls a callback's bare function with a JSON body's values."""
        function = callback.function
        assert function is not None
        names = set(signature(function).parameters)

        async def call(_: Scope, body: bytes, facts: Facts) -> Reply:
            facts["callback"] = str(callback)
            values = parse_request(body or b"{}")
            if not isinstance(values, dict):
                raise Refusal(MALFORMED, "The body must be a JSON object of arguments.")
            known = {key: v for key, v in values.items() if key in names and v is not None}
            try:
                if is_coroutine_function(function):
                    result = await function(**known)  # type: ignore[misc]  # it is async
                else:
                    result = await self.service.in_thread(lambda: function(**known))
                return Reply(200, encode(result, where=f"The callback {callback}").whole_text())
            except AUTHOR_ERRORS as error:
                facts["error"] = f"{type(error).__name__}: {error}"
                message = str(error) if self.service.debug else "The log of the server says why."
                return Reply(500, json.dumps({"error": {"message": message}}))

        return Endpoint(call, self.max_body)

    async def health(self, _: Request) -> JSONResponse:
        """Say that requests are answered, and how many callbacks may be called."""
        allowed = sum(map(self.service.permission.allows, self.service.callbacks))
        return JSONResponse({"status": "ok", "callbacks": allowed})


@lru_cache(maxsize=4096)
def _label(callback: Callback) -> str:
    return str(callback)


def read_query(scope: Scope) -> Query:
    """Return what a request says about jobs."""
    text = scope.get("query_string", b"").decode("latin-1")
    if not text:
        return _NO_QUERY
    given = parse_qs(text)

    def first(name: str) -> str | None:
        return given[name][0] if name in given else None

    return Query(
        cache_key=first("cacheKey"),
        job=first("job"),
        old_jobs=given.get("oldJob", ()),
        cancelled=given.get("cancelJob", ()),
        end_id=first("endId") or "",
    )


_NO_QUERY = Query()


def refuse(refusal: Refusal) -> Reply:
    """Return the response that says why nothing was done."""
    body = {"error": {"message": refusal.message, "reason": refusal.reason.name}}
    return Reply(refusal.reason.status, json.dumps(body))


async def _send(reply: Reply, send: Send) -> None:
    body = reply.text.encode()
    headers = [(b"content-length", str(len(body)).encode())]
    if body:
        headers.append((b"content-type", b"application/json"))
    headers += [(b"set-cookie", cookie.encode("latin-1", "replace")) for cookie in reply.cookies]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _note(scope: Scope, status: int, started: float, facts: Facts) -> None:
    client = scope.get("client")
    access_log.note(
        "call",
        via="http",
        status=status,
        ms=round((perf_counter() - started) * 1000, 2),
        **facts,
        origin=_header(scope, b"origin").decode("latin-1") or None,
        remote=client[0] if client else None,
    )


def _header(scope: Scope, name: bytes) -> bytes:
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value for key, value in headers if key == name), b"")
