"""Callbacks that exchange messages with their page while they run."""

import asyncio
import os
import time
from pathlib import Path

from dash import Dash, Input, Output, callback, ctx, dcc, html, set_props

app = Dash(__name__)
app.layout = html.Div([dcc.Input(id="in"), html.P(id="out")])


def _note(name):
    with Path(os.environ["TRACE"]).open("a") as file:
        file.write(f"{name}\n")


@callback(Output("steps", "children"), Input("in", "value"), websocket=True, server=True)
def steps(value):
    for step in range(3):
        set_props("bar", {"value": step, "label": html.B(step)})
    return value


@callback(Output("asks", "children"), Input("in", "value"), websocket=True, server=True)
async def asks(value):
    found = await ctx.websocket.get_prop("other", "value")
    await ctx.websocket.set_prop({"type": "x", "i": 1}, "children", found)
    return found


@callback(Output("asks2", "children"), Input("in", "value"), websocket=True, server=True)
def asks_in_a_thread(value):
    return asyncio.run(ctx.websocket.get_prop("other", "value", timeout=5))


@callback(Input("in", "value"), websocket=True, persistent=True, server=True)
async def prices(value):
    number = 0
    try:
        while not ctx.websocket.is_shutdown:
            number += 1
            set_props("price", {"children": number})
            await asyncio.sleep(0.01)
    finally:
        _note(f"prices-ended-{value}")


@callback(Output("thread", "children"), Input("in", "value"), websocket=True, server=True)
def until_the_page_is_gone(value):
    _note("thread-begun")
    socket = ctx.websocket
    while not socket.is_shutdown:
        time.sleep(0.01)
    _note("thread-ended")


@callback(Output("floods", "children"), Input("in", "value"), websocket=True, server=True)
def floods(value):
    for number in range(60_000):
        if ctx.websocket.is_shutdown:
            _note("let-go")
            break
        set_props("price", {"children": f"{number:05}" * 400})


@callback(Output("local", "children"), Input("in", "value"), websocket=True)
def local(value):
    _note("local")


@callback(Output("job", "children"), Input("in", "value"), background=True, server=True)
def job(value):
    _note("local")


@callback(Output("failing", "children"), Input("in", "value"), websocket=True, server=True)
def failing(value):
    raise ValueError(f"secret of the server: {value}")
