"""Background callbacks, with the manager that the variable STORE names."""

import asyncio
import os
import time
from pathlib import Path

import diskcache
from celery import Celery
from dash import (
    CeleryManager,
    Dash,
    DiskcacheManager,
    Input,
    Output,
    Patch,
    State,
    callback,
    ctx,
    dcc,
    html,
    no_update,
    set_props,
)
from dash.exceptions import PreventUpdate


def _make(**options):
    if os.environ["STORE"] == "diskcache":
        return DiskcacheManager(diskcache.Cache(os.environ["CACHE"]), **options)
    app = Celery("jobs", broker=os.environ["BROKER"], backend=os.environ["BACKEND"])
    app.conf.task_acks_late = bool(os.environ.get("ACKS_LATE"))
    app.conf.task_reject_on_worker_lost = bool(os.environ.get("ACKS_LATE"))
    app.conf.broker_connection_retry_on_startup = True
    if "VISIBILITY_S" in os.environ:  # until Redis delivers again what was not acknowledged
        app.conf.broker_transport_options = {
            "visibility_timeout": int(os.environ["VISIBILITY_S"]),
            # Looked for each second, not each hundredth.
            "unacked_restore_interval": 1,
            "unacked_restore_throttle": 1,
        }
    return CeleryManager(app, **options)


manager = _make()
queue = manager.handle  # for `celery --app jobs:queue worker`
caching = _make(cache_by=[lambda: os.environ.get("VERSION", "1")])
app = Dash(__name__, background_callback_manager=manager)
app.layout = html.Div([dcc.Input(id="in"), html.P(id="out"), html.Button(id="stop")])


def _note(name):
    with Path(os.environ["TRACE"]).open("a") as file:
        file.write(f"{name}\n")


def _wait_for(gate):
    """Block until the test opens the gate."""
    while not Path(f"{os.environ['TRACE']}-{gate}").exists():
        time.sleep(0.01)


@callback(Output("out", "children"), Input("in", "value"), background=True)
def simple(value):
    return html.B(f"{value} {ctx.triggered_id} {ctx.cookies.get('name')}")


@callback(Output("later", "children"), Input("in", "value"), background=True)
async def later(value):
    await asyncio.sleep(0.01)
    return value


@callback(
    Output("steps", "children"),
    Input("in", "value"),
    background=True,
    progress=[Output("bar", "value"), Output("bar", "max")],
    progress_default=["0", "10"],
    cancel=[Input("stop", "n_clicks")],
    interval=100,
)
def steps(set_progress, value):
    _note(f"begun-{value}")
    set_progress((1, 10))
    _wait_for(f"first-{value}")
    set_progress((2, 10))
    set_props("log", {"children": ["a"]})
    _wait_for(f"second-{value}")
    patch = Patch()
    patch.append("b")
    set_props("log", {"children": patch})
    set_props("log", {"title": "done"})
    _note(f"ended-{value}")
    return value


@callback(
    Output("multi", "children"),
    Output("multi", "title"),
    Input("in", "value"),
    State({"type": "x", "i": 1}, "data"),
    background=True,
)
def multi(value, data):
    return [value, data] if value else [no_update, data]


@callback(
    Output("failing", "children"),
    Input("in", "value"),
    background=True,
    on_error=lambda error: f"handled: {str(error).splitlines()[0]}",
)
def handled(value):
    raise ValueError(f"no {value}")


@callback(Output("unhandled", "children"), Input("in", "value"), background=True)
def unhandled(value):
    if value == "prevent":
        raise PreventUpdate
    if value == "set":
        return {1, 2}
    raise ValueError(f"no {value}")


@callback(Input("in", "value"), background=True)
def no_output(value):
    set_props("log", {"children": value})


@callback(
    Output("cached", "children"),
    Input("in", "value"),
    Input("ignored", "value"),
    background=True,
    manager=caching,
    cache_args_to_ignore=1,
)
def cached(value, ignored):
    _note("cached")
    return [value, ignored]


@callback(Output("dies", "children"), Input("in", "value"), background=True)
def dies(value):
    _note(f"attempt-{os.getpid()}")
    if value == "waits":
        return _wait_for("waits")
    if value == "once" and Path(os.environ["TRACE"]).read_text().count("attempt-") > 1:
        return "at last"
    return os.kill(os.getpid(), 9)


@callback(Output("brief", "children"), Input("in", "value"), background=True)
def brief(value):
    time.sleep(0.05)
    return value


@callback(Output("quick", "children"), Input("in", "value"), server=True)
def quick(value):
    return value
