# /// script
# dependencies = ["dash", "dash-extensions"]
# ///
"""dash_extensions.enrich: a subclass of Dash, in a package that imports modules of a server.

Of its transforms, all that work together; those for models and dataclasses exclude `Serverside`.
"""

from dash_extensions.enrich import (
    BlockingCallbackTransform,
    CycleBreakerInput,
    CycleBreakerTransform,
    DashProxy,
    Input,
    LoadingTransform,
    MultiplexerTransform,
    Output,
    PrefixIdTransform,
    Serverside,
    ServersideOutputTransform,
    State,
    Trigger,
    TriggerTransform,
    dcc,
    html,
)

app = DashProxy(
    prevent_initial_callbacks=True,
    transforms=[
        TriggerTransform(),
        MultiplexerTransform(),
        CycleBreakerTransform(),
        BlockingCallbackTransform(timeout=5),
        LoadingTransform(),
        ServersideOutputTransform(),
        PrefixIdTransform(prefix="my"),
    ],
)
app.layout = html.Div(
    [
        html.Button("Left", id="left"),
        html.Button("Right", id="right"),
        dcc.Input(id="name", value="Ada"),
        html.P(id="said"),
        html.P(id="triggered"),
        dcc.Store(id="kept"),
        html.P(id="counted"),
        html.P(id="blocked"),
        dcc.Input(id="celsius", type="number", value=0),
        dcc.Input(id="fahrenheit", type="number", value=32),
    ]
)


@app.callback(Output("said", "children"), Input("left", "n_clicks"), State("name", "value"))
def left(clicks, name):
    return f"{name} went left {clicks}"


@app.callback(Output("said", "children"), Input("right", "n_clicks"))
def right(clicks):
    return f"right {clicks}"


@app.callback(Output("triggered", "children"), Trigger("left", "n_clicks"), State("name", "value"))
def triggered(name):
    """A trigger is no argument."""
    return f"{name} set this off"


@app.callback(Output("kept", "data"), Input("left", "n_clicks"))
def keep(clicks):
    """A set cannot be JSON: it stays where Python is."""
    return Serverside(set(range(clicks)))


@app.callback(Output("counted", "children"), Input("kept", "data"))
def count(kept):
    return f"{len(kept)} in a {type(kept).__name__}"


@app.callback(Output("blocked", "children"), Input("right", "n_clicks"), blocking=True)
def block(clicks):
    return f"blocked {clicks}"


@app.callback(Output("celsius", "value"), CycleBreakerInput("fahrenheit", "value"))
def to_celsius(fahrenheit):
    return round((fahrenheit - 32) * 5 / 9)


@app.callback(Output("fahrenheit", "value"), Input("celsius", "value"))
def to_fahrenheit(celsius):
    return round(celsius * 9 / 5 + 32)


if __name__ == "__main__":
    app.run()
