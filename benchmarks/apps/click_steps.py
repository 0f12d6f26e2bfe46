"""echo.py, with the moments when Python gets a message, and calls and leaves the function."""

import json
import sys
from time import perf_counter

from dash import Dash, Input, Output, html

MOMENTS: dict[str, list[float]] = {"Python in": [], "called": [], "returned": []}
app = Dash(__name__)
app.layout = html.Div(
    [
        html.Button("Python", id="button", n_clicks=0),
        html.Div(id="out"),
        html.Button("Moments", id="moments-button", n_clicks=0),
        html.Div(id="moments"),
    ]
)


def timed(receive):
    """Note when it is called."""

    def received(*arguments):
        MOMENTS["Python in"].append(1000 * perf_counter())
        return receive(*arguments)

    return received


# None of Dash's own modules: with it, the times would not tell anything.
session = sys.modules["pyrt.engine.session"].Session
session.receive_text = timed(session.receive_text)


@app.callback(Output("out", "children"), Input("button", "n_clicks"))
def show(clicks):
    MOMENTS["called"].append(1000 * perf_counter())
    text = f"clicked {clicks}"
    MOMENTS["returned"].append(1000 * perf_counter())
    return text


@app.callback(
    Output("moments", "children"), Input("moments-button", "n_clicks"), prevent_initial_call=True
)
def tell(_):
    return json.dumps(MOMENTS)
