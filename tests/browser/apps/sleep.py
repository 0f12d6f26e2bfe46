"""An ordinary function that waits: others are called meanwhile."""

import time

from dash import Dash, Input, Output, html

app = Dash(__name__)
app.layout = html.Div(
    [
        html.Button("Wait", id="wait"),
        html.P("idle", id="waited"),
        html.Button("Ping", id="ping"),
        html.P(id="pong"),
    ]
)


@app.callback(Output("waited", "children"), Input("wait", "n_clicks"), prevent_initial_call=True)
def wait(clicks):
    time.sleep(3)
    return f"waited {clicks}"


@app.callback(Output("pong", "children"), Input("ping", "n_clicks"), prevent_initial_call=True)
def ping(clicks):
    return f"pong {clicks}"


if __name__ == "__main__":
    app.run()
