"""The running script as a module: its caller, its root folder, and its import by name."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from pyrt.app import main_module
from tests.support.paths import ROOT


def test_the_caller_is_the_module_whose_code_runs():
    namespace = {"__name__": "some.page", "main_module": main_module}
    exec(
        compile("def f():\n return main_module.caller_name()\nname = f()", "x.py", "exec"),
        namespace,
    )
    assert namespace["name"] == "some.page"


PROGRAM = """
from dash import Dash, html
app = Dash(__name__)
app.layout = html.Div()
if __name__ == "__main__":
    app.run(debug=True)
"""


def test_pyrt_dev_takes_the_place_of_a_program_that_python_runs(tmp_path):
    """Elsewhere `run` starts a server, too. Here another `pyrt_build` says what it is asked."""
    (tmp_path / "shop.py").write_text(PROGRAM)
    (tmp_path / "other.py").write_text("import shop\nshop.app.run(port=9000)\nprint('after')\n")
    (tmp_path / "pyrt_build").mkdir()
    (tmp_path / "pyrt_build" / "__init__.py").touch()
    (tmp_path / "pyrt_build" / "cli.py").write_text("import sys\nprint(sys.argv[1:])\n")
    path = os.pathsep.join([str(tmp_path), str(ROOT), str(ROOT / "pyrt" / "compat")])

    def run(*command, **variables):
        return subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": path, **variables},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    shop, other = str(tmp_path / "shop.py"), str(tmp_path / "other.py")
    assert run("shop.py") == f"{['dev', shop]}\n"
    assert run("shop.py", HOST="0.0.0.0") == f"{['dev', shop, '--host', '0.0.0.0']}\n"
    assert run("other.py") == f"{['dev', other, '--port', '9000']}\n"
    assert run("-c", "import shop; shop.app.run()") == ""


def test_the_root_is_the_folder_of_the_module_or_the_working_directory():
    assert main_module.root_path(__name__) == str(Path(__file__).parent)
    assert main_module.root_path("pyrt.app.dash") == str(Path(main_module.__file__).parent)
    assert main_module.root_path("pyrt.not_imported_and_not_there") == str(Path.cwd())


def test_a_module_is_found_without_being_imported():
    assert "this" not in sys.modules
    assert main_module.root_path("this").endswith(f"python3.{sys.version_info.minor}")
    assert "this" not in sys.modules


@pytest.fixture
def script(tmp_path, monkeypatch):
    """A running script `app_under_test.py` in the working directory."""
    main = ModuleType("__main__")
    main.__file__ = str(tmp_path / "app_under_test.py")
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.chdir(tmp_path)
    yield main
    sys.modules.pop("app_under_test", None)


def test_importing_the_running_script_by_name_finds_it_instead_of_running_it_again(script):
    """Dash 4.4, `_utils.py: alias_main_module`."""
    main_module.alias("__main__")
    assert sys.modules["app_under_test"] is script
    assert __import__("app_under_test") is script


def test_only_the_running_script_gets_a_second_name(script):
    main_module.alias("other")
    assert "app_under_test" not in sys.modules


def test_a_module_that_is_imported_already_is_left_alone(script):
    other = sys.modules["app_under_test"] = ModuleType("app_under_test")
    main_module.alias("__main__")
    assert sys.modules["app_under_test"] is other


def test_a_script_that_no_import_would_find_gets_no_name(script, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != str(tmp_path)])
    main_module.alias("__main__")
    assert "app_under_test" not in sys.modules
