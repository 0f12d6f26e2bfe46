"""The endpoint `_mcp`: agents ask a server for the app's tools over streamable HTTP.

    OriginGuard, limits > AgentsEndpoint > session manager of the SDK > AgentApp

Each request stands for itself, so that any of several processes can answer it. As in Dash, a client
may leave out what the SDK insists on: the parameters of `initialize`, an `Accept` header.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from time import perf_counter
from typing import Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types.version import LATEST_HANDSHAKE_VERSION
from starlette import types as asgi

from pyrt import __version__
from pyrt.agents.enabled import path_of
from pyrt.agents.protocol import CALLS_ONLY, make_server
from pyrt.agents.tools import AgentApp, Host
from pyrt.app.dash import Dash
from pyrt.model.component import DASH_VERSION
from pyrt.model.environment import Environment
from pyrt.server import access_log
from pyrt.server.http import CLIENT_CLOSED_REQUEST, ClientDisconnected, read_body
from pyrt.server.http_error import TOO_SLOW, HttpError
from pyrt.server.request import TIMED_OUT, describe_request

SESSION = b"mcp-session-id"
_JSON = (b"content-type", b"application/json")
_STREAM = (b"content-type", b"text/event-stream")
_ACCEPT = (b"accept", b"application/json, text/event-stream")
_OPENED = b": open\n\n"  # a comment: this server never speaks first
_PARSE_ERROR = -32700
_INVALID_REQUEST = -32600
_SHOWN = 100  # characters of a name in the log


class AgentsEndpoint:
    """An ASGI application that answers agents.

    Args:
        app: the app.
        host: calls its callbacks.
        max_body: bytes of a request.
    """

    def __init__(self, app: Dash, host: Host, max_body: int) -> None:
        agents = AgentApp(app, host)
        server = make_server(agents, CALLS_ONLY, _describe, __version__)
        self._manager = StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, max_request_body_size=max_body
        )
        self._agents = agents
        self._max_body = max_body

    @property
    def path(self) -> str:
        """The path of the endpoint."""
        return f"{self._agents.app.config.routes_pathname_prefix}{path_of(self._agents.app)}"

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Answer requests within this context."""
        async with self._manager.run():
            yield

    @property
    def session_id(self) -> str:
        """The same for all processes and all clients, until the callbacks of the app change."""
        names = [callback.callback_id for callback in self._agents.app.callbacks]
        text = json.dumps([DASH_VERSION, self._agents.app.config.name, names])
        return sha256(text.encode()).hexdigest()[:32]

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request, and write its line to the access log."""
        started = perf_counter()
        facts: dict[str, Any] = {}

        async def answer(message: asgi.Message) -> None:
            if message["type"] == "http.response.start":
                facts["status"] = message["status"]
                session = (SESSION, self.session_id.encode())
                message = {**message, "headers": [*message.get("headers", ()), session]}
            await send(message)

        try:
            await self._answer(scope, receive, answer, facts)
        except HttpError as error:
            await _reply(answer, error.reason.status, _error(_INVALID_REQUEST, error.message))
        except ClientDisconnected:
            is_late = TIMED_OUT in scope
            status = TOO_SLOW.status if is_late else CLIENT_CLOSED_REQUEST
            await _reply(answer, status, _error(_INVALID_REQUEST, "The body is not complete."))
        client = scope.get("client")
        access_log.write(
            "mcp",
            via="http",
            status=facts.pop("status", None),
            ms=round((perf_counter() - started) * 1000, 2),
            **facts,
            remote=client[0] if client else None,
        )

    async def _answer(
        self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send, facts: dict[str, Any]
    ) -> None:
        if scope["method"] in {"GET", "HEAD"}:
            await _reply(send, 200, _OPENED, _STREAM)
            return
        if scope["method"] != "POST":
            await _reply(send, 405, _error(_INVALID_REQUEST, "Method not allowed"))
            return
        if b"application/json" not in dict(scope["headers"]).get(b"content-type", b""):
            text = "Content-Type must be application/json"
            await _reply(send, 415, _error(_INVALID_REQUEST, text))
            return
        body = await read_body(scope, receive, self._max_body, facts)
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            await _reply(send, 400, _error(_PARSE_ERROR, "The body must be JSON."))
            return
        if not isinstance(message, dict):
            text = "The body must be one JSON-RPC message."
            await _reply(send, 400, _error(_INVALID_REQUEST, text))
            return
        message = complete(message)
        facts |= _describe_call(message)
        headers = [
            each for each in scope["headers"] if each[0] not in {b"accept", b"content-length"}
        ]
        asked = {**scope, "headers": [*_without_unknown(headers), _ACCEPT]}
        await self._manager.handle_request(
            asked, _replay(json.dumps(message).encode(), receive), send
        )


def complete(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message with what clients of Dash leave out.

    A notification with `"id": null` loses the id, and `initialize` gets the parameters it lacks.
    """
    method, params = message.get("method"), message.get("params")
    if message.get("id", "") is None:
        message = {key: value for key, value in message.items() if key != "id"}
    if method == "initialize" and isinstance(params, dict | None):
        known = {
            "protocolVersion": LATEST_HANDSHAKE_VERSION,
            "capabilities": {},
            "clientInfo": {"name": "unknown", "version": "0"},
        }
        message = {**message, "params": {**known, **(params or {})}}
    return message


def _without_unknown(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return headers without a session, which no single request needs."""
    return [each for each in headers if each[0] != SESSION]


def _describe_call(message: dict[str, Any]) -> dict[str, Any]:
    """Return what the access log says of a message."""
    params = message.get("params")
    name = params.get("name") if isinstance(params, dict) else None
    found = {"method": str(message.get("method"))[:_SHOWN]}
    return {**found, "tool": str(name)[:_SHOWN]} if name else found


def _describe(request: Any) -> Environment:  # noqa: ANN401  # of Starlette, or None
    return Environment() if request is None else describe_request(request.scope)


def _replay(body: bytes, receive: asgi.Receive) -> asgi.Receive:
    """Return a `receive` that gives a body once, and then what the connection gives."""
    parts = [body]

    async def again() -> asgi.Message:
        if parts:
            return {"type": "http.request", "body": parts.pop(), "more_body": False}
        return await receive()

    return again


async def _reply(
    send: asgi.Send, status: int, body: bytes, kind: tuple[bytes, bytes] = _JSON
) -> None:
    length = (b"content-length", str(len(body)).encode())
    headers = [kind, length, (b"cache-control", b"no-cache, no-transform")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _error(code: int, message: str) -> bytes:
    error = {"code": code, "message": message}
    return json.dumps({"jsonrpc": "2.0", "id": None, "error": error}).encode()
