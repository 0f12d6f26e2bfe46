"""Shows what must differ between visits when numpy comes out of a snapshot, and what time it is."""

import os
import random
import sys
import time
import uuid

import numpy as np
from dash import Dash, Input, Output, callback, html
from numpy.random import default_rng

SHARED = default_rng()  # made while the app is imported, as any app may

app = Dash(__name__)
app.layout = html.Div(
    [
        html.Div(str("_pyrt_renewal" in sys.modules), id="restored"),
        html.Div(str(random.random()), id="random"),
        html.Div(str(uuid.uuid4()), id="uuid4"),
        html.Div(str(np.random.random()), id="numpy"),  # noqa: NPY002 -- the generator all share
        html.Div(str(default_rng().random()), id="generator"),
        html.Div(str(SHARED.random()), id="shared"),
        html.Div(os.environ["LANG"], id="lang"),
        html.Div(os.environ["HOME"], id="home"),
        html.Div(f"{time.time()} {time.monotonic()} {time.perf_counter()}", id="first"),
        html.Button("Again", id="again"),
        html.Div(id="second"),
    ]
)


@callback(Output("second", "children"), Input("again", "n_clicks"), prevent_initial_call=True)
def again(_: int) -> str:
    """Tell the time once more."""
    return f"{time.time()} {time.monotonic()} {time.perf_counter()}"


if __name__ == "__main__":
    app.run()
