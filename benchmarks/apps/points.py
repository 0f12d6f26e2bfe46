"""A graph of a million points, out of numpy, in one of two states."""

# /// script
# dependencies = ["numpy"]
# ///
import numpy as np
from dash import Dash, Input, Output, dcc, html

SIZE = 1_000_000
x = np.linspace(0, 100, SIZE)
states = (np.sin(x), np.cos(x))

app = Dash(__name__)
app.layout = html.Div(
    [html.Button("next", id="button", n_clicks=0), dcc.Graph(id="graph", figure={"data": []})]
)


@app.callback(Output("graph", "figure"), Input("button", "n_clicks"))
def show(clicks):
    trace = {"type": "scattergl", "mode": "lines", "x": x, "y": states[clicks % 2]}
    return {"data": [trace], "layout": {"title": {"text": f"clicked {clicks}"}}}
