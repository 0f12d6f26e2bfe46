"""Callbacks that do nothing, compute for 5 ms, wait for 20 ms, or do both."""

import time

from dash import Dash, Input, Output, html

KINDS = ("trivial", "computing", "waiting", "both")
COMPUTE_S, WAIT_S = 0.005, 0.02

app = Dash(__name__)
app.layout = html.Div([html.Button(id="button", n_clicks=0), *(html.P(id=kind) for kind in KINDS)])


def compute():
    end = time.thread_time() + COMPUTE_S
    while time.thread_time() < end:
        sum(range(200))


@app.callback(Output("trivial", "children"), Input("button", "n_clicks"))
def answer(clicks):
    return f"clicked {clicks}"


@app.callback(Output("computing", "children"), Input("button", "n_clicks"))
def answer_after_computing(clicks):
    compute()
    return f"clicked {clicks}"


@app.callback(Output("waiting", "children"), Input("button", "n_clicks"))
def answer_after_waiting(clicks):
    time.sleep(WAIT_S)
    return f"clicked {clicks}"


@app.callback(Output("both", "children"), Input("button", "n_clicks"))
def answer_after_both(clicks):
    time.sleep(WAIT_S)
    compute()
    return f"clicked {clicks}"
