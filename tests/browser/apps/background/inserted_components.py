"""A background callback whose components a callback inserts into the page and removes again."""

import time

from dash import Dash, Input, Output, State, dcc, html
from manager import make_manager

app = Dash(__name__, background_callback_manager=make_manager())
shown = html.Div(
    [
        dcc.Input(id="text", value="hello"),
        html.Button("Start", id="start"),
        html.Button("Cancel", id="cancel"),
        html.P("idle", id="state"),
        html.P("nothing", id="result"),
    ]
)
frame = [html.Button("Show", id="show"), html.Button("Hide", id="hide"), html.Div(id="box")]
app.layout = html.Div(frame)
app.validation_layout = html.Div([*frame, shown])


@app.callback(Output("box", "children"), Input("show", "n_clicks"), prevent_initial_call=True)
def show(_):
    return shown


@app.callback(
    Output("box", "children", allow_duplicate=True),
    Input("hide", "n_clicks"),
    prevent_initial_call=True,
)
def hide(_):
    return []


@app.callback(
    Output("result", "children"),
    Input("start", "n_clicks"),
    State("text", "value"),
    progress=Output("state", "children"),
    progress_default="idle",
    cancel=[Input("cancel", "n_clicks")],
    background=True,
    interval=200,
    prevent_initial_call=True,
)
def work(set_progress, _, text):
    for step in range(4):
        set_progress(f"step {step}")
        time.sleep(0.5)
    return f"done with {text}"


if __name__ == "__main__":
    app.run(debug=True)
