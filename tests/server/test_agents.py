"""The sales dashboard on a bridge, driven by the client of MCP's own SDK."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from mcp import MCPError
from mcp.client.client import Client

from tests.support.paths import EXAMPLES

APP = EXAMPLES / "sales_dashboard" / "app.py"


def run(coroutine):
    """Run it in a thread: the loop of Playwright's browser may run in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, coroutine).result()


@pytest.fixture(scope="module")
def url(start_server):
    variables = {
        "DASH_MCP_ENABLED": "true",
        "PYRT_BRIDGE_SERVER": "app:draw_products app:filter_product",
    }
    return f"{start_server(APP, **variables).url}/_mcp"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_agent_asks_for_the_sales_of_a_region(url, mode):
    async def use():
        async with Client(url, mode=mode) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            north = await client.call_tool("filter_product", {"region": "North"})
            mars = await client.call_tool("filter_product", {"region": "Mars"})
            title = {"component_id": "table-title", "property": "children"}
            first = await client.call_tool("get_dash_component", title)
            with pytest.raises(MCPError, match="Tool not found"):
                await client.call_tool("nonsense", {})
            return tools, north, mars, first

    tools, north, mars, first = run(use())
    assert set(tools) == {"draw_products", "filter_product", "get_dash_component"}
    assert "'North'" in tools["draw_products"].input_schema["properties"]["region"]["description"]
    response = north.structured_content["response"]
    assert response["table-title"] == {"children": "All products, North"}
    assert len(response["table"]["data"]) > 10
    assert "month | product | units | revenue" in north.content[1].text
    assert mars.is_error
    assert 'one of its options: "East", "North", "South", "West"' in mars.content[0].text
    properties = first.structured_content["properties"]
    assert properties["children"]["initial_value"] == "All products, East"


def test_several_agents_at_once(url):
    async def title(region):
        async with Client(url) as client:
            result = await client.call_tool("filter_product", {"region": region})
            return result.structured_content["response"]["table-title"]["children"]

    async def both():
        return await asyncio.gather(title("North"), title("South"))

    assert run(both()) == ["All products, North", "All products, South"]


def test_a_bridge_whose_app_is_not_offered_has_no_endpoint(start_server):
    server = start_server(APP, DASH_MCP_ENABLED="false", PYRT_BRIDGE_MCP="1")
    assert server.client.post("/_mcp", json={}).status_code == 404
