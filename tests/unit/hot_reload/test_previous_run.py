"""What a failed run has changed in the interpreter is taken back."""

import os
import sys
from pathlib import Path

import pytest

from pyrt.app import pages
from pyrt.app.dash import APPS, get_app
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.model.failures import StartError

PAGES = """
import dash
from dash import Dash, html

app = Dash(__name__, use_pages=True, pages_folder="")
dash.register_page("home", path="/", layout=html.P("home"))
"""


def test_registries_modules_variables_and_folder_are_as_before(running):
    running.write("VALUE = 1", "own.py")
    running.start(f"import own, os\nos.environ['KEPT'] = 'yes'\n{PAGES}")
    app, module, names = APPS.find(), sys.modules["own"], list(pages.page_registry)
    folder, variables = Path.cwd(), dict(os.environ)
    broken = """
import os, sys
import own
os.environ["ADDED"] = "1"
sys.path.append("/nowhere")
os.chdir("/")
"""
    with pytest.raises(StartError, match="ZeroDivisionError"):
        running.save(f"{broken}{PAGES.replace('home', 'other')}\n1 / 0")
    assert APPS.find() is app
    assert sys.modules["own"] is module
    assert list(pages.page_registry) == names
    assert Path.cwd() == folder
    assert dict(os.environ) == variables
    assert "/nowhere" not in sys.path


def test_variables_that_an_older_script_has_set_are_gone(running):
    running.start(f"import os\nos.environ['MODE'] = 'old'\n{PAGES}")
    running.save(f"import os\nassert 'MODE' not in os.environ\n{PAGES}")


def test_a_module_that_only_the_failed_run_has_imported_is_forgotten(running):
    running.start(PAGES)
    running.write("VALUE = 1", "extra.py")
    with pytest.raises(StartError):
        running.save(f"import extra\n{PAGES}\n1 / 0")
    assert "extra" not in sys.modules


def test_callbacks_that_are_registered_later_go_to_the_old_app(running):
    running.start(PAGES)
    app = get_app()
    with pytest.raises(StartError):
        running.save(f"{PAGES}\n1 / 0")
    count = len(app.callbacks)
    from dash import Input, Output  # noqa: PLC0415

    GLOBAL_CALLBACKS.callback(Output("a", "b"), Input("c", "d"))(lambda value: value)
    assert len(app.callbacks) == count + 1
