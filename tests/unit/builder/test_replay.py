"""`pyrt replay`: replays a log on this Python, and reports different outputs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PYRT = Path(sys.executable).with_name("pyrt")
APP = """
from dash import Dash, Input, Output, html

app = Dash(__name__)
app.layout = html.Div([html.Button(id="button", n_clicks=0), html.P(id="text")])


@app.callback(Output("text", "children"), Input("button", "n_clicks"), prevent_initial_call=True)
async def show(clicks):
    return f"clicked {clicks}"
"""
BOOT = {
    "direction": "boot",
    "environment": {
        "entry": "/app/app.py",
        "debug": True,
        "base": "/",
        "location": {
            "href": "http://127.0.0.1/",
            "origin": "http://127.0.0.1",
            "pathname": "/",
            "search": "",
            "hash": "",
        },
        "cookie": "",
        "userAgent": "",
        "language": "en",
        "referrer": "",
        "packagesUrl": "pkg/",
        "plotlyUrl": None,
        "assetsUrl": "assets/",
    },
}
LAYOUT = {
    "namespace": "dash_html_components",
    "type": "Div",
    "props": {
        "children": [
            {
                "namespace": "dash_html_components",
                "type": "Button",
                "props": {"children": None, "id": "button", "n_clicks": 0},
            },
            {
                "namespace": "dash_html_components",
                "type": "P",
                "props": {"children": None, "id": "text"},
            },
        ]
    },
}


def click(text):
    change = {"path": [], "id": "button", "props": {"n_clicks": 1}, "origin": "internal"}
    update = {"number": 1, "seq": 2, "changes": [{"id": "text", "props": {"children": text}}]}
    return [
        BOOT,
        {"direction": "sent", "message": {"type": "Hello", "seq": 1, "lazy": []}},
        {"direction": "received", "message": {"type": "Layout", "seq": 1, "layout": LAYOUT}},
        {
            "direction": "sent",
            "message": {"type": "SetProps", "seq": 2, "seen": 0, "changes": [change]},
        },
        {"direction": "received", "message": {"type": "Update", "origin": "callback", **update}},
    ]


@pytest.fixture
def replay(tmp_path):
    def run(log):
        app, file = tmp_path / "app.py", tmp_path / "log.json"
        app.write_text(APP)
        file.write_text(log if isinstance(log, str) else json.dumps(log))
        return subprocess.run(
            [PYRT, "replay", file, app], capture_output=True, text=True, check=False
        )

    return run


def test_a_log_that_tells_the_truth_replays_without_a_difference(replay):
    done = replay(click("clicked 1"))
    assert (done.stdout, done.returncode) == ("Every output is the same.\n", 0), done.stderr


def test_a_difference_names_the_prop_and_both_values(replay):
    done = replay(click("clicked 2"))
    assert done.returncode == 1
    assert done.stdout == (
        'text.children, value 1:\n  recorded "clicked 2"\n  replayed "clicked 1"\n1 prop differs.\n'
    )


@pytest.mark.parametrize("log", ["not json", '{"a": 1}', "[]"])
def test_what_is_no_log_is_refused_in_one_line(replay, log):
    done = replay(log)
    assert done.returncode == 1
    assert done.stderr.startswith("pyrt: ")
    assert "Traceback" not in done.stderr
