"""The HTTP endpoints: callbacks and `api_endpoint` routes.

Each request writes one line to the access log. A wrong request is answered with 4xx and
`{"error": {"message", "reason"}}`, an exception of the app with 500. The endpoints are bare ASGI
applications: request and response objects would take a third of the time of a trivial call.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature
from time import perf_counter
from urllib.parse import parse_qs

from starlette import types as asgi

from pyrt.calls.call import CallResult
from pyrt.engine.call.invocation import CALLBACK_ERRORS, check_size
from pyrt.model.callback import Callback
from pyrt.model.errors import ResultTooLargeError
from pyrt.model.origin import is_coroutine_function
from pyrt.model.serialize import encode
from pyrt.server import access_log
from pyrt.server.http_error import MALFORMED, TOO_LARGE, TOO_SLOW, HttpError
from pyrt.server.jobs.lifecycle import JobQuery, JobRequest
from pyrt.server.request import TIMED_OUT, describe_request, parse_json
from pyrt.server.service import CallService

type Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """A response: status, JSON, and cookies to set."""

    status: int
    text: str = ""
    cookies: Sequence[str] = ()


type Handler = Callable[[asgi.Scope, bytes, Facts], Awaitable[Reply]]


CLIENT_CLOSED_REQUEST = 499  # nginx's status for a request whose client has closed the connection


class ClientDisconnected(Exception):  # noqa: N818  # not an error of the server
    """The client has closed the connection before its request was complete."""


class Endpoint:
    """An ASGI application that answers one kind of request.

    Args:
        handler: receives the scope, the body, and the facts of the access log, to which it may add.
        max_body: bytes of a request.
    """

    def __init__(self, handler: Handler, max_body: int) -> None:
        self._handler = handler
        self._max_body = max_body

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request, and write its line to the access log."""
        started = perf_counter()
        facts: Facts = {}
        try:
            body = await read_body(scope, receive, self._max_body, facts)
            reply = await self._handler(scope, body, facts)
        except HttpError as error:
            facts["refused"] = error.reason.name
            reply = error_reply(error)
        except ClientDisconnected:
            is_late = TIMED_OUT in scope
            if is_late:
                facts["refused"] = TOO_SLOW.name
            reply = Reply(TOO_SLOW.status if is_late else CLIENT_CLOSED_REQUEST)
        else:
            facts["out"] = len(reply.text)
        _log(scope, reply.status, started, facts)
        await _send(reply, send)


async def read_body(scope: asgi.Scope, receive: asgi.Receive, max_body: int, facts: Facts) -> bytes:
    """Return the body of a request; stop reading once it is too large.

    Args:
        scope: of the request.
        receive: of the request.
        max_body: bytes.
        facts: of the access log; gets the number of bytes.

    Raises:
        HttpError: it is too large.
        ClientDisconnected: the connection was closed before the body was complete.
    """
    too_large = f"The body is larger than {max_body} bytes."
    announced = _header(scope, b"content-length")
    if announced.isdigit() and int(announced) > max_body:
        facts["in"] = int(announced)
        raise HttpError(TOO_LARGE, too_large)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnected
        parts.append(message.get("body", b""))
        facts["in"] = size = size + len(parts[-1])
        if size > max_body:
            raise HttpError(TOO_LARGE, too_large)
        if not message.get("more_body", False):
            return b"".join(parts)


class HttpEndpoints:
    """Answers the HTTP requests of one app.

    Args:
        service: runs the callbacks.
        max_body: bytes of a request's body.
    """

    def __init__(self, service: CallService, max_body: int) -> None:
        self.service = service
        self.max_body = max_body

    @property
    def update(self) -> Endpoint:
        """Dash's `_dash-update-component`."""
        return Endpoint(self._update, self.max_body)

    async def _update(self, scope: asgi.Scope, body: bytes, facts: Facts) -> Reply:
        data = parse_json(body)
        query = read_query(scope)
        if query.cancelled:
            facts["cancelled"] = await self.service.cancel(query)
        try:
            callback = self.service.find_callback(data)
        except HttpError:
            if query.cancelled:  # the request only cancels: its own callback runs in the page
                return Reply(204)
            raise
        facts["callback"] = _label(callback)
        environment = describe_request(scope)
        if callback.background is None:
            return self._reply(await self.service.call(callback, data, environment), facts)
        facts["job"] = "poll" if query.cache_key else "start"
        result = await self.service.start_or_poll_job(
            JobRequest(callback, data, environment, query)
        )
        return Reply(200, result) if isinstance(result, str) else self._reply(result, facts)

    def _reply(self, result: CallResult, facts: Facts) -> Reply:
        if result.outcome == "prevented":
            return Reply(204)
        if result.outcome == "error":
            facts["error"] = result.report.traceback if result.report else str(result.error)
            return Reply(500, json.dumps({"error": self.service.error_of(result)}))
        return Reply(200, result.body(), result.cookies)

    def api(self, callback: Callback) -> Endpoint:
        """Return the endpoint of `api_endpoint`: the values of the JSON body are the arguments."""
        function = callback.function
        assert function is not None
        names = set(signature(function).parameters)

        async def call(_: asgi.Scope, body: bytes, facts: Facts) -> Reply:
            facts["callback"] = str(callback)
            values = parse_json(body or b"{}")
            if not isinstance(values, dict):
                raise HttpError(MALFORMED, "The body must be a JSON object of arguments.")
            known = {key: v for key, v in values.items() if key in names and v is not None}
            try:
                if is_coroutine_function(function):
                    result = await function(**known)  # type: ignore[misc]  # an async function
                else:
                    result = await self.service.in_thread(lambda: function(**known))
                encoded = encode(result, where=f"The callback {callback}")
                check_size(str(callback), encoded.size, self.service.max_result)
                return Reply(200, encoded.whole_text())
            except ResultTooLargeError as error:
                facts["error"] = str(error)
                message = f"{callback.origin.name} {error.reason}"
                return Reply(500, json.dumps({"error": {"message": message}}))
            except CALLBACK_ERRORS as error:
                facts["error"] = f"{type(error).__name__}: {error}"
                message = str(error) if self.service.debug else "The log of the server says why."
                return Reply(500, json.dumps({"error": {"message": message}}))

        return Endpoint(call, self.max_body)


@lru_cache(maxsize=4096)
def _label(callback: Callback) -> str:
    return str(callback)


def read_query(scope: asgi.Scope) -> JobQuery:
    """Return what the query of a request says about jobs."""
    text = scope.get("query_string", b"").decode("latin-1")
    if not text:
        return _NO_QUERY
    given = parse_qs(text)

    def first(name: str) -> str | None:
        return given[name][0] if name in given else None

    return JobQuery(
        cache_key=first("cacheKey"),
        job=first("job"),
        old_jobs=given.get("oldJob", ()),
        cancelled=given.get("cancelJob", ()),
        end_id=first("endId") or "",
    )


_NO_QUERY = JobQuery()


def error_reply(error: HttpError) -> Reply:
    """Return the response to a request that is refused."""
    body = {"error": {"message": error.message, "reason": error.reason.name}}
    return Reply(error.reason.status, json.dumps(body))


async def _send(reply: Reply, send: asgi.Send) -> None:
    body = reply.text.encode()
    headers = [(b"content-length", str(len(body)).encode())]
    if body:
        headers.append((b"content-type", b"application/json"))
    headers += [(b"set-cookie", cookie.encode("latin-1", "replace")) for cookie in reply.cookies]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _log(scope: asgi.Scope, status: int, started: float, facts: Facts) -> None:
    client = scope.get("client")
    access_log.write(
        "call",
        via="http",
        status=status,
        ms=round((perf_counter() - started) * 1000, 2),
        **facts,
        origin=_header(scope, b"origin").decode("latin-1") or None,
        remote=client[0] if client else None,
    )


def _header(scope: asgi.Scope, name: bytes) -> bytes:
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value for key, value in headers if key == name), b"")
