"""An app that starts tasks, timers and jobs; the test of `pyrt dev` edits a copy of this folder."""

import asyncio
import os
import sys
import threading
import time

import dash
from dash import Dash, Input, Output, callback, dcc, html

RUN = "run one"
app = Dash(__name__, use_pages=True)
app.layout = lambda: html.Div(
    [
        html.H1(f"{RUN} {os.environ['TITLE']} {os.environ['GREETING']}", id="title"),
        html.Img(src=dash.get_asset_url("picture.svg"), id="picture"),
        html.Button("Compute", id="compute"),
        html.P(id="progress"),
        *(dcc.Link(page["name"], href=page["path"]) for page in dash.page_registry.values()),
        dash.page_container,
    ]
)


@callback(
    Output("progress", "title"),
    Input("compute", "n_clicks"),
    background=True,
    progress=Output("progress", "children"),
    running=[(Output("compute", "disabled"), True, False)],
    prevent_initial_call=True,
)
def compute(set_progress, _):
    set_progress(f"{RUN} computes")
    time.sleep(600)


async def task():
    while True:
        sys.stdout.write(f"task of {RUN}\n")
        await asyncio.sleep(0.1)


def timer():
    sys.stdout.write(f"timer of {RUN}\n")
    threading.Timer(0.1, timer).start()


running = asyncio.get_event_loop().create_task(task())
timer()

if __name__ == "__main__":
    app.run(debug=True)
