"""The fixture `pyrt_site`, in a run of pytest in a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pyrt
import pyrt_build

TESTS = """
import pytest

def test_the_site_answers(pyrt_site):
    page = pyrt_site("app.py")
    page.click("#add")
    page.wait_for_function("document.getElementById('text').textContent === '1 clicks'")

def test_the_site_is_built_once_and_opened_anew(pyrt_site):
    assert pyrt_site("app.py").inner_text("#text") == "0 clicks"

def test_a_build_that_fails_says_why(pyrt_site):
    with pytest.raises(pytest.fail.Exception, match="There is no file"):
        pyrt_site("none.py")
"""
APP = """
from dash import Dash, Input, Output, callback, html
app = Dash(__name__)
app.layout = html.Div([html.Button("Add", id="add", n_clicks=0), html.P(id="text")])

@callback(Output("text", "children"), Input("add", "n_clicks"))
def show(clicks):
    return f"{clicks} clicks"
"""


def test_an_author_opens_built_sites(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "test_it.py").write_text(TESTS)
    folders = [Path(pyrt.__file__).parents[1], Path(pyrt_build.__file__).parents[1]]
    folders.append(Path(pyrt.__file__).with_name("compat"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [sys.executable, "-m", "pytest", "-p", "pyrt_build.testing.plugin", "-q"]
    options = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}
    done = subprocess.run(command, check=False, **options)
    assert "3 passed" in done.stdout, done.stdout + done.stderr
