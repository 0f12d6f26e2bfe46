"""Exceptions of background callbacks, taken by their own handler and by the app's."""

from dash import Dash, Input, Output, ctx, html, set_props
from manager import make_manager


def handle(error):
    set_props("apps", {"children": f"the app: {error}"})


app = Dash(__name__, background_callback_manager=make_manager(), on_error=handle)
app.layout = [
    html.Button("Own", id="own-start"),
    html.P("nothing", id="own"),
    html.Button("App", id="apps-start"),
    html.P("nothing", id="apps"),
    html.P("nothing", id="apps-result"),
]


@app.callback(
    Output("own", "children"),
    Input("own-start", "n_clicks"),
    background=True,
    prevent_initial_call=True,
    on_error=lambda error: f"its own, for {ctx.triggered_id}: {error}",
)
def fail_here(_):
    raise ValueError("no luck")


@app.callback(
    Output("apps-result", "children"),
    Input("apps-start", "n_clicks"),
    background=True,
    prevent_initial_call=True,
)
def fail_there(_):
    raise ValueError("bad luck")


if __name__ == "__main__":
    app.run(debug=True)
