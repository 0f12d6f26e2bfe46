"""Callbacks over a WebSocket: `set_props` and `ctx.websocket` work while the function runs.

The messages are those of Dash 4.4 (`dash/backends/ws.py`), so that either end may be Dash's:

    page    {"type": "callback_request", "requestId", "rendererId", "payload": request as in S-50}
            {"type": "get_props_response", "requestId", "payload": {prop: value}}
            {"type": "heartbeat"}
            {"type": "cancel_request", "requestId"}           not in Dash
    server  {"type": "set_props", "rendererId", "requestId", "payload": {"componentId", "props"}}
            {"type": "get_props_request", "requestId", "payload": {"componentId", "properties"}}
            {"type": "callback_response", "requestId", "payload": {"status", "data" | "message"}}
            {"type": "heartbeat_ack"}

`requestId` in `set_props` is not in Dash either: it tells the page which call sent it. Messages
that are ready at the same time are sent as one JSON list. When a connection ends, its async
callbacks are cancelled, and those in threads see `is_shutdown`. A page that reconnects sends its
requests again.
"""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from time import perf_counter
from typing import assert_never
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from pyrt.calls.call import CallResult, Props, values_text
from pyrt.engine.call.context import RunContext
from pyrt.model.errors import WebsocketDisconnected
from pyrt.model.ids import stringify_id
from pyrt.server import access_log
from pyrt.server.client_limits import RateLimit
from pyrt.server.http_error import MALFORMED, TOO_LARGE, HttpError
from pyrt.server.request import describe_request
from pyrt.server.service import CallService, StreamingOptions
from pyrt.server.socket_messages import (
    CallbackRequest,
    CancelRequest,
    Heartbeat,
    PageMessage,
    PropsResponse,
    read_message,
)

MAX_CALLS = 100  # of one connection at the same time
MAX_UNSENT_CHARS = 16 * 2**20  # of messages; a connection with more is closed as too slow
_CLOSE_TOO_SLOW = 4008  # close code
_CLOSE_BINARY = 1003  # RFC 6455: this end cannot accept this type of data
_NO_LIMIT = RateLimit()
_FRAME_CHARS = 2**20  # messages are joined up to about this size

_CLIENT_CLOSED = 499  # nginx's status for a request whose client has closed the connection
_STATUS = {"value": 200, "prevented": 204, "error": 500}  # as over HTTP

type Facts = dict[str, object]


class SocketEndpoint:
    """The WebSocket endpoint of one app.

    Args:
        service: runs the callbacks.
        max_body: bytes of one message.
        rate: calls that one client may request; each counts like a request over HTTP.
    """

    def __init__(self, service: CallService, max_body: int, rate: RateLimit = _NO_LIMIT) -> None:
        self.service = service
        self.max_body = max_body
        self.rate = rate

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one connection until it ends."""
        await websocket.accept()
        connection = Connection(websocket, self.service, self.rate)
        sender = asyncio.create_task(connection.send_all())
        try:
            while True:
                text = await websocket.receive_text()
                if len(text) > self.max_body:
                    connection.send_error(HttpError(TOO_LARGE, f"At most {self.max_body} bytes."))
                else:
                    connection.receive(text)
        except KeyError:  # Starlette's, for a message of bytes
            await connection.close_binary()
        except (WebSocketDisconnect, RuntimeError):
            pass  # RuntimeError: this end has closed the connection
        finally:
            await connection.end()
            sender.cancel()
            with suppress(asyncio.CancelledError):
                await sender


class Connection:
    """One WebSocket connection, and the calls that the page has requested over it.

    Attributes:
        is_closed: set once it has ended; callbacks in threads read it.
    """

    def __init__(
        self, websocket: WebSocket, service: CallService, rate: RateLimit = _NO_LIMIT
    ) -> None:
        self.is_closed = threading.Event()
        self._rate = rate
        self._websocket = websocket
        self._service = service
        self._environment = describe_request(websocket.scope)
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._unsent_chars = 0
        self._unsent_lock = threading.Lock()
        self._closing: asyncio.Task[None] | None = None
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._props_requests: dict[str, Future[object]] = {}

    # --- outgoing

    def post(self, text: str) -> None:
        """Queue one message to be sent; callable from any thread."""
        if self.is_closed.is_set():
            return
        with self._unsent_lock:
            self._unsent_chars += len(text)
            is_too_slow = self._unsent_chars > MAX_UNSENT_CHARS
        if is_too_slow:
            self.is_closed.set()
            self._on_loop(self._close_too_slow)
        else:
            self._on_loop(self._outgoing.put_nowait, text)

    def _on_loop(self, function: Callable[..., None], *arguments: object) -> None:
        if threading.get_ident() == self._thread:
            function(*arguments)
        else:
            with suppress(RuntimeError):  # the loop has been closed in the meantime
                self._loop.call_soon_threadsafe(function, *arguments)

    def _close_too_slow(self) -> None:
        self._log(_CLOSE_TOO_SLOW, refused="page too slow")
        self._closing = self._loop.create_task(self._websocket.close(_CLOSE_TOO_SLOW, "too slow"))

    async def close_binary(self) -> None:
        """Close the connection because of a binary message."""
        self._log(_CLOSE_BINARY, refused="binary message")
        await self._websocket.close(_CLOSE_BINARY, "messages are text")

    async def send_all(self) -> None:
        """Send what is posted until the connection ends; join what is ready at the same time."""
        while True:
            texts = [await self._outgoing.get()]
            size = len(texts[0])
            while size < _FRAME_CHARS and not self._outgoing.empty():
                texts.append(self._outgoing.get_nowait())
                size += len(texts[-1])
            try:
                await self._websocket.send_text(
                    texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"
                )
            except (WebSocketDisconnect, RuntimeError):
                return  # `serve` learns of it from receive_text, and ends the calls
            with self._unsent_lock:
                self._unsent_chars -= size

    def send_error(self, error: HttpError) -> None:
        """Report a message that was refused."""
        self._log(error.reason.status, refused=error.reason.name)
        self.post(
            json.dumps({"type": "error", "code": error.reason.status, "message": error.message})
        )

    def request_props(self, component_id: str, names: list[str]) -> Future[object]:
        """Request values of props from the page; the future's result is `{prop: value}`.

        Raises:
            WebsocketDisconnected: the connection has ended.
        """
        if self.is_closed.is_set():
            raise WebsocketDisconnected
        request_id = uuid4().hex
        values = self._props_requests[request_id] = Future()
        values.add_done_callback(lambda _: self._props_requests.pop(request_id, None))
        self.post(
            json.dumps(
                {
                    "type": "get_props_request",
                    "rendererId": "",
                    "requestId": request_id,
                    "payload": {"componentId": component_id, "properties": names},
                }
            )
        )
        return values

    # --- incoming

    def receive(self, text: str) -> None:
        """Handle one message of the page; refuse it if it is wrong."""
        try:
            self._handle(read_message(text))
        except HttpError as error:
            self.send_error(error)

    def _handle(self, message: PageMessage) -> None:
        match message:
            case CallbackRequest():
                self._start_call(message)
            case CancelRequest(request_id):
                call = self._calls.get(request_id)
                if call is not None:
                    call.cancel()
            case PropsResponse(request_id, payload):
                values = self._props_requests.get(request_id)
                if values is not None and not values.done():
                    values.set_result(payload)
            case Heartbeat():
                self.post('{"type":"heartbeat_ack"}')
            case _:
                assert_never(message)

    def _start_call(self, request: CallbackRequest) -> None:
        request_id = request.request_id
        if request_id in self._calls or len(self._calls) >= MAX_CALLS:
            raise HttpError(
                MALFORMED, "This connection has too many calls, or one with this requestId."
            )
        facts: Facts = {}

        def forget(task: asyncio.Task[None]) -> None:
            del self._calls[request_id]
            if task.cancelled() and "status" not in facts:  # before its first step
                self._log(_CLIENT_CLOSED)

        task = self._calls[request_id] = asyncio.create_task(self._call(request, facts))
        task.add_done_callback(forget)

    async def _call(self, request: CallbackRequest, facts: Facts) -> None:
        """Call a callback, post the response, and write the line of the access log."""
        started = perf_counter()
        address = {"rendererId": request.renderer_id, "requestId": request.request_id}
        try:
            result = await self._find_and_call(address, request.payload, facts)
        except HttpError as error:
            facts |= {"status": error.reason.status, "refused": error.reason.name}
            described: Facts = {"message": error.message, "code": error.reason.status}
            payload = json.dumps({"status": "error", **described})
        except asyncio.CancelledError:
            facts["status"] = _CLIENT_CLOSED
            raise
        else:
            facts |= self._facts_of(result)
            payload = self._payload(result)
        finally:
            self._log(ms=round((perf_counter() - started) * 1000, 2), **facts)
        head = json.dumps({"type": "callback_response", **address})
        self.post(f'{head[:-1]},"payload":{payload}}}')

    async def _find_and_call(self, address: Facts, request: object, facts: Facts) -> CallResult:
        await self._rate.check(self._environment.peer)
        callback = self._service.find_callback(request)
        facts["callback"] = str(callback)
        if callback.background is not None:  # S-131
            raise HttpError(
                MALFORMED, "Background callbacks are requested over HTTP, not over a WebSocket."
            )

        def stream(props: Props) -> None:
            for component_id, values in props.items():
                head = json.dumps({"type": "set_props", **address})
                payload = f'"componentId":{json.dumps(component_id)},"props":{values_text(values)}'
                self.post(f'{head[:-1]},"payload":{{{payload}}}}}')

        def open_websocket(context: RunContext) -> PageSocket:
            return PageSocket(self, context)

        streaming = StreamingOptions(stream, open_websocket)
        return await self._service.call(callback, request, self._environment, streaming)

    def _facts_of(self, result: CallResult) -> Facts:
        # A function that asks a page that is gone gets this error: it is not an error of the app.
        if self.is_closed.is_set() and isinstance(result.error, WebsocketDisconnected):
            return {"status": _CLIENT_CLOSED}
        facts: Facts = {"status": _STATUS[result.outcome]}
        if result.outcome == "error":
            facts["error"] = result.report.traceback if result.report else str(result.error)
        return facts

    def _payload(self, result: CallResult) -> str:
        if result.outcome == "prevented":
            return '{"status":"prevent_update"}'
        if result.outcome == "error":
            described = self._service.error_of(result)
            return json.dumps({"status": "error", "code": _STATUS["error"], **described})
        cookies = f',"cookies":{json.dumps(list(result.cookies))}' if result.cookies else ""
        return f'{{"status":"ok","data":{result.body()}{cookies}}}'

    # --- the end

    async def end(self) -> None:
        """Cancel all calls, and wait until they have ended."""
        self.is_closed.set()
        for values in list(self._props_requests.values()):
            values.cancel()
        tasks = [*self._calls.values(), *([self._closing] if self._closing else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _log(self, status: object = None, **facts: object) -> None:
        known = self._environment
        origin = known.origin or None
        access_log.write(
            "call", via="websocket", status=status, **facts, origin=origin, remote=known.remote
        )


class PageSocket:
    """`ctx.websocket`: the page that has requested the call (S-131)."""

    def __init__(self, connection: Connection, context: RunContext) -> None:
        self._connection = connection
        self._context = context

    @property
    def is_shutdown(self) -> bool:
        """Whether the connection has ended; the function should return then."""
        return self._connection.is_closed.is_set()

    async def get_prop(self, component_id: object, prop_name: str, timeout: float = 30.0) -> object:  # noqa: ASYNC109  # Dash's signature
        """Return the current value of a prop in the page; None when it has none.

        Raises:
            WebsocketDisconnected: the connection has ended.
            TimeoutError: the page has not responded within `timeout` seconds.
        """
        key = stringify_id(component_id)
        values = self._connection.request_props(key, [prop_name])
        try:
            found = await asyncio.wait_for(asyncio.wrap_future(values), timeout)
        except TimeoutError:
            raise TimeoutError(f"Timeout waiting for {key}.{prop_name}") from None
        except asyncio.CancelledError:
            if self.is_shutdown:
                raise WebsocketDisconnected from None
            raise
        return found.get(prop_name) if isinstance(found, dict) else None

    def set_prop_sync(self, component_id: object, prop_name: str, value: object) -> None:
        """Show a new value of a prop at once."""
        self._context.set_props(component_id, {prop_name: value})

    async def set_prop(self, component_id: object, prop_name: str, value: object) -> None:
        """Show a new value of a prop at once."""
        self.set_prop_sync(component_id, prop_name, value)
