"""State of all kinds in a page whose Python ends: texts, choices, Stores, results, the address."""

import time

from dash import (
    ALL,
    MATCH,
    Dash,
    Input,
    Output,
    Patch,
    State,
    callback,
    clientside_callback,
    dcc,
    html,
)

app = Dash(__name__, title="Restarts", suppress_callback_exceptions=True)
app.layout = html.Div(
    [
        dcc.Location(id="address"),
        dcc.Link("Other page", href="?page=other", id="link"),
        html.P(id="page"),
        dcc.Input(id="name", value=""),
        dcc.Input(id="unsent", value="", debounce=True),
        dcc.RadioItems(["red", "green", "blue"], "red", id="colour", inline=True),
        html.P(id="greeting"),
        html.Button("Add", id="add", n_clicks=0),
        dcc.Store(id="list", data=[]),
        html.P(id="length"),
        html.P(id="total"),
        html.Button("New row", id="new", n_clicks=0),
        html.Div([], id="rows"),
        html.P(id="all"),
        html.Button("Echo", id="echo", n_clicks=0),
        html.P(id="echoed"),
        html.Button("Compute", id="compute", n_clicks=0),
        html.P("0", id="computed"),
        html.Button("For ever", id="ever", n_clicks=0),
        html.P(id="never"),
    ]
)


@callback(Output("page", "children"), Input("address", "search"))
def show_page(search):
    return f"page {search or 'first'}"


@callback(Output("greeting", "children"), Input("name", "value"), Input("colour", "value"))
def greet(name, colour):
    return f"{name} likes {colour}"


@callback(
    Output("list", "data"),
    Input("add", "n_clicks"),
    State("list", "data"),
    prevent_initial_call=True,
)
def add(clicks, data):
    """Take a moment, so that others are requested meanwhile."""
    _compute(0.02)
    return [*data, clicks]


@callback(Output("length", "children"), Input("list", "data"))
def count(data):
    return f"{len(data)} items"


@callback(Output("total", "children"), Input("length", "children"), State("list", "data"))
def add_up(_, data):
    return f"total {sum(data)}"


@callback(Output("rows", "children"), Input("new", "n_clicks"), prevent_initial_call=True)
def make_row(clicks):
    rows = Patch()
    rows.append(
        html.Div(
            [
                dcc.Input(id={"type": "field", "row": clicks}, value=f"row {clicks}"),
                html.Span(id={"type": "upper", "row": clicks}),
            ]
        )
    )
    return rows


@callback(
    Output({"type": "upper", "row": MATCH}, "children"),
    Input({"type": "field", "row": MATCH}, "value"),
)
def upper(value):
    return value.upper()


@callback(Output("all", "children"), Input({"type": "upper", "row": ALL}, "children"))
def show_all(values):
    return ", ".join(filter(None, values)) or "no rows"


@callback(
    Output("computed", "children"),
    Input("compute", "n_clicks"),
    prevent_initial_call=True,
)
def compute(clicks):
    _compute(0.3)
    return str(clicks)


@callback(Output("never", "children"), Input("ever", "n_clicks"), prevent_initial_call=True)
def for_ever(_clicks):
    while True:
        pass


def _compute(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


clientside_callback(
    "(clicks) => `${clicks} echoes`", Output("echoed", "children"), Input("echo", "n_clicks")
)

if __name__ == "__main__":
    app.run()
