"""Callbacks that return 100,000 rows of pandas: to a Store, a DataTable, an AG Grid, as a figure.

The title of a text is the time that the function of the app has taken, in milliseconds.
"""

# /// script
# dependencies = ["pandas", "plotly", "dash-ag-grid"]
# ///
from time import perf_counter

import dash_ag_grid
import numpy as np
import pandas as pd
import plotly.graph_objects as go
from dash import Dash, Input, Output, dash_table, dcc, html

SIZE = 100_000
FRAME = pd.DataFrame(
    {
        "number": np.arange(SIZE),
        "level": np.sin(np.arange(SIZE) / 100),
        "boat": [f"boat {n % 1000}" for n in range(SIZE)],
        "harbour": ["abcdefg"[n % 7] for n in range(SIZE)],
    }
)

app = Dash(__name__, prevent_initial_callbacks=True)
app.layout = html.Div(
    [
        html.Div(
            [
                each
                for name in ("store", "table", "grid", "figure")
                for each in (
                    html.Button(name, id=f"{name}-button", n_clicks=0),
                    html.P("shown 0", id=f"{name}-text"),
                )
            ]
        ),
        dcc.Store(id="store"),
        dash_table.DataTable(
            [], [{"name": name, "id": name} for name in FRAME], id="table", page_size=10
        ),
        dash_ag_grid.AgGrid(
            id="grid", rowData=[], columnDefs=[{"field": name} for name in FRAME.columns]
        ),
        dcc.Graph(id="figure"),
    ]
)


def records(frame):
    return frame.to_dict("records")


def draw(frame):
    return go.Figure(go.Scattergl(x=frame["number"], y=frame["level"]))


def register(name, prop, make):
    @app.callback(
        Output(name, prop),
        Output(f"{name}-text", "children"),
        Output(f"{name}-text", "title"),
        Input(f"{name}-button", "n_clicks"),
    )
    def answer(clicks):
        start = perf_counter()
        value = make(FRAME.assign(level=FRAME["level"] + clicks))
        return value, f"shown {clicks}", f"{1000 * (perf_counter() - start):.0f}"


register("store", "data", records)
register("table", "data", records)
register("grid", "rowData", records)
register("figure", "figure", draw)
