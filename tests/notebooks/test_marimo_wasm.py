"""An app in a notebook of marimo that was exported as a page: its kernel is in the browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.jupyter import PATIENCE_MS, PYTHON
from tests.support.marimo_server import marimo_notebook
from tests.support.marimo_wasm import OtherHosts, export
from tests.support.servers import static_server

IMPORTS = """
import pyrt
pyrt.activate()
from dash import Dash, Input, Output, dcc, html
return Dash, Input, Output, dcc, html"""

COUNTER = """Dash, Input, Output, dcc, html
counter = Dash("counter")
counter.layout = html.Div(
    [html.Button("Add", id="add"), html.P("0", id="count"), dcc.Input("x", id="text"),
     html.P(id="echo")]
)

@counter.callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
def count(clicks):
    return str(clicks)

@counter.callback(Output("echo", "children"), Input("text", "value"))
async def echo(value):
    return value.upper()

counter
return (counter,)"""


@pytest.fixture
def address(tmp_path, page):
    """Export the notebook and serve its page; what it asks other hosts for is answered."""
    if PYTHON is None:
        pytest.skip("needs a Python with marimo: `make notebooks` installs one")
    folders = [tmp_path / name for name in ("hosts", "notebook")]
    for folder in folders:
        folder.mkdir()
    hosts = OtherHosts(Path(PYTHON), folders[0])
    site = export(Path(PYTHON), [marimo_notebook([IMPORTS, COUNTER])], folders[1])
    with static_server(site) as found:
        page.context.route(lambda url: not url.startswith((found, "blob:", "data:")), hosts.answer)
        yield found


def test_counter(address, page):
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    view = page.frame_locator("iframe[srcdoc]")
    view.locator("#add").click()
    view.locator("#text").fill("typed")
    expect(view.locator("#count")).to_have_text("1")
    expect(view.locator("#echo")).to_have_text("TYPED")
