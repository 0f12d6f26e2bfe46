"""The SDK's own client and an app's tools, without a transport."""

import asyncio

import mcp_types as types
import pytest
from dash import Input, Output, dcc, html
from mcp import MCPError
from mcp.client.client import Client

from pyrt.agents.protocol import CALLS_ONLY, make_server
from pyrt.model.environment import Environment
from tests.support.agents import offer


@pytest.fixture
def server(app):
    app.layout = html.Div(
        [
            dcc.Dropdown(["a", "b"], "a", id="d"),
            html.P(id="o"),
            dcc.ConfirmDialog(message="Sure?", id="c"),
        ]
    )

    @app.callback(Output("o", "children"), Input("d", "value"))
    def show(value):
        return f"<{value}>"

    @app.callback(Output("o", "title"), Input("c", "submit_n_clicks"))
    def delete(n):
        return f"deleted {n}"

    return make_server(offer(app), CALLS_ONLY, lambda _: Environment(), "1")


def use(server, step, mode="auto", **options):
    async def run():
        async with Client(server, mode=mode, **options) as client:
            return await step(client)

    return asyncio.run(run())


MODES = pytest.mark.parametrize("mode", ["auto", "legacy"])


@MODES
def test_tools_resources_and_a_call(server, mode):
    async def step(client):
        tools = [tool.name for tool in (await client.list_tools()).tools]
        uris = [str(each.uri) for each in (await client.list_resources()).resources]
        templates = (await client.list_resource_templates()).resource_templates
        called = await client.call_tool("show", {"value": "b"})
        return tools, uris, templates, called

    tools, uris, templates, called = use(server, step, mode)
    assert tools == ["show", "delete", "get_dash_component"]
    assert uris == ["dash://layout", "dash://components"]
    assert templates == []
    assert called.structured_content["response"] == {"o": {"children": "<b>"}}


@MODES
def test_unknown_tools_and_resources(server, mode):
    async def step(client):
        with pytest.raises(MCPError) as tool:
            await client.call_tool("none", {})
        with pytest.raises(MCPError) as resource:
            await client.read_resource("dash://none")
        return tool.value.code, resource.value.code

    assert use(server, step, mode) == (-32601, -32002)


def answering(action, confirm, asked):
    async def answer(context, params):
        asked.append(params.message)
        return types.ElicitResult(action=action, content={"confirm": confirm})

    return answer


@MODES
@pytest.mark.parametrize(
    ("action", "confirm", "runs"),
    [("accept", True, True), ("accept", False, False), ("decline", True, False)],
)
def test_the_user_is_asked_by_the_client(server, mode, action, confirm, runs):
    asked: list[str] = []

    async def step(client):
        return await client.call_tool("delete", {"n": 1})

    result = use(server, step, mode, elicitation_callback=answering(action, confirm, asked))
    assert asked == ["The app asks before it runs delete: 'Sure?'"]
    assert result.is_error is not runs


@MODES
def test_a_client_that_cannot_ask_runs_nothing(server, mode):
    async def step(client):
        return await client.call_tool("delete", {"n": 1})

    result = use(server, step, mode)
    assert result.is_error
    assert "not confirmed" in result.content[0].text


def test_two_clients_at_once(server):
    async def one(value):
        async with Client(server) as client:
            result = await client.call_tool("show", {"value": value})
            return result.structured_content["response"]["o"]["children"]

    async def both():
        return await asyncio.gather(one("a"), one("b"))

    assert asyncio.run(both()) == ["<a>", "<b>"]
