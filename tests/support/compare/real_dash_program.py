"""Serve a project by a real Dash, started as a site of pyrt starts it.

It runs in an environment of its own, which has no module of these tests:

    python real_dash_program.py LAUNCH.json PORT
"""

import contextlib
import importlib
import importlib.util
import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

MADE: list[Any] = []  # each Dash, in the order in which they are made
PORT = int(sys.argv[2])
OLD_NAMES = {
    "dash_core_components": "dash.dcc",
    "dash_html_components": "dash.html",
    "dash_table": "dash.dash_table",
    "plotly_express": "plotly.express",
}


def serve(server):
    """Serve a WSGI application for ever."""
    import waitress  # type: ignore[import-untyped]  # noqa: PLC0415  # only in that environment

    if MADE:
        print("PREFIX", MADE[-1].config.requests_pathname_prefix, flush=True)  # noqa: T201
    waitress.serve(server, host="127.0.0.1", port=PORT, threads=4)


def accept_older_names(dash):
    """Let names of older releases of Dash stand for those of this one, as pyrt does."""
    for old, new in OLD_NAMES.items():
        if importlib.util.find_spec(old) is None:
            with contextlib.suppress(ImportError):  # plotly.express, in an app without numpy
                sys.modules[old] = importlib.import_module(new)
    if importlib.util.find_spec("jupyter_dash") is None:
        sys.modules["jupyter_dash"] = module = type(sys)("jupyter_dash")
        vars(module)["JupyterDash"] = dash.Dash
    if not hasattr(dash, "long_callback"):
        dash.long_callback = dash.callback


def take_over_running(dash):
    """Let `app.run()` of an app and of its Flask serve at this program's port."""
    import flask  # noqa: PLC0415  # only in that environment

    make = dash.Dash.__init__

    def made(self, *arguments, **options):
        make(self, *arguments, **options)
        MADE.append(self)

    dash.Dash.__init__ = made
    dash.Dash.run = dash.Dash.run_server = lambda self, *_, **__: serve(self.server)
    vars(flask)["Flask"].run = lambda self, *_, **__: serve(self)


def start(launch):
    """Run the app as the launch says; returns a WSGI application if it has served nothing."""
    module, attribute = launch["module"], launch["attribute"]
    if not module:
        sys.argv = [launch["entry"]]
        runpy.run_path(launch["entry"], run_name="__main__")
    elif not attribute:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        found = eval(attribute, vars(importlib.import_module(module)))
        return getattr(found, "server", found)
    return MADE[-1].server


def main():
    """Read the launch, and serve."""
    launch = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.path[:1] = launch["path"]
    os.chdir(launch["workingFolder"])
    os.environ.update(launch["variables"])
    import dash  # noqa: PLC0415  # behind the project's own folders, as there

    accept_older_names(dash)
    take_over_running(dash)
    serve(start(launch))


if __name__ == "__main__":
    main()
