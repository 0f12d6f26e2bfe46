"""Everything that only the user's browser knows (address, storage, persistence), in one page."""

import time

from dash import Dash, Input, Output, callback, dcc, html

app = Dash(__name__, title="First paint")

app.layout = lambda: html.Main(
    [
        dcc.Location(id="url", refresh=False),
        dcc.Store(id="kept", storage_type="local", data="nothing"),
        html.P(f"served at {time.time()}", id="clock"),
        html.P(id="same"),
        html.P(id="address"),
        html.P(id="store"),
        dcc.Input(id="name", value="unknown", persistence=True, persistence_type="local"),
        html.P(id="greeting"),
        html.Button("Keep", id="keep", n_clicks=0),
        html.Ul(id="items"),
        html.P(id="calls"),
        html.A("a file of the app", id="file", href=app.get_asset_url("x.txt")),
    ]
)

CALLS: list[tuple[str, str]] = []


@callback(Output("same", "children"), Input("url", "hash"))
def same(_hash):
    return "always the same"


@callback(Output("address", "children"), Input("url", "pathname"), Input("url", "search"))
def address(pathname, search):
    CALLS.append((pathname, search))
    return f"at {pathname} with {search}"


@callback(Output("store", "children"), Input("kept", "data"))
def store(data):
    return f"kept: {data}"


@callback(Output("greeting", "children"), Input("name", "value"))
def greet(name):
    return f"Hello {name}"


@callback(
    Output("kept", "data"),
    Output("items", "children"),
    Input("keep", "n_clicks"),
    prevent_initial_call=True,
)
def keep(clicks):
    return f"{clicks} clicks", [html.Li(f"click {number + 1}") for number in range(clicks)]


if __name__ == "__main__":
    app.run(debug=True)
