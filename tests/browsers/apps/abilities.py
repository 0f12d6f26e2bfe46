# /// script
# dependencies = ["dash", "requests"]
# ///
"""One control for each thing that a browser has to do; the outcome stands beside it."""

import asyncio
import base64
import time
import urllib.request

import requests
from dash import Dash, Input, Output, State, callback, clientside_callback, ctx, dcc, html

app = Dash(__name__, title="Abilities")
BUTTONS = ("count", "sleep", "meanwhile", "later", "run", "wait", "http", "job", "stop", "local")
FIGURE = {"data": [{"x": [1, 2, 3], "y": [4, 1, 2]}], "layout": {"height": 200}}


def row(name):
    button = html.Button(name, id=f"{name}-go", n_clicks=0)
    return html.Div([button, html.Output("-", id=name)])


app.layout = html.Main(
    [
        *map(row, BUTTONS),
        html.Progress(id="bar", value="0", max="50"),
        dcc.Input(id="typed", value=""),
        html.Output("-", id="echo"),
        html.Button("save", id="save"),
        dcc.Download(id="saved"),
        dcc.Upload(html.Button("open"), id="opened"),
        html.Output("-", id="content"),
        dcc.Graph(id="figure", figure=FIGURE, style={"width": 300}),
    ]
)


@callback(Output("count", "children"), Input("count-go", "n_clicks"))
def count(clicks):
    return f"clicks: {clicks}"


@callback(Output("sleep", "children"), Input("sleep-go", "n_clicks"), prevent_initial_call=True)
def sleep(clicks):
    begun = time.monotonic()
    time.sleep(1)
    return f"sleep {clicks}: {time.monotonic() - begun:.0f} s"


@callback(
    Output("meanwhile", "children"), Input("meanwhile-go", "n_clicks"), prevent_initial_call=True
)
def meanwhile(clicks):
    return f"answered {clicks}"


async def work():
    await asyncio.sleep(0.05)
    return "worked"


@callback(Output("later", "children"), Input("later-go", "n_clicks"), prevent_initial_call=True)
async def later(_):
    return " ".join(await asyncio.gather(work(), work()))


@callback(Output("run", "children"), Input("run-go", "n_clicks"), prevent_initial_call=True)
def run(_):
    try:
        return asyncio.run(work())
    except RuntimeError as error:
        return str(error)


@callback(Output("wait", "children"), Input("wait-go", "n_clicks"), prevent_initial_call=True)
def wait(_):
    from pyodide.ffi import run_sync  # type: ignore[import-not-found]  # noqa: PLC0415  # only Pyodide has it

    try:
        return run_sync(work())
    except RuntimeError as error:
        return str(error)


@callback(Output("http", "children"), Input("http-go", "n_clicks"), prevent_initial_call=True)
def http(_):
    url = f"{ctx.origin}/numbers.csv"
    with urllib.request.urlopen(url) as answer:
        return f"{answer.read().decode()} {requests.get(url, timeout=10).text}"


@callback(
    Output("job", "children"),
    Input("job-go", "n_clicks"),
    background=True,
    progress=Output("bar", "value"),
    cancel=Input("stop-go", "n_clicks"),
    running=[(Output("job-go", "disabled"), True, False)],
    prevent_initial_call=True,
)
def job(set_progress, clicks):
    for step in range(3 if clicks == 1 else 50):
        set_progress(str(step + 1))
        time.sleep(0.2)
    return f"job {clicks} is done"


clientside_callback(
    "(clicks) => `local ${clicks}`", Output("local", "children"), Input("local-go", "n_clicks")
)


@callback(Output("echo", "children"), Input("typed", "value"))
def echo(text):
    return f"typed: {text}"


@callback(Output("saved", "data"), Input("save", "n_clicks"), prevent_initial_call=True)
def save(_):
    return {"content": "saved text", "filename": "saved.txt"}


@callback(
    Output("content", "children"),
    Input("opened", "contents"),
    State("opened", "filename"),
    prevent_initial_call=True,
)
def show_content(contents, name):
    return f"{name}: {base64.b64decode(contents.partition(',')[2]).decode()}"


if __name__ == "__main__":
    app.run(debug=True)
