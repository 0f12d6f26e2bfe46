"""`pyrt mcp` and the SDK's own client."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from mcp import MCPError
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.support.paths import ROOT

APP = """
from dash import ALL, Dash, Input, Output, callback, dcc, html

print("this is no message of the protocol")
app = Dash(__name__)
app.layout = html.Div([
    dcc.Dropdown(["North", "South"], "North", id="region"),
    html.P(id="title"),
    dcc.ConfirmDialogProvider(html.Button("Clear", id="clear"), id="sure", message="Clear all?"),
    html.P(id="cleared"),
])


@callback(Output("title", "children"), Input("region", "value"))
def show(region):
    print("neither is this")
    return f"Sales, {region}"


@callback(Output("cleared", "children"), Input("sure", "submit_n_clicks"))
def clear(n):
    return f"{n}"
"""


@pytest.fixture(scope="module")
def app_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("agent") / "app.py"
    file.write_text(APP, encoding="utf-8")
    return file


PATH = os.pathsep.join([str(ROOT), str(ROOT / "build")])
ENVIRONMENT = {**os.environ, "PYTHONPATH": PATH, "PYTHONWARNINGS": "ignore"}


def start(app_file: Path):
    """Return what starts `pyrt mcp` for a client."""
    arguments = ["-m", "pyrt_build.cli", "mcp", str(app_file)]
    return stdio_client(
        StdioServerParameters(command=sys.executable, args=arguments, env=ENVIRONMENT)
    )


async def use(client):
    """Do what an agent does, and return what it is told."""
    tools = {tool.name for tool in (await client.list_tools()).tools}
    step = {"component_id": "region", "property": "value", "value": "South"}
    changed = await client.call_tool("set_values", {"values": [step]})
    wrong = await client.call_tool("set_values", {"values": [{**step, "value": "Mars"}]})
    called = await client.call_tool("show", {"region": "North"})
    after = await client.call_tool("read_page", {"component_id": "title"})
    with pytest.raises(MCPError, match="Tool not found"):
        await client.call_tool("nonsense", {})
    with pytest.raises(MCPError, match="There is no resource"):
        await client.read_resource("dash://nonsense")
    layout = await client.read_resource("dash://layout")
    return tools, changed, wrong, called, after, layout


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_agent_uses_a_page(app_file, mode):
    async def run():
        async with Client(start(app_file), mode=mode) as client:
            return await use(client)

    tools, changed, wrong, called, after, layout = asyncio.run(run())
    assert {"read_page", "set_values", "click", "show", "get_dash_component"} <= tools
    assert changed.structured_content["changed"]["title"] == {"children": "Sales, South"}
    assert wrong.is_error
    assert called.structured_content["response"] == {"title": {"children": "Sales, North"}}
    assert after.structured_content["props"]["children"] == "Sales, South"  # the page is the same
    assert '"region"' in layout.contents[0].text


LARGE = """
from dash import Dash, Input, Output, callback, dcc, html

app = Dash(__name__)
app.layout = html.Div([dcc.Input(id="size", type="number"), html.P(id="out")])


@callback(Output("out", "children"), Input("size", "value"), prevent_initial_call=True)
def fill(size: int):
    return "x" * size
"""


def test_results_are_limited_as_the_project_says(tmp_path):
    """Those of tools, and in the page that is open."""
    (tmp_path / "app.py").write_text(LARGE, encoding="utf-8")
    project = '[project]\nname = "large"\nversion = "1"\n[tool.pyrt]\nmax-result = 0.001\n'
    (tmp_path / "pyproject.toml").write_text(project, encoding="utf-8")

    async def run():
        async with Client(start(tmp_path / "app.py")) as client:
            small = await client.call_tool("fill", {"size": 900})
            large = await client.call_tool("fill", {"size": 5000})
            step = {"component_id": "size", "property": "value", "value": 5000}
            page = await client.call_tool("set_values", {"values": [step]})
            return small, large, page

    small, large, page = asyncio.run(run())
    assert not small.is_error
    assert large.is_error
    for told in (large, page):
        assert "max-result" in told.content[0].text
    assert "xxx" not in page.content[0].text


SLOW = """
import time
from dash import Dash, Input, Output, callback, dcc, html

app = Dash(__name__)
app.layout = html.Div([dcc.Input(id="i"), html.P(id="o"), html.P(id="p")])


@callback(Output("o", "children"), Input("i", "value"), prevent_initial_call=True)
def work(value):
    time.sleep(60 if value == "slow" else 0)
    return value


@callback(Output("p", "children"), Input("i", "value"), background=True)
def job(value):
    time.sleep(60)
"""


def test_lines_that_are_no_json_cancelled_calls_and_a_client_that_leaves(tmp_path):
    (tmp_path / "app.py").write_text(SLOW, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "pyrt_build.cli", "mcp", str(tmp_path / "app.py")],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    lines: Any = process.stdin
    answers: Any = process.stdout

    def send(method, **message):
        lines.write(json.dumps({"jsonrpc": "2.0", "method": method, **message}) + "\n")
        lines.flush()

    def ask(number, method, **params):
        send(method, id=number, params=params)
        while True:
            answer = json.loads(answers.readline())
            if answer.get("id") == number:
                return answer

    killer = threading.Timer(50, process.kill)
    killer.start()
    client = {"name": "test", "version": "1"}
    ask(0, "initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo=client)
    send("notifications/initialized")
    lines.write("this is no JSON\n[1, 2]\n")
    send("tools/call", id=1, params={"name": "work", "arguments": {"value": "slow"}})
    send("notifications/cancelled", params={"requestId": 1})
    result = ask(2, "tools/call", name="work", arguments={"value": "x"})["result"]
    assert result["structuredContent"]["response"] == {"o": {"children": "x"}}
    task = ask(3, "tools/call", name="job", arguments={}, task={})["result"]["task"]
    assert ask(4, "tasks/get", taskId=task["taskId"])["result"]["status"] == "working"
    lines.close()
    assert process.wait() == 0  # although the callback and the job still run
    killer.cancel()
    answers.close()
