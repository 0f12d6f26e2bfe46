"""More jobs than may run at the same time, and one that is started again while it runs."""

import time

from dash import Dash, Input, Output, callback, html
from manager import make_manager

app = Dash(__name__, background_callback_manager=make_manager())
app.layout = html.Div(
    [
        *[html.Button(f"Start {n}", id={"start": n}) for n in range(6)],
        *[html.P("-", id={"shown": n}) for n in range(6)],
        *[html.P("-", id={"result": n}) for n in range(6)],
        html.Button("Again", id="again"),
        html.Button("Stop", id="stop"),
        html.P("-", id="again-shown"),
        html.P("idle", id="again-state"),
        html.P("-", id="again-result"),
    ]
)


def add_callback(number):
    @callback(
        Output({"result": number}, "children"),
        Input({"start": number}, "n_clicks"),
        progress=Output({"shown": number}, "children"),
        cancel=[Input("stop", "n_clicks")],
        background=True,
        interval=100,
        prevent_initial_call=True,
    )
    def work(set_progress, clicks):
        set_progress("begun")
        time.sleep(2)
        return f"done {clicks}"


for index in range(6):
    add_callback(index)


@callback(
    Output("again-result", "children"),
    Input("again", "n_clicks"),
    running=[(Output("again-state", "children"), "running", "idle")],
    progress=Output("again-shown", "children"),
    progress_default="-",
    background=True,
    interval=100,
    prevent_initial_call=True,
)
def again(set_progress, clicks):
    set_progress(f"run {clicks}")
    time.sleep(60 if clicks == 1 else 1)
    return f"result {clicks}"


if __name__ == "__main__":
    app.run(debug=True)
