# /// script
# dependencies = ["dash", "dash-extensions"]
# ///
"""dash_extensions.enrich: a subclass of Dash, in a package that imports modules of a server."""

from dash_extensions.enrich import (
    DashProxy,
    Input,
    MultiplexerTransform,
    Output,
    State,
    dcc,
    html,
)

app = DashProxy(prevent_initial_callbacks=True, transforms=[MultiplexerTransform()])
app.layout = html.Div(
    [
        html.Button("Left", id="left"),
        html.Button("Right", id="right"),
        dcc.Input(id="name", value="Ada"),
        html.P(id="said"),
    ]
)


@app.callback(Output("said", "children"), Input("left", "n_clicks"), State("name", "value"))
def left(clicks, name):
    return f"{name} went left {clicks}"


@app.callback(Output("said", "children"), Input("right", "n_clicks"))
def right(clicks):
    return f"right {clicks}"


if __name__ == "__main__":
    app.run()
