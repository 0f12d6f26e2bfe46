"""Python computes for three seconds, and JavaScript answers meanwhile."""

import time

from dash import Dash, Input, Output, clientside_callback, html

app = Dash(__name__)
app.layout = html.Div(
    [
        html.Button("Compute", id="compute"),
        html.P("idle", id="computed"),
        html.Button("Echo", id="echo", n_clicks=0),
        html.P(id="echoed"),
        html.P(id="doubled"),
        html.P(id="python"),
    ]
)

clientside_callback(
    "(clicks) => `${clicks} echoes`", Output("echoed", "children"), Input("echo", "n_clicks")
)
clientside_callback(
    "(text) => `${text}, ${text}`", Output("doubled", "children"), Input("echoed", "children")
)


@app.callback(
    Output("computed", "children"), Input("compute", "n_clicks"), prevent_initial_call=True
)
def compute(clicks):
    end = time.perf_counter() + 3
    while time.perf_counter() < end:  # a loop that never yields to the event loop
        pass
    return f"computed {clicks}"


@app.callback(Output("python", "children"), Input("doubled", "children"))
def hear(text):
    return f"Python heard {text}"


if __name__ == "__main__":
    app.run()
