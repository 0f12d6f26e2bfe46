"""Background callbacks of many kinds on one page, each with its own components."""
# /// script
# dependencies = ["dash"]
# [tool.pyrt]
# bridge-credentials = "include" # a job tastes the page's cookies, on a server as well
# ///

import asyncio
import ctypes
import time

from dash import (
    ALL,
    Dash,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    ctx,
    dcc,
    html,
    no_update,
    set_props,
)
from dash.exceptions import PreventUpdate
from manager import make_manager

manager = make_manager()
app = Dash(__name__, background_callback_manager=manager)

app.layout = html.Div(
    [
        dcc.Input(id="text", value="first"),
        html.P([1.5, None, "and ", html.B(id="echo")]),
        html.Button("Count", id="count"),
        html.P("idle", id="count-state"),
        html.P("nothing", id="count-result"),
        html.Button("Start", id="start"),
        html.Button("Cancel", id="cancel"),
        html.P("idle", id="state"),
        html.P("ready", id="progress"),
        html.P(id="progress-echo"),
        html.P("nothing", id="result"),
        html.Button("Two steps", id="steps"),
        html.P(id="steps-shown"),
        html.P("0", id="steps-counted"),
        html.P(id="steps-result"),
        *[html.Button(f"Row {n}", id={"kind": "row", "n": n}) for n in range(3)],
        html.P(id="row-result"),
        html.P(id="row-state"),
        dcc.Store(id="stored", data="from the store"),
        html.Button("Unordered", id="unordered"),
        html.P(id="unordered-result"),
        *[html.Button(f"Twin {n}", id=f"twin-{n}") for n in (1, 2)],
        *[html.P(id=f"twin-result-{n}") for n in (1, 2)],
        html.Button("Set", id="set"),
        html.P("before", id="aside"),
        html.P("before", id="set-result"),
        html.Button("Set only", id="set-only"),
        html.P(id="only-aside"),
        html.Button("Bake", id="bake"),
        html.Button("Taste", id="taste"),
        html.P(id="baked"),
        html.P(id="tasted"),
        html.Button("Fail", id="fail"),
        html.P("nothing", id="fail-result"),
        html.Button("Several", id="several"),
        *[html.P("-", id=f"several-{n}") for n in range(3)],
        html.Button("Crash", id="crash"),
        html.P("nothing", id="crash-result"),
        html.Button("Coroutine", id="coroutine"),
        html.P(id="coroutine-result"),
    ]
)


@callback(Output("echo", "children"), Input("text", "value"), background=True, interval=200)
def echo(text):
    time.sleep(0.05)
    return text


@callback(
    Output("count-result", "children"),
    Input("count", "n_clicks"),
    running=[(Output("count-state", "children"), "running", "idle")],
    background=True,
    interval=200,
    prevent_initial_call=True,
)
def count(clicks):
    time.sleep(1)
    return f"{clicks} clicks"


@callback(
    Output("result", "children"),
    Input("start", "n_clicks"),
    State("text", "value"),
    running=[(Output("state", "children"), "running", "idle")],
    progress=Output("progress", "children"),
    progress_default="ready",
    cancel=[Input("cancel", "n_clicks")],
    background=True,
    interval=0,
    prevent_initial_call=True,
)
def work(set_progress, _, text):
    for step in range(4):
        set_progress(f"step {step} of 4")
        time.sleep(0.5)
    return f"done with {text}"


@callback(Output("progress-echo", "children"), Input("progress", "children"))
def follow(progress):
    return f"seen: {progress}"


@callback(
    Output("steps-result", "children"),
    Input("steps", "n_clicks"),
    progress=Output("steps-shown", "children"),
    background=True,
    interval=200,
    prevent_initial_call=True,
)
def two_steps(set_progress, _):
    set_progress("one")
    time.sleep(1)
    set_progress("two")
    time.sleep(1)
    return "done"


clientside_callback(
    "(_, counted) => String(Number(counted) + 1)",
    Output("steps-counted", "children"),
    Input("steps-shown", "children"),
    State("steps-counted", "children"),
    prevent_initial_call=True,
)


@callback(
    Output("row-result", "children"),
    Input({"kind": "row", "n": ALL}, "n_clicks"),
    running=[(Output("row-state", "children"), "running", "idle")],
    background=True,
    prevent_initial_call=True,
)
def row(clicks):
    n = ctx.triggered_id["n"]
    return f"row {n} of {len(clicks)}: {clicks[n]}, {sorted(ctx.triggered_prop_ids)}"


@callback(
    Output("unordered-result", "children"),
    State("stored", "data"),
    Input("unordered", "n_clicks"),
    background=True,
    prevent_initial_call=True,
)
def unordered(data, clicks):
    return f"{data}: {clicks}"


def add_twin(number):
    @callback(
        Output(f"twin-result-{number}", "children"),
        Input(f"twin-{number}", "n_clicks"),
        background=True,
        prevent_initial_call=True,
    )
    def twin(_):
        return f"twin {number}"


add_twin(1)
add_twin(2)


@callback(
    Output("set-result", "children"),
    Input("set", "n_clicks"),
    background=True,
    interval=200,
    prevent_initial_call=True,
)
def set_aside(_):
    set_props("aside", {"children": "first", "style": {"backgroundColor": "rgb(255, 0, 0)"}})
    time.sleep(1.5)
    set_props("aside", {"children": "second"})
    return "after"


@callback(Input("set-only", "n_clicks"), background=True, interval=200, prevent_initial_call=True)
def set_only(_):
    set_props("only-aside", {"children": "begun"})
    time.sleep(1.5)
    set_props("only-aside", {"children": "ended"})


@callback(Output("baked", "children"), Input("bake", "n_clicks"), prevent_initial_call=True)
def bake(_):
    ctx.response.set_cookie("flavour", "cinnamon")
    return "baked"


@callback(
    Output("tasted", "children"),
    Input("taste", "n_clicks"),
    background=True,
    prevent_initial_call=True,
)
def taste(_):
    return f"tastes of {ctx.cookies.get('flavour')}"


@callback(
    output=Output("fail-result", "children"),
    inputs=Input("fail", "n_clicks"),
    running=(Output("fail", "disabled"), True, False),
    background=True,
    interval=200,
    prevent_initial_call=True,
)
def fail(clicks):
    time.sleep(0.5)
    if clicks == 2:
        raise ValueError("the second click is one too many")
    if clicks == 3:
        raise PreventUpdate
    return f"click {clicks}"


@callback(
    Output("crash-result", "children"),
    Input("crash", "n_clicks"),
    running=(Output("crash", "disabled"), True, False),
    background=True,
    interval=200,
    prevent_initial_call=True,
)
def crash(clicks):
    if clicks == 1:
        ctypes.memset(2**32 - 100, 1, 1000)  # memory that is not ours
    return f"click {clicks}"


@callback(
    output=[Output(f"several-{n}", "children") for n in range(3)],
    inputs=[Input("several", "n_clicks")],
    background=True,
    prevent_initial_call=True,
)
def several(clicks):
    return [n if n < clicks else no_update for n in range(3)]


@callback(
    Output("coroutine-result", "children"),
    Input("coroutine", "n_clicks"),
    background=True,
    prevent_initial_call=True,
)
async def coroutine(clicks):
    await asyncio.sleep(0.05)
    return f"awaited {clicks}"


if __name__ == "__main__":
    app.run(debug=True)
