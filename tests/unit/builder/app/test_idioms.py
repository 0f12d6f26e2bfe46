"""Names of Dash 1 to 3: a warning each, with what real Dash says."""

import pytest

from pyrt_build.app.discover import discover
from pyrt_build.app.idioms import old_idioms
from pyrt_build.console.notes import Code
from tests.support.workspace import write_files

RUN = "ObsoleteAttributeException: app.run_server has been replaced by app.run"
LONG = (
    "ObsoleteAttributeException: app.long_callback has been  removed, use "
    "app.callback(..., background=True) instead"
)
MANAGER = (
    "ObsoleteKwargException: long_callback_manager is obsolete, use "
    "background_callback_manager instead"
)
NO_MODULE = "ModuleNotFoundError: No module named "
APP = "from dash import Dash\napp = Dash()\n"


def warnings(folder, text):
    write_files(folder, {"app.py": APP + text})
    found = old_idioms(discover(folder / "app.py"))
    assert {note.code for note in found} <= {Code.OLD_NAME}
    return [note.text for note in found]


@pytest.mark.parametrize(
    ("line", "name", "now", "real"),
    [
        ("app.run_server()", "run_server", "app.run", RUN),
        (
            "import dash_core_components as dcc",
            "dash_core_components",
            "from dash import dcc",
            NO_MODULE,
        ),
        (
            "from dash_html_components import Div",
            "dash_html_components",
            "from dash import html",
            NO_MODULE,
        ),
        (
            "import dash_table",
            "dash_table",
            "from dash import dash_table",
            NO_MODULE,
        ),
        (
            "from jupyter_dash import JupyterDash",
            "jupyter_dash",
            "from dash import Dash",
            NO_MODULE,
        ),
        (
            "import plotly_express as px",
            "plotly_express",
            "import plotly.express",
            NO_MODULE,
        ),
        (
            "@app.long_callback()\ndef f(): pass",
            "long_callback",
            "app.callback(..., background=True)",
            LONG,
        ),
        (
            "from dash.long_callback import DiskcacheLongCallbackManager",
            "dash.long_callback",
            "from dash import DiskcacheManager, CeleryManager",
            NO_MODULE,
        ),
        (
            "from dash import long_callback",
            "dash.long_callback",
            "from dash import DiskcacheManager, CeleryManager",
            "ImportError: cannot import name 'long_callback' from 'dash'",
        ),
        (
            "x = Dash(long_callback_manager=1)",
            "long_callback_manager",
            "background_callback_manager",
            MANAGER,
        ),
    ],
)
def test_each_name_says_what_it_is_taken_as(tmp_path, line, name, now, real):
    (text,) = warnings(tmp_path, f"{line}\n")
    assert text.startswith(f"app.py:3: {name} is of an older Dash: it is taken as `{now}`. ")
    assert f"Dash 4.4 says: {real}" in text


def test_a_name_is_said_once_for_each_file(tmp_path):
    assert len(warnings(tmp_path, "app.run_server()\napp.run_server()\nimport dash_table\n")) == 2


def test_today_s_names_say_nothing(tmp_path):
    assert warnings(tmp_path, "from dash import dash_table, dcc\napp.run()\nrun_server = 1\n") == []
