# /// script
# dependencies = ["dash", "celery[redis]"]
#
# [tool.pyrt]
# bridge = "http://127.0.0.1:8060"
# ///
"""Pi by throwing darts, three times: in the tab, in the tab's second worker, and on Celery.

    pyrt build examples/heavy_work/app.py
    redis-server
    pyrt celery examples/heavy_work/app.py
    pyrt serve-bridge examples/heavy_work/app.py --origin http://127.0.0.1:8050
    pyrt serve dist

The same file is an ordinary Dash app: `celery -A app.queue worker` and `python app.py` with Dash
installed answer the site's third callback, too.
"""

import math
import os
import random
import socket
import time

from celery import Celery
from dash import CeleryManager, Dash, Input, Output, State, callback, dcc, html

REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
queue = Celery(__name__, broker=REDIS, backend=REDIS)
# A worker that is killed leaves its jobs to another one, which runs them again within a minute:
# Redis keeps a job until its end (acks late) and gives it out again when that has not come after
# the visibility timeout. A job that merely takes longer than this goes on, and runs once (with
# the workers of Dash it would run twice: there the timeout must be longer than any job).
queue.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_transport_options={
        "visibility_timeout": 30,
        "unacked_restore_interval": 1,  # looked for each second, not each 100 s
        "unacked_restore_throttle": 1,
    },
)

STEPS = 200
SIZES = {5: "100 000", 6: "1 million", 7: "10 million", 8: "100 million"}
BLUE, GREEN, ORANGE = "#3b5bdb", "#0ca678", "#f08c00"

app = Dash(__name__, title="Heavy work")


def throw(darts):
    """How many of so many darts hit the circle."""
    chance = random.Random().random  # noqa: S311  # no secret hangs on it
    return sum(chance() ** 2 + chance() ** 2 <= 1 for _ in range(darts))


def estimates(darts):
    """Pi after each step: (darts thrown, estimate)."""
    hits, each = 0, max(1, darts // STEPS)
    for step in range(1, STEPS + 1):
        hits += throw(each)
        yield step * each, 4 * hits / (step * each)


def draw(thrown, found, darts, colour):
    truth = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": math.pi, "y1": math.pi}
    return {
        "data": [{"x": thrown, "y": found, "mode": "lines", "line": {"color": colour, "width": 3}}],
        "layout": {
            "height": 170,
            "margin": {"t": 10, "r": 10, "b": 30, "l": 40},
            "shapes": [{**truth, "line": {"color": "#aab", "dash": "dot", "width": 1}}],
            "xaxis": {"range": [0, darts]},
            "yaxis": {"range": [math.pi - 0.03, math.pi + 0.03], "tickformat": ".2f"},
            "font": {"family": "system-ui", "size": 11},
        },
    }


def card(name, title, place, colour):
    """A card of a job: what starts and ends it, how far it is, and what came of it."""
    return html.Article(
        [
            html.H2(title),
            html.P(place, className="place"),
            html.Div(
                [
                    html.Button("Throw", id=f"{name}-start"),
                    html.Button("Cancel", id=f"{name}-cancel", disabled=True, className="quiet"),
                ],
                className="buttons",
            ),
            html.Progress(id=f"{name}-bar", value="0", max=str(STEPS)),
            html.P("—", id=f"{name}-pi", className="pi"),
            html.P("", id=f"{name}-note", className="note"),
            dcc.Graph(
                id=f"{name}-course",
                figure=draw([], [], 10**6, colour),
                config={"displayModeBar": False, "staticPlot": True},
            ),
        ],
        style={"--accent": colour},
    )


app.layout = html.Main(
    [
        html.H1("Heavy work"),
        html.Div(
            [
                html.Strong("Darts"),
                dcc.RadioItems(
                    [{"value": size, "label": label} for size, label in SIZES.items()],
                    6,
                    id="size",
                    inline=True,
                ),
            ],
            className="size",
        ),
        html.Section(
            [
                html.Article(
                    [
                        html.H2("Tab"),
                        html.P("an ordinary callback, at once", className="place"),
                        html.P("—", id="tab-pi", className="pi"),
                        html.P("", id="tab-note", className="note"),
                        dcc.Input(id="echo", placeholder="type while the others compute"),
                        html.P("", id="echoed", className="note"),
                    ],
                    style={"--accent": BLUE},
                ),
                card("worker", "Second worker", "background=True", GREEN),
                card("celery", "Celery", "background=True, manager=CeleryManager(…)", ORANGE),
            ],
            className="cards",
        ),
    ]
)


@callback(Output("tab-pi", "children"), Output("tab-note", "children"), Input("size", "value"))
def in_the_tab(size):
    """Quick enough to be called while one drags: a sample of the darts."""
    sample = 2_000
    error = 1.64 / math.sqrt(10**size)
    return f"{4 * throw(sample) / sample:.2f}", f"{SIZES[size]} darts: about ± {error:.4f}"


@callback(Output("echoed", "children"), Input("echo", "value"), prevent_initial_call=True)
def echo(text):
    return text and f"{text[::-1]} — answered by the tab"


def work(set_progress, size, colour, where):
    """Throw all darts, and show what has come of it so far."""
    started, thrown, found = time.monotonic(), [], []
    for darts, estimate in estimates(10**size):
        thrown.append(darts)
        found.append(estimate)
        set_progress((str(len(found)), f"{estimate:.4f}", draw(thrown, found, 10**size, colour)))
    seconds = time.monotonic() - started
    return f"{found[-1]:.4f}", f"{SIZES[size]} darts in {seconds:.1f} s, {where}"


def shown(name):
    return [
        Output(f"{name}-bar", "value"),
        Output(f"{name}-pi", "children"),
        Output(f"{name}-course", "figure"),
    ]


def switched(name):
    return [
        (Output(f"{name}-start", "disabled"), True, False),
        (Output(f"{name}-cancel", "disabled"), False, True),
        (Output(f"{name}-note", "children"), "throwing …", "stopped"),
    ]


@callback(
    Output("worker-pi", "children"),
    Output("worker-note", "children"),
    Input("worker-start", "n_clicks"),
    State("size", "value"),
    background=True,
    progress=shown("worker"),
    running=switched("worker"),
    cancel=Input("worker-cancel", "n_clicks"),
    prevent_initial_call=True,
)
def in_the_worker(set_progress, _clicks, size):
    return work(set_progress, size, GREEN, "without leaving the tab")


@callback(
    Output("celery-pi", "children"),
    Output("celery-note", "children"),
    Input("celery-start", "n_clicks"),
    State("size", "value"),
    background=True,
    manager=CeleryManager(queue),
    interval=200,
    progress=shown("celery"),
    running=switched("celery"),
    cancel=Input("celery-cancel", "n_clicks"),
    prevent_initial_call=True,
)
def on_celery(set_progress, _clicks, size):
    where = f"on {socket.gethostname()}, process {os.getpid()}"
    return work(set_progress, size, ORANGE, where)


if __name__ == "__main__":
    app.run(debug=True)
