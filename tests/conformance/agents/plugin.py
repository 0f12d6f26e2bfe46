"""A plugin of pytest: Dash's own tests of MCP, asked of pyrt's bridge, or of `pyrt mcp`.

    python -m pytest --noconftest -p tests.conformance.agents.plugin ../dash/tests/integration/mcp

It stands in for the conftest.py of that folder: `dash_duo` starts the bridge with the app of the
test, `app.server.test_client()` asks it without a socket. With PYRT_AGENTS=stdio the requests go to
the server of `pyrt mcp` by its own streams.
"""

import importlib
import json
import os
import socket
import sys
import threading
import time
import types
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from types import SimpleNamespace
from typing import Any

import anyio
import mcp_types
import pytest
import requests
import uvicorn
from mcp.shared._context_streams import create_context_streams
from mcp.shared.message import SessionMessage
from starlette.testclient import TestClient

from pyrt.activation import activate

activate()

from dash import Dash  # noqa: E402  # pyrt's names

from pyrt.agents import settings  # noqa: E402
from pyrt.agents.protocol import WITH_PAGE, make_server  # noqa: E402
from pyrt.app import pages  # noqa: E402
from pyrt.app.dash import APPS  # noqa: E402
from pyrt.managers import job_runner  # noqa: E402
from pyrt.model.callback import BACKGROUND_CALLBACKS, GLOBAL_CALLBACKS  # noqa: E402
from pyrt.server.agents import find_endpoint  # noqa: E402
from pyrt.server.agents_http import complete  # noqa: E402
from pyrt.server.asgi import DEFAULT_MAX_BODY, Access, make_asgi  # noqa: E402
from pyrt.server.jobs import fork_server  # noqa: E402
from pyrt.server.jobs.lifecycle import JobLifecycle  # noqa: E402
from pyrt.server.permission import Permission  # noqa: E402
from pyrt.server.serve import _run_job  # noqa: E402
from pyrt.server.service import CallService  # noqa: E402

STDIO = os.environ.get("PYRT_AGENTS") == "stdio"


class EveryCallback(Permission):
    """Allows what Dash's server allows: all callbacks in Python."""

    __slots__ = ()

    def allows(self, callback):
        return callback.function is not None


class ForkHere:
    """Runs a job in a fork of the test's process, which has the app; a server starts another."""

    def fork(self, job):
        pid = os.fork()
        if pid:
            threading.Thread(target=os.waitpid, args=(pid, 0), daemon=True).start()
            return fork_server.job_id(pid)
        try:
            _run_job(job)
        finally:
            os._exit(0)


FORK_HERE: Any = ForkHere()


def bridge(app):
    """Return the bridge of an app."""
    app.prepare()
    job_runner.install(FORK_HERE)
    jobs = JobLifecycle(app.callbacks, app.background_manager, app.call_options, "secret")
    service = CallService(app.callbacks, EveryCallback(), app.call_options, jobs, debug=True)
    prefix = app.config.routes_pathname_prefix
    agents: Any = find_endpoint(app, service, jobs, DEFAULT_MAX_BODY, by_project=False)
    if STDIO and agents is not None:
        agents = StdioAdapter(app, agents.path)
    return make_asgi(service, Access(prefixes=sorted({"/", prefix}), agents=agents))


class StdioAdapter:
    """Passes HTTP requests on to the server of `pyrt mcp`, one JSON line for each."""

    def __init__(self, app, path):
        self.app = app
        self.path = path

    def run(self):
        from pyrt.agent_page.stdio import _describe, make_agent_app  # noqa: PLC0415  # not on a server

        @asynccontextmanager
        async def running():
            agents, close = make_agent_app(self.app)
            server = make_server(agents, WITH_PAGE, _describe, "0")
            make: Any = create_context_streams
            self.inward, inner_read = make(0)
            inner_write, self.outward = make(0)
            async with anyio.create_task_group() as tasks:
                options = server.create_initialization_options()
                tasks.start_soon(partial(server.run, inner_read, inner_write, options))
                self.is_open = False
                yield
                tasks.cancel_scope.cancel()
            close()

        return running()

    async def ask(self, message):
        read = mcp_types.jsonrpc_message_adapter.validate_python(message, by_name=False)
        await self.inward.send(SessionMessage(read))
        if "id" not in message:
            return None
        while True:
            answer = (await self.outward.receive()).message
            data = json.loads(answer.model_dump_json(by_alias=True, exclude_unset=True))
            if data.get("id") == message["id"]:
                return data

    async def __call__(self, scope, receive, send):
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        headers = [(b"content-type", b"application/json"), (b"mcp-session-id", b"stdio")]
        reply: Any
        if scope["method"] == "DELETE":
            status, reply = 405, None
        elif scope["method"] == "GET":
            status, reply = 200, None
            headers[0] = (b"content-type", b"text/event-stream")
        elif b"json" not in dict(scope["headers"]).get(b"content-type", b""):
            status, reply = 415, {}
        else:
            message = complete(json.loads(body))
            if not self.is_open and message["method"] != "initialize":
                first = {"jsonrpc": "2.0", "id": 0, "method": "initialize"}
                await self.ask(complete(first))
                note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
                await self.ask(note)
            self.is_open = True
            reply = await self.ask(message)
            status = 202 if reply is None else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        data = b"" if reply is None else json.dumps(reply).encode()
        await send({"type": "http.response.body", "body": data})


# --- what the tests import


def _post(url, method, params=None, request_id=1):
    message = {"jsonrpc": "2.0", "method": method, "id": request_id, "params": params or {}}
    return requests.post(f"{url}/_mcp", json=message, timeout=20)


def _method(url, method, params=None):
    response = _post(url, method, params)
    response.raise_for_status()
    return response.json()


def _tools(url):
    return _method(url, "tools/list")["result"]["tools"]


def _call_tool(url, name, arguments=None):
    return _method(url, "tools/call", {"name": name, "arguments": arguments or {}})


helpers: Any = types.ModuleType("tests.integration.mcp.conftest")
helpers._mcp_post, helpers._mcp_tools = _post, _tools
helpers._mcp_method, helpers._mcp_call_tool = _method, _call_tool
for name in ("tests.integration", "tests.integration.mcp"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["tests.integration.mcp.conftest"] = helpers
protocol: Any = types.ModuleType("dash.mcp.types")
protocol.LATEST_PROTOCOL_VERSION = "2025-11-25"
sys.modules["dash.mcp.types"] = protocol
setattr(importlib.import_module("dash.mcp"), "types", protocol)  # noqa: B010  # for mypy


class Client:
    """What the tests use of Flask's test client."""

    def __init__(self, app):
        self.client = TestClient(bridge(app), raise_server_exceptions=False)
        self.client.__enter__()
        OPEN.append(self.client)

    def _ask(self, method, path, data=None, content_type=None, headers=None):
        headers = {**(headers or {}), **({"Content-Type": content_type} if content_type else {})}
        found = self.client.request(method, path, content=data, headers=headers)
        return SimpleNamespace(
            status_code=found.status_code,
            data=found.content,
            headers=found.headers,
            content_type=found.headers.get("content-type", ""),
        )

    def __getattr__(self, method):
        return partial(self._ask, method.upper())


OPEN: list[Any] = []


class Server:
    """A stand-in for the server of an app."""

    def __init__(self, app):
        self.app = app
        self.name = "app"

    def test_client(self):
        return Client(self.app)


class Duo:
    """What the tests use of `dash_duo`."""

    def start_server(self, app):
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.app = app
        config = uvicorn.Config(bridge(app), port=port, log_level="error", access_log=False)
        self.running = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.running.run, daemon=True)
        self.thread.start()
        while not self.running.started:
            time.sleep(0.01)
        self.server = SimpleNamespace(url=f"http://127.0.0.1:{port}")

    def wait_for_text_to_equal(self, selector, text):
        """Check a text in a page of the app, without a browser."""
        from pyrt.testing import Page  # noqa: PLC0415

        with Page(self.app) as page:
            assert page[selector.removeprefix("#")].text == text

    def stop(self):
        if hasattr(self, "running"):
            self.running.should_exit = True
            self.thread.join(10)


@pytest.fixture
def dash_duo():
    duo = Duo()
    yield duo
    duo.stop()


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setenv("DASH_MCP_ENABLED", "true")
    made = Dash.__init__

    def construct(self, *args, **kwargs):
        made(self, *args, **kwargs)
        self._hot_reload = SimpleNamespace(hash=None)
        self.server = Server(self)

    def callback_map(self):
        return {each.callback_id: {"manager": each.manager} for each in self.callbacks}

    monkeypatch.setattr(Dash, "__init__", construct)
    monkeypatch.setattr(Dash, "callback_map", property(callback_map))
    yield
    while OPEN:
        with suppress(Exception):
            OPEN.pop().__exit__(None, None, None)
    settings.forget()
    APPS.forget()
    GLOBAL_CALLBACKS.clear()
    BACKGROUND_CALLBACKS.clear()
    pages.forget_pages()
