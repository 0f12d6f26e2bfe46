"""Results that are kept by what a function says, by arguments, and without some of them."""

import time
from pathlib import Path

from dash import Dash, Input, Output, State, callback, dcc, html
from manager import make_manager

EDITION = Path(__file__).with_name("edition.txt")


def edition():
    """Return what all results depend on."""
    return EDITION.read_text() if EDITION.exists() else "first"


app = Dash(__name__, background_callback_manager=make_manager(cache_by=[edition]))
app.layout = html.Div(
    [
        html.Button("New edition", id="renew"),
        html.P("first", id="edition"),
        *[
            item
            for name in ("list", "dict")
            for item in (
                dcc.Input(id=f"{name}-text", value="a"),
                html.Button("Start", id=f"{name}-start"),
                html.P("idle", id=f"{name}-state"),
                html.P("nothing", id=f"{name}-result"),
                html.P("0", id=f"{name}-runs"),
            )
        ],
    ]
)


@callback(
    Output("edition", "children"),
    Input("renew", "n_clicks"),
    prevent_initial_call=True,
    server=True,  # where keys are made, if that is not here
    fallback="browser",
)
def renew(clicks):
    EDITION.write_text(f"edition {clicks}")
    return f"edition {clicks}"


@callback(
    Output("list-result", "children"),
    Input("list-start", "n_clicks"),
    State("list-text", "value"),
    progress=Output("list-runs", "children"),
    running=[(Output("list-state", "children"), "running", "idle")],
    cache_args_to_ignore=[0],
    background=True,
    interval=200,
    prevent_initial_call=True,
)
def by_position(set_progress, clicks, text):
    set_progress(f"ran at click {clicks}")
    time.sleep(1)
    return f"result for {text}"


@callback(
    Output("dict-result", "children"),
    {"clicks": Input("dict-start", "n_clicks"), "text": State("dict-text", "value")},
    progress=Output("dict-runs", "children"),
    running=[(Output("dict-state", "children"), "running", "idle")],
    cache_args_to_ignore=["clicks"],
    background=True,
    interval=200,
    prevent_initial_call=True,
)
def by_name(set_progress, clicks, text):
    set_progress(f"ran at click {clicks}")
    time.sleep(1)
    return f"result for {text}"


if __name__ == "__main__":
    app.run(debug=True)
