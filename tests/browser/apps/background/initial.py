"""A job that begins with the page and takes long; another callback does not wait for it."""

import time

from dash import Dash, Input, Output, callback, dcc, html
from manager import make_manager

app = Dash(__name__, background_callback_manager=make_manager())
app.layout = html.Div(
    [
        dcc.Input(id="text", value="first"),
        html.P(id="echo"),
        html.P("nothing", id="shown"),
        html.P("nothing", id="result"),
    ]
)


@callback(Output("echo", "children"), Input("text", "value"))
def echo(text):
    return f"echo of {text}"


@callback(
    Output("result", "children"),
    Input("result", "title"),
    progress=Output("shown", "children"),
    background=True,
)
def work(set_progress, _):
    for minute in range(10):
        set_progress(f"minute {minute}")
        time.sleep(60)
    return "done"


if __name__ == "__main__":
    app.run(debug=True)
