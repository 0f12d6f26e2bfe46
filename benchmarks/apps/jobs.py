"""A job that computes until stopped, and a callback that is answered meanwhile."""

from dash import Dash, Input, Output, callback, html

app = Dash(__name__)
app.layout = html.Div(
    [
        html.Button("Echo", id="button", n_clicks=0),
        html.P("Clicked 0", id="out"),
        html.Button("Start", id="start"),
        html.Button("Cancel", id="cancel"),
        html.P("idle", id="state"),
        html.P("-", id="shown"),
        html.P("-", id="result"),
    ]
)


@callback(Output("out", "children"), Input("button", "n_clicks"))
def echo(clicks):
    return f"Clicked {clicks}"


@callback(
    Output("result", "children"),
    Input("start", "n_clicks"),
    running=(Output("state", "children"), "running", "idle"),
    progress=Output("shown", "children"),
    progress_default="-",
    cancel=Input("cancel", "n_clicks"),
    background=True,
    prevent_initial_call=True,
)
def compute(set_progress, clicks):
    set_progress("begun")
    total = 0
    while True:
        total = (total * 31 + clicks) % 1_000_003


if __name__ == "__main__":
    app.run()
