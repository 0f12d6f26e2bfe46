"""Apps in notebooks of marimo, which its server runs."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.jupyter import PYTHON
from tests.support.marimo_notebook import COUNTER, IMPORTS, marimo_notebook
from tests.support.marimo_server import marimo

FIGURE = """Dash, Input, Output, dcc, html
import plotly.graph_objects as go

figure = Dash("figure")
figure.layout = html.Div([dcc.Dropdown([2, 5], 2, id="points"), dcc.Graph(id="graph")])

@figure.callback(Output("graph", "figure"), Input("points", "value"))
def draw(points):
    return go.Figure(go.Scatter(x=list(range(points)), y=list(range(points)), mode="markers"))

figure.run(jupyter_height=500)
return (figure,)"""


@pytest.fixture
def open_app(tmp_path, page):
    """Serve a notebook whose last cell shows an app; returns the frame of that."""
    if PYTHON is None:
        pytest.skip("needs a Python with marimo: `make notebooks` installs one")
    notebook = tmp_path / "notebook.py"
    with ExitStack() as servers:

        def open_one(cell):
            notebook.write_text(marimo_notebook([IMPORTS, cell]), encoding="utf-8")
            page.goto(servers.enter_context(marimo(Path(PYTHON), notebook)))
            return page.frame_locator("iframe[srcdoc]")

        yield open_one


def test_counter(open_app, page):
    view = open_app(COUNTER)
    view.locator("#add").click()
    view.locator("#text").fill("typed")
    expect(view.locator("#count")).to_have_text("1")
    expect(view.locator("#echo")).to_have_text("TYPED")
    page.reload()  # marimo runs the notebook anew
    expect(view.locator("#count")).to_have_text("0")
    view.locator("#add").click()
    expect(view.locator("#count")).to_have_text("1")


def test_a_figure(open_app):
    view = open_app(FIGURE)
    points = view.locator(".js-plotly-plot .point")
    expect(points).to_have_count(2)
    view.locator("#points").click()
    view.get_by_text("5", exact=True).click()
    expect(points).to_have_count(5)
