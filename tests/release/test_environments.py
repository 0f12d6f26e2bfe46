"""`import dash` in three environments: with pyrt, with a real Dash, with both; and after pyrt left.

A fourth one has pyrt installed for development.
"""

import pytest

from pyrt_build import target
from tests.support.environments import PythonEnvironment, build
from tests.support.paths import EXAMPLES, ROOT
from tests.support.plain_dash import dash_python

WHICH = ("import dash", "print(dash.__file__)")
NAMES = "Dash Input Output State callback html dcc".split()  # noqa: SIM905
SAME = (
    "import dash",
    f"from pyrt import {', '.join(NAMES)}",
    f"print({', '.join(f'{name} is dash.{name}' for name in NAMES)})",
)
ALL_SAME = " ".join(["True"] * len(NAMES))


@pytest.fixture(scope="module")
def dash():
    """The file of a real Dash: in the environment of `plain_dash`."""
    (packages,) = dash_python().parents[1].glob("lib/python*/site-packages")
    return packages / "dash" / "__init__.py"


@pytest.fixture(scope="module")
def real(tmp_path_factory, dash):
    environment = PythonEnvironment(tmp_path_factory.mktemp("real"))
    environment.add_to_path(dash.parents[1])
    return environment


@pytest.fixture(scope="module")
def both(tmp_path_factory, wheel, dash):
    environment = PythonEnvironment(tmp_path_factory.mktemp("both"))
    environment.pip("install", "--no-deps", wheel)
    environment.add_to_path(dash.parents[1])
    return environment


@pytest.fixture
def editable(tmp_path):
    build("wheel:editable", tmp_path)
    environment = PythonEnvironment(tmp_path / "environment")
    environment.pip("install", "--no-deps", next(tmp_path.glob("*.whl")))
    return environment


def test_ours_import_finds_pyrt(ours):
    assert ours.run(*WHICH) == str(ours.packages / "pyrt" / "compat" / "dash" / "__init__.py")
    assert ours.run(*SAME) == ALL_SAME
    assert ours.run("import dash", "print(dash.__version__)") == target.DASH_VERSION
    callback = (
        "from dash import Dash, Input, Output, callback, html",
        "app = Dash(); app.layout = html.Div(id='a')",
        "print(callback(Output('a', 'title'), Input('a', 'n_clicks'))(str.upper)('works'))",
    )
    assert ours.run(*callback) == "WORKS"


def test_ours_a_component_package_finds_what_it_imports(ours):
    package = (
        "from dash.development.base_component import Component, _explicitize_args",
        "import dash_core_components as dcc, dash_html_components as html, dash_table, dash",
        "print(dcc.Graph is dash.dcc.Graph, html.Div is dash.html.Div)",
        "print(dash_table.DataTable is dash.dash_table.DataTable)",
    )
    assert ours.run(*package) == "True True\nTrue"


def test_real_nothing_of_pyrt_is_there(real, dash):
    assert real.run(*WHICH) == str(dash)
    assert real.run("import pyrt") == "ModuleNotFoundError: No module named 'pyrt'"


def test_both_the_real_dash_is_found(both, dash):
    assert both.run(*WHICH) == str(dash)
    assert both.run("import dash.dcc", "print(dash.dcc.__file__)").startswith(str(dash.parent))
    mixed = ("import dash, pyrt", "print(pyrt.Dash is dash.Dash, pyrt.html.Div is dash.html.Div)")
    assert both.run(*mixed) == "False False"


def test_both_after_activate_pyrt_is_found(both):
    activate = "import pyrt; pyrt.activate()"
    assert both.run(activate, *WHICH) == str(
        both.packages / "pyrt" / "compat" / "dash" / "__init__.py"
    )
    assert both.run(activate, *SAME) == ALL_SAME


def test_both_activate_after_the_first_import_says_what_to_do(both, dash):
    message = both.run("import dash, pyrt", "pyrt.activate()")
    assert message.startswith(
        f"pyrt.activation.ActivationError: Dash {target.DASH_VERSION} has been imported already, "
        f"from {dash}, "
    )
    assert "Call pyrt.activate() before the first import of dash" in message


def test_both_a_server_reads_an_app_with_pyrt(both):
    counter = str(EXAMPLES / "counter" / "app.py")
    load = ("from pathlib import Path", "from pyrt.server.serve import load_app")
    shown = "import dash; print(type(app).__module__, dash.__file__)"
    printed = both.run(*load, f"app = load_app(Path({counter!r}))", shown).split()
    assert printed[0] == "pyrt.app.dash"
    assert printed[1].startswith(str(both.packages / "pyrt"))


def test_editable_import_finds_the_checkout(editable):
    assert editable.run(*WHICH) == str(ROOT / "pyrt" / "compat" / "dash" / "__init__.py")
    assert editable.run(*SAME) == ALL_SAME


def test_a_start_of_python_imports_the_finder_and_nothing_else(ours, tmp_path):
    modules = ("import sys", "print(*sorted(sys.modules))")
    empty = PythonEnvironment(tmp_path)
    (empty.packages / "other.pth").write_text("# for any .pth file Python imports a codec")
    assert {*ours.run(*modules).split()} - {*empty.run(*modules).split()} == {"pyrt_finder"}


def test_uninstalled_nothing_is_left(tmp_path, wheel):
    environment = PythonEnvironment(tmp_path / "environment")
    environment.packages.mkdir(parents=True, exist_ok=True)
    (environment.packages / "other.py").touch()  # pip removes the folder when it is empty
    environment.pip("install", "--no-deps", wheel)
    assert environment.run(*WHICH) != ""
    environment.pip("uninstall", "--yes", "pyrt-dash")
    assert environment.run(*WHICH) == "ModuleNotFoundError: No module named 'dash'"
    left = {path.name for path in environment.packages.rglob("*")} - {"__pycache__"}
    assert left == {"other.py"}
    assert environment.run("import sys", "print('finder' in repr(sys.meta_path))") == "False"
