"""A DataTable of 100,000 rows without pages; an Input that Python echoes, and 100,000 points."""

import math

from dash import Dash, Input, Output, dash_table, dcc, html

SIZE = 100_000
ROWS = [{"number": n, "boat": f"boat {n}", "harbour": "abcdefg"[n % 7]} for n in range(SIZE)]
LEVELS = [round(math.sin(n / 500), 4) for n in range(SIZE)]
TRACE = {"type": "scattergl", "mode": "lines", "y": LEVELS}

app = Dash(__name__)
app.layout = html.Div(
    [
        dcc.Input(id="typed", value=""),
        html.P(id="echo"),
        dash_table.DataTable(
            ROWS,
            [{"name": name, "id": name} for name in ROWS[0]],
            id="table",
            virtualization=True,
            page_action="none",
            style_table={"height": 400},
        ),
        dcc.Graph(id="graph", figure={"data": [TRACE], "layout": {"title": {"text": "levels"}}}),
    ]
)


@app.callback(Output("echo", "children"), Input("typed", "value"))
def echo(text):
    return f"heard {text}"
