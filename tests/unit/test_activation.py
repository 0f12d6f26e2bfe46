"""Which `dash` an ordinary Python imports: pyrt's, a real one, or, after `pyrt.activate`, pyrt's.

Each case is a process of its own. `pyrt_finder` is imported as its .pth file does it.
"""

import os
import subprocess
import sys
from types import ModuleType

import pytest

from pyrt import activation
from pyrt.model.errors import PyrtError
from tests.support.paths import ROOT

FINDER = ROOT / "build" / "site_packages"
PYRT = f"{ROOT / 'pyrt' / 'compat'}{os.sep}"
WHICH = "import sys; print(sys.modules['dash'].__file__)"


@pytest.fixture
def real(tmp_path):
    """A folder with a package `dash`, and one of an old name that needs it."""
    for name, text in {"dash": "__version__ = '9.9'", "dash_table": "import dash"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(text)
    return tmp_path


def run(*lines, paths=(), pyrt=ROOT):
    """Run lines in a new process, after `import pyrt_finder`; what it prints, or its last error."""
    done = subprocess.run(
        [sys.executable, "-S", "-P", "-c", "\n".join(["import pyrt_finder", *lines])],
        env={"PYTHONPATH": os.pathsep.join(map(str, [*paths, FINDER, pyrt]))},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()[-1]


def test_without_another_dash_import_finds_that_of_pyrt():
    assert run("import dash", WHICH).startswith(PYRT)
    assert run("from dash.dcc import Graph", WHICH).startswith(PYRT)
    assert run("import dash_html_components as old, dash", "print(old.Div is dash.html.Div)") == (
        "True"
    )
    same = "print(JupyterDash.__mro__[1] is dash.Dash)"
    assert run("from jupyter_dash import JupyterDash", "import dash", same) == "True"


def test_a_real_dash_is_found_before_that_of_pyrt(real):
    assert run("import dash", WHICH, paths=[real]).startswith(str(real))
    assert run("import dash_table", WHICH, paths=[real]).startswith(str(real))


def test_old_names_do_not_come_from_pyrt_if_dash_is_a_real_one(real):
    assert run("import dash_core_components", paths=[real]) == (
        "ModuleNotFoundError: No module named 'dash_core_components'"
    )


def test_after_activate_import_finds_that_of_pyrt(real):
    first = "import pyrt; pyrt.activate(); pyrt.activate()"
    assert run(first, "import dash", WHICH, paths=[real]).startswith(PYRT)
    assert run(first, "import dash_table", WHICH, paths=[real]).startswith(PYRT)
    same = "print(pyrt.Dash is dash.Dash, pyrt.html is dash.html)"
    assert run(first, "import dash", same, paths=[real]) == "True True"


def test_after_a_real_dash_was_imported_activate_says_what_to_do(real):
    message = run("import dash, pyrt", "pyrt.activate()", paths=[real])
    assert message == (
        "pyrt.activation.ActivationError: Dash 9.9 has been imported already, from "
        f"{real / 'dash' / '__init__.py'}, so that pyrt cannot take its place. Call "
        "pyrt.activate() before the first import of dash, and before imports of packages that "
        "import dash."
    )
    caught = "try: pyrt.activate()\nexcept pyrt.PyrtError: print(dash.__version__)"
    assert run("import dash, pyrt", caught, paths=[real]) == "9.9"


def test_names_of_pyrt_are_its_own_also_where_dash_is_a_real_one(real):
    assert run("import pyrt", "pyrt.Dash", WHICH, paths=[real]).startswith("KeyError")
    same = "print(pyrt.html.Div is LIBRARIES['html'].make('Div'), pyrt.dcc.Graph.__module__)"
    lines = ["import dash, pyrt", "from pyrt.model.components import LIBRARIES", same]
    assert run(*lines, paths=[real]) == "True dash.dcc"
    assert run(*lines, WHICH, paths=[real]).startswith(str(real))


def test_the_finder_is_the_last_one_and_imports_nothing():
    """It is paid for at every start of Python."""
    before = "import sys; before = set(sys.modules); "
    lines = [before, "sys.meta_path.pop(); del sys.modules['pyrt_finder']", "import pyrt_finder"]
    added = "print(set(sys.modules) - before, sys.meta_path[-1] is pyrt_finder.DashFinder)"
    assert run(*lines, added) == "set() True"
    assert (FINDER / "pyrt_finder.pth").read_text() == "import pyrt_finder\n"


def test_the_finder_answers_for_nothing_else():
    assert run("import dash_ag_grid") == "ModuleNotFoundError: No module named 'dash_ag_grid'"
    assert run("import nothing.dash") == "ModuleNotFoundError: No module named 'nothing'"


def test_another_pyrt_on_the_path_is_not_asked(tmp_path):
    (tmp_path / "pyrt").mkdir()
    (tmp_path / "pyrt" / "__init__.py").touch()
    assert run("import dash", pyrt=tmp_path) == "ModuleNotFoundError: No module named 'dash'"


def test_this_process_finds_that_of_pyrt():
    assert activation.finds_pyrt()
    assert activation.dash_name() == "dash"


def test_in_a_notebook_the_message_says_to_restart_the_kernel(monkeypatch):
    real = ModuleType("dash")
    real.__file__ = "/site-packages/dash/__init__.py"
    monkeypatch.setitem(sys.modules, "dash", real)
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    with pytest.raises(PyrtError, match=r"restart the kernel, and call it in the first cell\.$"):
        activation.activate()
