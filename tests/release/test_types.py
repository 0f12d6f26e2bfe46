"""A type checker reads the types of `dash` that the wheel brings along."""

import subprocess
import sys

import pytest

from tests.support.environments import NEUTRAL
from tests.support.paths import EXAMPLES

GOOD = """
from datetime import date
from typing import Any

import dash
import pyrt
from dash import ALL, Dash, Input, Output, Patch, State, callback, ctx, dash_table, dcc, html
from dash.exceptions import PreventUpdate

rows: list[dict[str, object]] = [{"name": "a", "units": 1}]
config = {"displayModeBar": False}
attributes: dict[str, Any] = {"data-x": 1}

app = Dash(__name__, title="Typed", suppress_callback_exceptions=True)
app.layout = html.Main(
    [
        html.H1("Typed", className="title", style={"color": "red"}),
        html.Button(["+", html.B("1")], id="more", n_clicks=0, disabled=True),
        [html.P("nested"), None, 3],
        dcc.Dropdown(["a", "b"], "a", id={"type": "choice", "index": 0}, multi=True),
        dcc.DatePickerSingle(date=date(2026, 1, 1)),
        dcc.Graph(id="graph", figure={"data": [], "layout": {}}, config=config),
        dash_table.DataTable(
            data=rows,
            columns=[{"name": "a", "id": "a", "format": dash_table.Format.Format(precision=2)}],
            style_cell_conditional=[{"if": {"column_id": "a"}, "textAlign": "left"}],
        ),
        html.Div(**attributes),
        dash.page_container,
    ]
)


@callback(
    Output("graph", "figure"),
    Input("more", "n_clicks"),
    State({"type": "choice", "index": ALL}, "value"),
    prevent_initial_call=True,
)
def draw(clicks: int, choices: list[str]) -> Patch:
    if ctx.triggered_id is None:
        raise PreventUpdate
    return Patch()


twice: int = draw(1, [])
box: dash.development.base_component.Component = pyrt.html.Div("text", id="box")
pyrt.activate()
"""
# The last line is the one that is wrong.
BAD = {
    "html.Div(childern=[])": 'Unexpected keyword argument "childern" for "Div"',
    "html.Dvi()": 'Module has no attribute "Dvi"',
    "dcc.Input(type='txt')": 'Argument "type" to "Input" has incompatible type',
    "html.Button(n_clicks='1')": 'Argument "n_clicks" to "Button" has incompatible type',
    "pyrt.html.A(hreff='x')": 'Unexpected keyword argument "hreff" for "A"',
    "dash_table.DataTable(colums=[])": 'Unexpected keyword argument "colums" for "DataTable"',
    "dash.Dsah": 'Module has no attribute "Dsah"',
}


@pytest.fixture(scope="module")
def check(ours, tmp_path_factory):
    """Type-check files as those of an app in the environment; the errors."""
    folder = tmp_path_factory.mktemp("types")

    def run(*files):
        command = [sys.executable, "-m", "mypy", "--config-file=", "--python-executable"]
        done = subprocess.run(
            [*command, ours.python, "--check-untyped-defs", *files],
            cwd=folder,
            env=NEUTRAL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stderr
        return [line for line in done.stdout.splitlines() if ": error: " in line]

    return run


def test_right_names_are_accepted_and_wrong_ones_are_not(check, tmp_path):
    files = {tmp_path / "good.py": GOOD}
    for number, line in enumerate(BAD):
        head = "import dash\nimport pyrt\nfrom dash import dash_table, dcc, html\n"
        files[tmp_path / f"bad_{number}.py"] = f"{head}\n{line}\n"
    for path, text in files.items():
        path.write_text(text)
    errors = check(*files)
    (unexpected,) = (line for line in errors if "good.py" in line)
    assert 'variable has type "int"' in unexpected  # a callback keeps the types of its function
    for number, message in enumerate(BAD.values()):
        (found,) = (line for line in errors if f"bad_{number}.py:5: " in line)
        assert message in found


@pytest.mark.parametrize("name", ["counter", "penguins", "sales_dashboard"])
def test_examples_are_accepted(check, name):
    """They are written as apps are, without annotations."""
    packages = [r"pandas", "plotly", "import-untyped", "import-not-found"]
    errors = check(EXAMPLES / name / "app.py")
    assert [line for line in errors if not any(each in line for each in packages)] == []
