"""Callbacks of every kind except background ones: some may be called by a bridge, some not."""
# /// script
# [tool.pyrt]
# server = ["plain:named"]
# ///

import asyncio
import os
import sys
import time
from pathlib import Path

from dash import Dash, Input, Output, State, callback, ctx, dcc, html, no_update, set_props
from dash.exceptions import PreventUpdate

app = Dash(__name__)
app.layout = html.Div([dcc.Input(id="in"), html.P(id="out")])


def _note(name):
    """Write the call to a file: a refused request must write none."""
    with Path(os.environ["TRACE"]).open("a") as file:
        file.write(f"{name}\n")


@callback(Output("out", "children"), Input("in", "value"), server=True)
def echo(value):
    _note("echo")
    return value


@callback(Output("async", "children"), Input("in", "value"), server=True)
async def echo_later(value):
    set_props("side", {"children": "seen"})
    await asyncio.sleep(0.01)
    return value


@callback(Output("named", "children"), Input("in", "value"), State("more", "data"))
def named(value, data):
    return [value, data]


@callback(Output("local", "children"), Input("in", "value"))
def local(value):
    _note("local")
    return value


@callback(Output("failing", "children"), Input("in", "value"), server=True)
def failing(value):
    if value == "prevent":
        raise PreventUpdate
    if value == "none":
        return no_update
    raise ValueError(f"secret of the server: {value}")


@callback(Output("facts", "children"), Input("in", "value"), server=True)
def facts(value):
    ctx.response.set_cookie("visited", "yes", httponly=True)
    return {
        "cookie": ctx.cookies.get("name"),
        "header": ctx.headers.get("X-Name"),
        "path": ctx.path,
        "remote": ctx.remote,
        "origin": ctx.origin,
        "triggered": ctx.triggered_id,
    }


@callback(Output("slow", "children"), Input("in", "value"), server=True)
def slow(value):
    time.sleep(0.2)
    return value


@callback(Output("api", "children"), Input("in", "value"), api_endpoint="/api/double")
def double(value):
    if value == "exit":
        sys.exit("the callback ends the program")
    return value * 2


@callback(Output("api2", "children"), Input("in", "value"), api_endpoint="/api/later")
async def later(value):
    await asyncio.sleep(0)
    return {"value": value}


@callback(Output("job", "children"), Input("in", "value"), background=True, server=True)
def without_manager(value):
    _note("without_manager")
    return value


app.setup_apis()
