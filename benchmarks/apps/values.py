"""Callbacks that read 10,000 rows (0.6 MB as JSON): the same ones again, and new ones."""

from dash import Dash, Input, Output, State, dcc, html

ROWS = [{"a": n, "b": n / 2, "name": f"row {n}", "tags": ["x", n % 7]} for n in range(10_000)]

app = Dash(__name__)
app.layout = html.Div(
    [
        html.Button("again", id="again", n_clicks=0),
        html.P(id="again-text"),
        html.Button("new", id="new", n_clicks=0),
        html.P(id="new-text"),
        dcc.Store(id="rows", data=ROWS),
        dcc.Store(id="made"),
    ]
)


@app.callback(Output("again-text", "children"), Input("again", "n_clicks"), State("rows", "data"))
def read_again(clicks, rows):
    assert len(rows) == len(ROWS)
    return f"read {clicks}"


app.clientside_callback(
    "(clicks, rows) => [{...rows[0], a: clicks}, ...rows.slice(1)]",
    Output("made", "data"),
    Input("new", "n_clicks"),
    State("rows", "data"),
)


@app.callback(Output("new-text", "children"), Input("made", "data"))
def read_new(rows):
    assert len(rows) == len(ROWS)
    return f"read {rows[0]['a']}"
