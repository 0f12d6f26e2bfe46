"""The pytest plugin, in a run of pytest in a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pyrt
import pyrt_build
from tests.support.paths import ROOT

TESTS = """
import dash
from app import app

def test_is_pyrt():
    assert "pyrt" in dash.__file__

{tests}
"""
ONE = """
def test_{number}(pyrt_app):
    page = pyrt_app({app})
    page.click("add")
    assert page["text"].children == "1 clicks"
    assert page.calls == ["show", "show"]
"""
APP = """
from dash import Dash, Input, Output, callback, html
app = Dash(__name__)
app.layout = html.Div([html.Button(id="add", n_clicks=0), html.P(id="text")])

@callback(Output("text", "children"), Input("add", "n_clicks"))
def show(clicks):
    return f"{clicks} clicks"
"""
FAR = """
import os

def test_paths_are_relative_to_the_root_as_well(pyrt_app):
    here = os.getcwd()
    assert pyrt_app("app.py")["text"].children == "0 clicks"
    assert os.getcwd() != here
"""
LOADERS = """
def test_the_loader_of_pyrt_is_that_of_python():
    from pyrt.testing import page
    assert "assertion" not in type(page.__loader__).__module__
"""
# As much of a real Dash as its plugin for pytest imports.
REAL = {
    "dash/__init__.py": "class Dash: pass",
    "dash/testing/__init__.py": "",
    "dash/testing/plugin.py": "import dash",
}


@pytest.fixture
def run(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    sources = [Path(pyrt.__file__).parents[1], Path(pyrt_build.__file__).parents[1]]

    def run_pytest(text, *flags, path=(), folder=""):
        (tmp_path / "test_it.py").write_text(text)
        folders = [*path, *sources, Path(pyrt.__file__).with_name("compat")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))}
        command = [sys.executable, "-m", "pytest", "-p", "pyrt_build.testing.plugin", "-q", *flags]
        options = {
            "cwd": tmp_path / folder,
            "env": environment,
            "capture_output": True,
            "text": True,
        }
        return subprocess.run(command, check=False, **options)

    return run_pytest


def test_tests_of_an_author_pass(run):
    tests = "".join(ONE.format(number=n, app="app" if n % 2 else '"app.py"') for n in range(10))
    done = run(TESTS.format(tests=tests))
    assert "11 passed" in done.stdout, done.stdout + done.stderr


def test_the_installed_plugin_loads_by_itself_and_leaves_pyrt_as_it_is_compiled(run, tmp_path):
    info = tmp_path / "installed" / "pyrt_dash-0.dist-info"
    info.mkdir(parents=True)
    name = "pyrt_build.testing.plugin"
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: pyrt-dash\nVersion: 0\n")
    (info / "entry_points.txt").write_text(f"[pytest11]\n{name} = {name}\n")
    files = ["pyrt_finder.py", "pyrt/__init__.py", "pyrt_build/__init__.py", "pyrt/testing/page.py"]
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    for path in ("pyrt", "build/pyrt_build", "build/site_packages/pyrt_finder.py"):
        (info.parent / Path(path).name).symlink_to(ROOT / path)
    (tmp_path / "sitecustomize.py").write_text("import pyrt_finder")  # as its .pth does
    tests = TESTS.format(tests=ONE.format(number=1, app="app")) + LOADERS
    done = run(tests, "-W", "error", "test_it.py", path=[info.parent, tmp_path])
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_the_current_folder_may_be_another(run, tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_far.py").write_text(FAR)
    done = run("", "--rootdir", "..", "test_far.py", folder="tests")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_a_real_dash_beside_pyrt_gives_way_with_the_setting_only(run, tmp_path):
    real = tmp_path / "real"
    for name, text in REAL.items():
        (real / name).parent.mkdir(parents=True, exist_ok=True)
        (real / name).write_text(text)
    flags = ("-p", "dash.testing.plugin")
    tests = TESTS.format(tests=ONE.format(number=1, app="app"))
    done = run(tests, *flags, "-o", "pyrt_dash=true", path=[real])
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    refused = run("import dash\ndef test(pyrt_app): pyrt_app(dash.Dash())", *flags, path=[real])
    assert "Write pyrt_dash = true below [tool.pytest.ini_options]" in refused.stdout
