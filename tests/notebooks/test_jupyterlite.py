"""Apps in JupyterLite: the kernel is a Pyodide in the browser, and nothing else is there."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.jupyter import PATIENCE_MS, notebook_json
from tests.support.jupyterlite import PYTHON, build_site
from tests.support.servers import static_server

INSTALL = """%pip install pyrt-dash-notebook plotly
import pyrt
pyrt.activate()
from dash import Dash, Input, Output, dcc, html"""

COUNTER = """app = Dash("counter")
app.layout = html.Div(
    [html.Button("Add", id="add"), html.P("0", id="count"), dcc.Input("x", id="text"),
     html.P(id="echo")]
)

@app.callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
def count(clicks):
    return str(clicks)

@app.callback(Output("echo", "children"), Input("text", "value"))
async def echo(value):
    return value.upper()

app"""

FIGURE = """import plotly.graph_objects as go

app = Dash("figure")
app.layout = html.Div([dcc.Input(2, id="points", type="number"), dcc.Graph(id="graph")])

@app.callback(Output("graph", "figure"), Input("points", "value"))
def draw(points):
    return go.Figure(go.Scatter(x=list(range(points)), y=list(range(points)), mode="markers"))

app.run(jupyter_height=500)"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a site with both notebooks."""
    if PYTHON is None:
        pytest.skip("needs a Python with JupyterLite: `make notebooks` installs one")
    cells = {"counter.ipynb": [INSTALL, COUNTER], "figure.ipynb": [INSTALL, FIGURE]}
    notebooks = {name: notebook_json(code, "python") for name, code in cells.items()}
    site = build_site(Path(PYTHON), tmp_path_factory.mktemp("lite"), notebooks)
    with static_server(site) as found:
        yield found.rstrip("/")


@pytest.fixture
def open_app(address, page):
    """Open a notebook, run its cells, and return the frame of its app."""
    page.set_default_timeout(PATIENCE_MS)
    page.route(lambda url: not url.startswith((address, "blob:", "data:")), lambda r: r.abort())

    def open_one(name):
        page.goto(f"{address}/lab/index.html?path={name}.ipynb")
        expect(page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(2, timeout=PATIENCE_MS)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        frame = page.frame_locator(".jp-OutputArea iframe[srcdoc]:not([sandbox])")
        frame.locator("#react-entry-point > *").first.wait_for(timeout=PATIENCE_MS)
        return frame

    return open_one


def test_counter(open_app):
    view = open_app("counter")
    view.locator("#add").click()
    view.locator("#text").fill("typed")
    expect(view.locator("#count")).to_have_text("1")
    expect(view.locator("#echo")).to_have_text("TYPED")


def test_a_figure(open_app):
    view = open_app("figure")
    points = view.locator(".js-plotly-plot .point")
    expect(points).to_have_count(2)
    view.locator("#points").fill("5")
    expect(points).to_have_count(5)
