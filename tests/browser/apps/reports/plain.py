# /// script
# dependencies = ["dash", "dash-ag-grid", "python-dateutil", "pytz"]
# ///
"""What apps of public bug reports do, without pandas; real Dash shows the same.

Named time zones, a timer beside `app.run()`, private imports, `outputs_list`, a component in the
developer tools, a grid that writes into its rows, routes of the server.
"""

import argparse
import datetime as dt
import importlib
import os
import webbrowser
from threading import Timer
from zoneinfo import ZoneInfo

import dash_ag_grid as dag
import dateutil.tz
import pytz
from dash import Dash, Input, Output, State, callback, clientside_callback, ctx, dcc, hooks, html

NOON = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)
ZONES = {
    "zoneinfo": lambda: ZoneInfo("Europe/Berlin"),
    "dateutil": lambda: dateutil.tz.gettz("America/New_York"),
    "pytz": lambda: pytz.timezone("Asia/Kolkata"),
}
PRIVATE = [
    ("dash._dash_renderer", "_set_react_version"),
    ("dash._callback", "NoUpdate"),
    ("dash.html.Div", "Div"),
    ("dash", "jupyter_dash"),
    ("dash.dcc.express", "send_string"),
    ("dash._utils", "AttributeDict"),
    ("dash._callback_context", "context_value"),
    ("dash.dependencies", "_Wildcard"),
    ("dash.dash_table.Format", "Format"),
    ("dash.dcc.Download", "Download"),
    ("dash._pages", "PAGE_REGISTRY"),
    ("dash._grouping", "flatten_grouping"),
    ("dash.development.base_component", "Component"),
]


def missing():
    """The names that cannot be imported."""
    found = []
    for module, name in PRIVATE:
        try:
            getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError) as error:
            found.append(f"{module}.{name}: {error}")
    return ", ".join(found) or "none"


hooks.devtool("dash_html_components", "Button", {"id": "tool", "children": "tool"})
app = Dash(__name__)
app.layout = html.Div(
    [
        html.P(
            ", ".join(f"{n} {NOON.astimezone(z()):%H:%M %Z}" for n, z in ZONES.items()), id="zones"
        ),
        html.P(missing(), id="missing"),
        html.Button("go", id="go"),
        html.Pre(id="went"),
        html.Button("a", id="a"),
        html.Button("b", id="b"),
        html.Pre("-", id="outputs"),
        html.Pre(id="used"),
        dag.AgGrid(
            id="grid",
            rowData=[{"who": "Ada", "age": 36}, {"who": "Bob", "age": 41}],
            columnDefs=[{"field": "who", "editable": True}, {"field": "age"}],
            style={"height": 200},
        ),
        html.Button("read", id="read"),
        html.Pre(id="rows"),
        html.A("report", href="/report/2024", id="report"),
        dcc.Link("inside", href="/report/inside", id="inside"),
    ]
)


@app.server.route("/report/<year>")
def report(year):
    return f"report of {year}"


@callback(Output("went", "children"), Input("go", "n_clicks"))
def go(clicks):
    return f"clicks {clicks}"


clientside_callback(
    "() => JSON.stringify(dash_clientside.callback_context.outputs_list)",
    Output("outputs", "children", allow_duplicate=True),
    Input("a", "n_clicks"),
    prevent_initial_call=True,
)


@callback(
    Output("outputs", "children", allow_duplicate=True),
    Input("b", "n_clicks"),
    prevent_initial_call=True,
)
def list_outputs(_clicks):
    return repr(ctx.outputs_list)


@callback(Output("used", "children"), Input("tool", "n_clicks"), State("go", "n_clicks"))
def use(clicks, others):
    return f"{ctx.triggered_id} {clicks} {others}"


@callback(
    Output("rows", "children"),
    Input("read", "n_clicks"),
    State("grid", "rowData"),
    prevent_initial_call=True,
)
def read(_clicks, rows):
    return " ".join(row["who"] for row in rows)


def open_browser():
    if os.environ.get("DISPLAY"):
        webbrowser.open_new("http://localhost:8050")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--debug", action="store_true", default=True)
    Timer(1, open_browser).start()
    app.run(debug=parser.parse_args().debug)
