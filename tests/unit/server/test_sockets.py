"""The end of a WebSocket, at each moment of a call (S-131, S-132)."""

import asyncio
import hashlib
import json
from contextlib import suppress
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from pyrt.calls.call import CallOptions
from pyrt.engine.call.context import ctx, set_props
from pyrt.model.callback import CallbackRegistry
from pyrt.model.dependencies import Input
from pyrt.server import access_log
from pyrt.server.jobs.lifecycle import JobLifecycle
from pyrt.server.permission import Permission
from pyrt.server.service import CallService
from pyrt.server.sockets import SocketEndpoint

REQUEST = json.dumps(
    {
        "type": "callback_request",
        "requestId": "1",
        "payload": {
            "output": hashlib.sha256(b"in.value").hexdigest(),
            "inputs": [{"id": "in", "property": "value", "value": 1}],
        },
    }
)


class FakeWebSocket:
    """A page: what it sends is put into `incoming`, None closes the connection."""

    scope = {"headers": [], "path": "/", "client": ("127.0.0.1", 1)}  # noqa: RUF012

    def __init__(self):
        self.incoming: asyncio.Queue[str | None] = asyncio.Queue()
        self.sent = []
        self.is_broken = False

    async def accept(self):
        pass

    async def receive_text(self):
        text = await self.incoming.get()
        if text is None:
            raise WebSocketDisconnect(1000)
        return text

    async def send_text(self, text):
        if self.is_broken:
            raise WebSocketDisconnect(1006)
        self.sent.append(text)


class App:
    """A persistent callback that runs until it is cancelled, and the connection of a page."""

    def __init__(self):
        self.begun = asyncio.Event()
        self.has_ended = False
        callbacks = CallbackRegistry()
        callbacks.callback(Input("in", "value"), websocket=True, persistent=True, server=True)(
            self._prices
        )
        jobs = JobLifecycle(callbacks, None, CallOptions())
        service = CallService(callbacks, Permission(), CallOptions(), jobs)
        self.page = FakeWebSocket()
        endpoint: Any = SocketEndpoint(service, 1000)
        self.connection = asyncio.create_task(endpoint.serve(self.page))

    async def _prices(self, value):
        self.begun.set()
        try:
            while True:
                set_props("price", {"children": value})
                await asyncio.sleep(0)
        finally:
            self.has_ended = ctx.websocket.is_shutdown

    async def close(self):
        self.page.incoming.put_nowait(None)
        await asyncio.wait_for(self.connection, 10)


@pytest.fixture
def lines(monkeypatch):
    noted = []
    monkeypatch.setattr(access_log, "write", lambda _event, **facts: noted.append(facts))
    return noted


def run(scenario):
    async def main():
        await scenario(App())

    asyncio.run(main())


def test_a_close_while_the_callback_runs_cancels_it(lines):
    async def scenario(app):
        app.page.incoming.put_nowait(REQUEST)
        await app.begun.wait()
        await app.close()
        assert app.has_ended

    run(scenario)
    assert [line["status"] for line in lines] == [499]


def test_a_close_right_behind_the_request_ends_the_call_before_it_begins(lines):
    async def scenario(app):
        app.page.incoming.put_nowait(REQUEST)
        await app.close()
        await asyncio.sleep(0)
        assert not app.begun.is_set() or app.has_ended

    run(scenario)
    assert [line["status"] for line in lines] == [499]


def test_a_connection_that_takes_no_message_any_more_still_cancels_at_its_end(lines):
    """The server writes into a connection that is already closed, and learns of it afterwards."""

    async def scenario(app):
        app.page.incoming.put_nowait(REQUEST)
        await app.begun.wait()
        app.page.is_broken = True
        for _ in range(20):
            await asyncio.sleep(0)
        assert not app.has_ended
        await app.close()
        assert app.has_ended

    run(scenario)
    assert [line["status"] for line in lines] == [499]


def test_a_callback_that_was_told_to_end_leaves_no_task_behind():
    async def scenario(app):
        app.page.incoming.put_nowait(REQUEST)
        await app.begun.wait()
        with suppress(asyncio.CancelledError):
            app.connection.cancel()  # as a server does that shuts down
            await app.connection
        assert app.has_ended
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(scenario)
