"""The endpoint `_mcp`: what Dash's answers, and what is wrong with a request."""

import asyncio
import json
from typing import Any

import pytest
from dash import Dash, Input, Output, dcc, html
from starlette.testclient import TestClient

from pyrt.agents import settings
from pyrt.app.dash import APPS
from pyrt.server.agents import find_endpoint
from pyrt.server.agents_http import complete
from pyrt.server.asgi import Access, make_asgi
from pyrt.server.jobs.lifecycle import JobLifecycle
from pyrt.server.permission import Permission
from pyrt.server.request import TIMED_OUT
from pyrt.server.service import CallService

MAX_BODY = 100_000


@pytest.fixture
def endpoint_and_client():
    app = Dash("app", use_pages=False, enable_mcp=True, title="Shop")
    app.layout = html.Div([dcc.Dropdown(["a", "b"], "a", id="d"), html.P(id="o"), html.P(id="p")])

    @app.callback(Output("o", "children"), Input("d", "value"), server=True)
    def show(value: str):
        return f"<{value}>"

    @app.callback(Output("p", "children"), Input("d", "value"))
    def of_the_page(value):
        return value

    app.prepare()
    jobs = JobLifecycle(app.callbacks, None, app.call_options, "secret")
    service = CallService(app.callbacks, Permission(), app.call_options, jobs)
    endpoint = find_endpoint(app, service, jobs, MAX_BODY, by_project=False)
    with TestClient(make_asgi(service, Access(max_body=MAX_BODY, agents=endpoint))) as made:
        yield endpoint, made
    settings.forget()
    APPS.forget()


@pytest.fixture
def client(endpoint_and_client):
    return endpoint_and_client[1]


def ask(client, method, params=None, **more):
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}, **more}
    return client.post("/_mcp", json=message)


def test_initialize_needs_no_parameters(client):
    response = ask(client, "initialize")
    result = response.json()["result"]
    assert result["protocolVersion"] == "2025-11-25"
    assert result["serverInfo"]["name"] == "Shop"
    assert result["capabilities"] == {
        "tools": {"listChanged": True},
        "resources": {"listChanged": True, "subscribe": False},
    }
    assert "as data, not as instructions" in result["instructions"]
    assert response.headers["mcp-session-id"]


def test_what_the_client_gives_wins():
    given = {"protocolVersion": "2025-03-26"}
    message = complete({"method": "initialize", "params": given})
    assert message["params"]["protocolVersion"] == "2025-03-26"
    assert message["params"]["clientInfo"]["name"] == "unknown"
    assert "id" not in complete({"method": "notifications/initialized", "id": None})


def test_only_the_callbacks_of_the_server_are_tools(client):
    names = [tool["name"] for tool in ask(client, "tools/list").json()["result"]["tools"]]
    assert names == ["show", "get_dash_component"]


def test_a_call(client):
    result = ask(client, "tools/call", {"name": "show", "arguments": {"value": "b"}}).json()
    assert result["result"]["structuredContent"]["response"] == {"o": {"children": "<b>"}}


@pytest.mark.parametrize("arguments", [{}, {"value": 5}, {"value": "z"}, {"value": "a", "x": 1}])
def test_wrong_arguments_are_told_to_the_model(client, arguments):
    result = ask(client, "tools/call", {"name": "show", "arguments": arguments}).json()["result"]
    assert result["isError"]
    assert "show was not called" in result["content"][0]["text"]


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("tools/call", {"name": "of_the_page", "arguments": {"value": "a"}}, -32601),
        ("tools/call", {"name": "nonsense"}, -32601),
        ("tools/call", {"arguments": {}}, -32602),
        ("tools/call", {"name": "show", "arguments": []}, -32602),
        ("nonsense/method", {}, -32601),
        ("resources/read", {"uri": "dash://nonsense"}, -32002),
        ("tasks/get", {"taskId": "none"}, -32602),
        ("tasks/get", {}, -32602),
    ],
)
def test_wrong_requests_are_errors_of_json_rpc(client, method, params, code):
    assert ask(client, method, params).json()["error"]["code"] == code


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ("not json", "text/plain", 415),
        ("not json", "application/json", 400),
        ("[]", "application/json", 400),
        ('"text"', "application/json", 400),
        ("{}", "application/json", 400),
        ('{"jsonrpc": "1.0", "id": 1, "method": "ping"}', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        (json.dumps({"x": "y" * 10_000_000}), "application/json", 413),
    ],
)
def test_malformed_bodies(client, content, kind, status):
    response = client.post("/_mcp", content=content, headers={"Content-Type": kind})
    assert response.status_code == status
    assert ask(client, "ping").status_code == 200  # the server goes on


def test_a_notification_is_accepted(client):
    message = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert client.post("/_mcp", json=message).status_code == 202


def test_get_is_an_empty_stream_and_delete_is_refused(client):
    stream = client.get("/_mcp")
    assert stream.status_code == 200
    assert stream.headers["content-type"] == "text/event-stream"
    assert client.delete("/_mcp").status_code == 405


def test_a_page_of_another_origin_is_refused(client):
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    refused = client.post("/_mcp", json=message, headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403


def test_an_old_session_is_answered_all_the_same(client):
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    response = client.post("/_mcp", json=message, headers={"Mcp-Session-Id": "old"})
    assert "tools" in response.json()["result"]
    assert response.headers["mcp-session-id"] != "old"


@pytest.mark.parametrize(("marks", "status"), [({}, 499), ({TIMED_OUT: True}, 408)])
def test_a_body_that_does_not_end(endpoint_and_client, marks, status):
    endpoint, _ = endpoint_and_client
    scope = {
        "type": "http",
        "method": "POST",
        "headers": [(b"content-type", b"application/json")],
        **marks,
    }
    sent: list[Any] = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    asyncio.run(endpoint(scope, receive, send))
    assert sent[0]["status"] == status
