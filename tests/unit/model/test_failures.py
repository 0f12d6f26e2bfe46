"""The report of a failed start: the error, its line in the app, and a hint."""

import json
import runpy
import sys

import pytest

from pyrt.model.callback import callback
from pyrt.model.errors import NoLayoutException
from pyrt.model.failures import StartError, explain, explain_no_app, format_traceback, shorten


def run(tmp_path, monkeypatch, source, name="app.py"):
    """Run a script as the worker does and return the exception that ends it."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    path.write_text(source)
    with pytest.raises(BaseException) as raised:
        exec(compile(source, str(path), "exec"), {"__name__": "__main__", "callback": callback})
    error = raised.value
    assert error.__traceback__ is not None
    error.__traceback__ = error.__traceback__.tb_next  # without the frame of this test
    return error


def test_a_syntax_error_names_file_and_line_and_shows_where(tmp_path, monkeypatch):
    error = run(tmp_path, monkeypatch, "x = 1\nif x:\n    y = = 2\n")
    assert explain(error) == (
        "SyntaxError in app.py, line 3: invalid syntax\n    y = = 2\n        ^"
    )


def test_wrong_indentation_is_a_syntax_error_with_its_own_name(tmp_path, monkeypatch):
    error = run(tmp_path, monkeypatch, "if True:\nx = 1\n")
    assert explain(error).startswith("IndentationError in app.py, line 2: expected an indented")


def test_a_missing_module_names_the_line_of_the_import_and_what_to_add(tmp_path, monkeypatch):
    error = run(tmp_path, monkeypatch, "import sys\nimport not_there.deep\n")
    assert explain(error) == (
        "The module 'not_there' is not part of this site.\n"
        "app.py, line 2, imports it: import not_there.deep\n"
        "Add the package that provides 'not_there' to requirements.txt (or to the script's own "
        "dependencies), then build again. If it is a file of yours, put it beside the app."
    )


def test_a_missing_module_of_python_itself_cannot_be_added(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tkinter", None)
    error = run(tmp_path, monkeypatch, "import tkinter\n")
    assert "'tkinter' belongs to Python's standard library, but does not exist" in explain(error)


def test_a_missing_module_of_a_package_that_is_there_is_a_wrong_name(tmp_path, monkeypatch):
    error = run(tmp_path, monkeypatch, "import json\nfrom json import x\n")
    assert "cannot import name 'x'" in explain(error)
    error = run(tmp_path, monkeypatch, "import json.nothing\n")
    assert "The package 'json' is there, but has no such module" in explain(error)


def test_modules_of_dashs_server_are_reported_as_absent(tmp_path, monkeypatch):
    """As dash-auth imports them."""
    error = run(tmp_path, monkeypatch, "import dash\nimport dash._nowhere\n")
    assert "[tool.pyrt] server-only" in explain(error)


def test_a_traceback_shows_the_frames_of_the_app_only(tmp_path, monkeypatch):
    source = (
        "def register():\n"
        "    callback('no dependency')\n"
        "\n"
        "register()\n"
    )  # fmt: skip
    text = explain(run(tmp_path, monkeypatch, source))
    assert text.startswith("Traceback (most recent call last):\n")
    assert [line.split(", ")[1:] for line in text.splitlines() if "File" in line] == [
        ["line 4", "in <module>"],
        ["line 2", "in register"],
    ]
    assert "register()" in text
    assert "pyrt/model/callback.py" not in text
    assert "pyrt/model/dependencies.py" not in text


def test_frames_of_packages_and_of_python_are_left_out(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("import json\ndef load(text): return json.loads(text)\n")
    monkeypatch.syspath_prepend(str(package.parent))
    source = "import shop\n\ndef read():\n    return shop.load('{')\n\nread()\n"
    text = explain(run(tmp_path, monkeypatch, source))
    assert [line.split(", ")[1:] for line in text.splitlines() if "File" in line] == [
        ["line 6", "in <module>"],
        ["line 4", "in read"],
    ]
    assert "JSONDecodeError: Expecting property name" in text
    monkeypatch.delitem(sys.modules, "shop")


def test_an_error_in_which_the_app_has_no_frame_keeps_those_of_packages():
    with pytest.raises(ValueError, match="Expecting") as raised:
        json.loads("{")
    trace = raised.value.__traceback__
    assert trace is not None
    text = format_traceback(raised.value.with_traceback(trace.tb_next))  # without this test
    assert "decoder.py" in text


def test_a_cause_in_a_package_that_says_the_same_is_left_out(tmp_path, monkeypatch):
    package = tmp_path / "site-packages"
    package.mkdir()
    (package / "table.py").write_text(
        "def get(key):\n    try:\n        return {}[key]\n    except KeyError as error:\n"
        "        raise KeyError(key) from error\n"
    )
    monkeypatch.syspath_prepend(str(package))
    text = explain(run(tmp_path, monkeypatch, "import table\ntable.get('x')\n"))
    assert text.count("KeyError: 'x'") == 1
    assert "table.py" not in text
    monkeypatch.delitem(sys.modules, "table")


TABLE = """
class Table:
    columns = ["amount"]
    def __getitem__(self, key): raise KeyError(key)
table = Table()
table["amont"]
"""


@pytest.mark.parametrize(
    ("source", "near"),
    [
        ("prices = 1\nprice\n", "'prices'"),
        ("import math\nmath.sqr(4)\n", "'sqrt'"),
        ("prices = {'total': 1}\ndef f():\n    return prices['totl']\nf()\n", "'total'"),
        ("def f(row):\n    return row['nam']\nf({'name': 1})\n", "'name'"),
        (TABLE, "'amount'"),
    ],
)  # fmt: skip
def test_a_name_or_key_that_is_like_another_is_named(source, near, tmp_path, monkeypatch):
    text = explain(run(tmp_path, monkeypatch, source))
    assert f"Did you mean: {near}?" in text


def test_a_key_that_is_like_no_other_has_no_hint(tmp_path, monkeypatch):
    text = explain(run(tmp_path, monkeypatch, "d = {'a': 1}\nd['zebra']\n"))
    assert text.endswith("KeyError: 'zebra'")


def test_the_cause_of_an_error_is_pruned_as_well(tmp_path, monkeypatch):
    source = (
        "try:\n    callback('x')\nexcept Exception as e:\n    raise ValueError('mine') from e\n"
    )
    text = format_traceback(run(tmp_path, monkeypatch, source))
    assert "The above exception was the direct cause" in text
    assert text.endswith("ValueError: mine")
    assert "dependencies.py" not in text


def test_a_script_that_ends_itself_is_reported(tmp_path, monkeypatch):
    error = run(tmp_path, monkeypatch, "import sys\n\nsys.exit('no data')\n")
    assert explain(error) == "The app ended itself with sys.exit('no data') (app.py:3)."


def test_errors_found_after_the_script_have_no_place():
    assert explain(NoLayoutException("There is none.")) == "NoLayoutException: There is none."
    assert explain(StartError("complete already")) == "complete already"


def test_a_script_without_an_app_says_how_to_make_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = explain_no_app(str(tmp_path / "main.py"))
    assert text.startswith("main.py ran to its end, but created no Dash app.")
    assert "app = Dash(__name__)" in text


def test_paths_are_shortened_below_the_working_directory_only(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shorten(str(tmp_path / "a" / "b.py")) == "a/b.py"
    assert shorten("/elsewhere/b.py") == "/elsewhere/b.py"


def run_files(folder, monkeypatch, files):
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    for name, text in files.items():
        (folder / name).write_text(text)
    try:
        runpy.run_path("start.py")
    except (KeyError, ImportError) as error:
        return explain(error)
    finally:
        for name in files:
            sys.modules.pop(name.removesuffix(".py"), None)
    return ""


def test_a_missing_variable_is_named_with_its_line_and_how_to_give_it(tmp_path, monkeypatch):
    files = {"start.py": "import os\nname = 'NO_SUCH_TIDE'\nx = os.environ[name]\n"}
    assert run_files(tmp_path, monkeypatch, files) == (
        "The app needs the environment variable NO_SUCH_TIDE, which it is not given.\n"
        "start.py, line 3, reads it: x = os.environ[name]\n"
        "Build with --env NO_SUCH_TIDE=VALUE, --env-file FILE, or [tool.pyrt.env]."
    )
    assert run_files(tmp_path, monkeypatch, {"start.py": "{}['x']\n"}).endswith("KeyError: 'x'")


def test_modules_that_import_each_other_are_named_in_order(tmp_path, monkeypatch):
    files = {
        "start.py": "import one_of_two\n",
        "one_of_two.py": "from two_of_two import b\na = 1\n",
        "two_of_two.py": "from one_of_two import a\nb = 1\n",
    }
    text = run_files(tmp_path, monkeypatch, files)
    assert text.startswith("Modules of the app import each other in a circle")
    assert "one_of_two.py, line 1: from two_of_two import b\n" in text
    assert "two_of_two.py, line 1: from one_of_two import a\n" in text
    assert "move what both need into a third module" in text
