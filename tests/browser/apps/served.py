# /// script
# dependencies = ["dash", "redis"]
#
# [tool.pyrt]
# bridge = "http://127.0.0.1:9"
# server = ["served:named"]
# ///
"""Callbacks that a server answers, each for another reason; and one that no tab can answer."""

import asyncio
import os
import sys

import redis
from dash import Dash, Input, Output, callback, ctx, html, set_props

PLACE = "tab" if sys.platform == "emscripten" else "server"
client = redis.Redis(host=os.environ.get("HOST", "nowhere"), password="L3AK")

app = Dash(__name__)
NAMES = ("marked", "named", "fallback", "failing", "stub", "stream", "local")
app.layout = html.Main(
    [
        html.Div([html.Button(name, id=f"{name}-go"), html.P("—", id=name)], style={"width": 300})
        for name in NAMES
    ]
)


def place():
    return "tab" if sys.platform == "emscripten" else "server"


@callback(Output("marked", "children"), Input("marked-go", "n_clicks"), server=True)
def marked(clicks):
    if clicks == 2:
        set_props("local", {"title": "set by the server"})
    ctx.response.set_cookie("visited", "yes")
    return f"{place()} {clicks}"


@callback(Output("named", "children"), Input("named-go", "n_clicks"))
def named(clicks):
    return f"{place()} {clicks}"


@callback(
    Output("fallback", "children"),
    Input("fallback-go", "n_clicks"),
    server=True,
    fallback="browser",
)
def with_fallback(clicks):
    return f"{PLACE} {clicks}"


@callback(
    Output("failing", "children"),
    Input("failing-go", "n_clicks"),
    server=True,
    prevent_initial_call=True,
)
def failing(clicks):
    raise KeyError(f"only the server knows {clicks}")


@callback(Output("stub", "children"), Input("stub-go", "n_clicks"), prevent_initial_call=True)
def use_stub(_clicks):
    return client.get("x")


@callback(
    Output("stream", "children"),
    Input("stream-go", "n_clicks"),
    server=True,
    websocket=True,
    prevent_initial_call=True,
)
async def stream(clicks):
    for step in range(3):
        set_props("local", {"children": f"step {step} of {place()}"})
        await asyncio.sleep(0.05)
    shown = await ctx.websocket.get_prop("local", "children")
    return f"{clicks}: the page shows {shown!r}"


@callback(Output("local", "children"), Input("local-go", "n_clicks"), prevent_initial_call=True)
def local(clicks):
    return f"{PLACE} {clicks}"


if __name__ == "__main__":
    app.run(debug=True)
