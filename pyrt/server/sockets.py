"""Callbacks over a WebSocket: `set_props` and `ctx.websocket` work while the function goes on.

The messages are those of Dash 4.4 (`dash/backends/ws.py`), so that either end may be Dash's:

    page    {"type": "callback_request", "requestId", "rendererId", "payload": request as in S-50}
            {"type": "get_props_response", "requestId", "payload": {prop: value}}
            {"type": "heartbeat"}
            {"type": "cancel_request", "requestId"}           nobody waits any more (ours)
    server  {"type": "set_props", "rendererId", "requestId", "payload": {"componentId", "props"}}
            {"type": "get_props_request", "requestId", "payload": {"componentId", "properties"}}
            {"type": "callback_response", "requestId", "payload": {"status", "data" | "message"}}
            {"type": "heartbeat_ack"}

`requestId` in `set_props` is ours: the page can tell whose it is. What is ready at the same time
goes out as one JSON list. When a connection ends, its async callbacks are cancelled and the others
see `is_shutdown`; a page that comes back asks again. May import `service` and what stands beside
it.
"""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from time import perf_counter
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from pyrt.calls.call import Answer, Props, values_text
from pyrt.engine.call.context import RunContext
from pyrt.model.errors import WebsocketDisconnected
from pyrt.model.ids import stringify_id
from pyrt.server import access_log
from pyrt.server.http_error import MALFORMED, TOO_LARGE, Refusal
from pyrt.server.request import describe_request
from pyrt.server.service import CallService, Way, parse_request

MOST_CALLS = 100  # of one connection at the same time
MOST_WAITING = 16 * 2**20  # characters that a page has not taken; then it is let go as too slow
_TOO_SLOW = 4008
_FRAME = 2**20  # characters, about, that go out together

type Message = dict[str, object]


class SocketEndpoint:
    """Talks with pages for one app.

    Args:
        service: carries out their requests.
        max_body: bytes of one message.
    """

    def __init__(self, service: CallService, max_body: int) -> None:
        self.service = service
        self.max_body = max_body

    async def talk(self, websocket: WebSocket) -> None:
        """Answer one connection until it ends."""
        await websocket.accept()
        line = Line(websocket, self.service)
        sender = asyncio.create_task(line.send_all())
        try:
            while True:
                text = await websocket.receive_text()
                if len(text) > self.max_body:
                    line.complain(Refusal(TOO_LARGE, f"At most {self.max_body} bytes."))
                else:
                    line.receive(text)
        except (WebSocketDisconnect, KeyError, RuntimeError):
            pass  # gone; a KeyError is a message of bytes, a RuntimeError that we have closed it
        finally:
            await line.hang_up()
            sender.cancel()
            with suppress(asyncio.CancelledError):
                await sender


class Line:
    """One connection.

    Attributes:
        is_down: set once it has ended; callbacks in threads see it.
    """

    def __init__(self, websocket: WebSocket, service: CallService) -> None:
        self.is_down = threading.Event()
        self._websocket = websocket
        self._service = service
        self._environment = describe_request(websocket.scope)
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._unsent = 0
        self._counting = threading.Lock()
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._questions: dict[str, Future[object]] = {}

    # --- out

    def post(self, text: str) -> None:
        """Send one message as soon as may be; from any thread."""
        if self.is_down.is_set():
            return
        with self._counting:
            self._unsent += len(text)
            is_too_slow = self._unsent > MOST_WAITING
        if is_too_slow:
            self.is_down.set()
            self._on_loop(self._let_go)
        else:
            self._on_loop(self._outbox.put_nowait, text)

    def _on_loop(self, function: Callable[..., None], *arguments: object) -> None:
        if threading.get_ident() == self._thread:
            function(*arguments)
        else:
            with suppress(RuntimeError):  # the loop has been closed meanwhile
                self._loop.call_soon_threadsafe(function, *arguments)

    def _let_go(self) -> None:
        self._note(_TOO_SLOW, refused="page too slow")
        closing = self._loop.create_task(self._websocket.close(_TOO_SLOW, "too slow"))
        self._calls["close"] = closing

    async def send_all(self) -> None:
        """Send what is posted, for ever; what has gathered goes out together."""
        while True:
            texts = [await self._outbox.get()]
            size = len(texts[0])
            while size < _FRAME and not self._outbox.empty():
                texts.append(self._outbox.get_nowait())
                size += len(texts[-1])
            try:
                await self._websocket.send_text(
                    texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"
                )
            except (WebSocketDisconnect, RuntimeError):
                return
            with self._counting:
                self._unsent -= size

    def complain(self, refusal: Refusal) -> None:
        """Say that a message was not understood."""
        self._note(refusal.reason.status, refused=refusal.reason.name)
        self.post(
            json.dumps({"type": "error", "code": refusal.reason.status, "message": refusal.message})
        )

    def ask_props(self, component_id: str, names: list[str]) -> Future[object]:
        """Ask the page for values of props; the future gets `{prop: value}`."""
        if self.is_down.is_set():
            raise WebsocketDisconnected
        number = uuid4().hex
        answer = self._questions[number] = Future()
        answer.add_done_callback(lambda _: self._questions.pop(number, None))
        self.post(
            json.dumps(
                {
                    "type": "get_props_request",
                    "rendererId": "",
                    "requestId": number,
                    "payload": {"componentId": component_id, "properties": names},
                }
            )
        )
        return answer

    # --- in

    def receive(self, text: str) -> None:
        """Take one message of the page; what is wrong with it is told."""
        try:
            message = parse_request(text)
            if not isinstance(message, dict) or not isinstance(message.get("type"), str):
                raise Refusal(MALFORMED, "A message is a JSON object with a type.")  # noqa: TRY301
            handler = getattr(self, f"_on_{message['type']}", None)
            if handler is None:
                raise Refusal(MALFORMED, f"There is no message {message['type'][:40]!r}.")  # noqa: TRY301
            handler(message)
        except Refusal as refusal:
            self.complain(refusal)

    def _on_heartbeat(self, _: Message) -> None:
        self.post('{"type":"heartbeat_ack"}')

    def _on_get_props_response(self, message: Message) -> None:
        question = self._questions.get(str(message.get("requestId")))
        if question is not None and not question.done():
            question.set_result(message.get("payload"))

    def _on_cancel_request(self, message: Message) -> None:
        call = self._calls.get(str(message.get("requestId")))
        if call is not None:
            call.cancel()

    def _on_callback_request(self, message: Message) -> None:
        number = str(message.get("requestId"))
        if number in self._calls or len(self._calls) >= MOST_CALLS:
            raise Refusal(MALFORMED, "This connection has too many calls, or one of this number.")
        task = asyncio.create_task(self._call(number, message))
        self._calls[number] = task
        task.add_done_callback(lambda _: self._calls.pop(number, None))

    async def _call(self, number: str, message: Message) -> None:
        """Carry out one request, from its first check to its answer."""
        started = perf_counter()
        address = {"rendererId": message.get("rendererId", ""), "requestId": number}
        facts: Message = {}
        try:
            answer = await self._carry_out(address, message.get("payload"), facts)
        except Refusal as refusal:
            facts |= {"status": refusal.reason.status, "refused": refusal.reason.name}
            told: Message = {"message": refusal.message, "code": refusal.reason.status}
            payload = json.dumps({"status": "error", **told})
        except asyncio.CancelledError:
            facts |= {"status": _GONE}
            raise
        else:
            # The function was told so, by an error, while it asked: no fault of its own.
            is_gone = self.is_down.is_set() and isinstance(answer.error, WebsocketDisconnected)
            facts |= {"status": _GONE if is_gone else _STATUS[answer.outcome]}
            if answer.outcome == "error" and not is_gone:
                facts["error"] = answer.report.traceback if answer.report else str(answer.error)
            payload = self._describe(answer)
        finally:
            self._note(ms=round((perf_counter() - started) * 1000, 2), **facts)
        head = json.dumps({"type": "callback_response", **address})
        self.post(f'{head[:-1]},"payload":{payload}}}')

    async def _carry_out(self, address: Message, request: object, facts: Message) -> Answer:
        callback = self._service.admit(request)
        facts["callback"] = str(callback)
        if callback.background is not None:  # S-131
            raise Refusal(
                MALFORMED, "Background callbacks are asked for by HTTP, not over a socket."
            )

        def stream(props: Props) -> None:
            for component_id, values in props.items():
                head = json.dumps({"type": "set_props", **address})
                payload = f'"componentId":{json.dumps(component_id)},"props":{values_text(values)}'
                self.post(f'{head[:-1]},"payload":{{{payload}}}}}')

        def open_websocket(context: RunContext) -> PageSocket:
            return PageSocket(self, context)

        way = Way(stream, open_websocket)
        return await self._service.carry_out(callback, request, self._environment, way)

    def _describe(self, answer: Answer) -> str:
        if answer.outcome == "prevented":
            return '{"status":"prevent_update"}'
        if answer.outcome == "error":
            told = self._service.error_of(answer)
            return json.dumps({"status": "error", "code": _STATUS["error"], **told})
        cookies = f',"cookies":{json.dumps(list(answer.cookies))}' if answer.cookies else ""
        return f'{{"status":"ok","data":{answer.body()}{cookies}}}'

    # --- the end

    async def hang_up(self) -> None:
        """End what goes on: nobody is there any more."""
        self.is_down.set()
        for question in list(self._questions.values()):
            question.cancel()
        calls = list(self._calls.values())
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    def _note(self, status: object = None, **facts: object) -> None:
        known = self._environment
        origin = known.origin or None
        access_log.note(
            "call", via="websocket", status=status, **facts, origin=origin, remote=known.remote
        )


_GONE = 499  # as nginx says it: nobody waits for the answer any more
_STATUS = {"value": 200, "prevented": 204, "error": 500}


class PageSocket:
    """`ctx.websocket`: the page at the other end of a connection (S-131)."""

    def __init__(self, line: Line, context: RunContext) -> None:
        self._line = line
        self._context = context

    @property
    def is_shutdown(self) -> bool:
        """Whether the page is gone; a loop should end then."""
        return self._line.is_down.is_set()

    async def get_prop(self, component_id: object, prop_name: str, timeout: float = 30.0) -> object:  # noqa: ASYNC109  # Dash's signature
        """Return the present value of a prop in the page; None when it has none.

        Raises:
            WebsocketDisconnected: the page is gone.
            TimeoutError: it does not answer in time, in seconds.
        """
        key = stringify_id(component_id)
        answer = self._line.ask_props(key, [prop_name])
        try:
            found = await asyncio.wait_for(asyncio.wrap_future(answer), timeout)
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
