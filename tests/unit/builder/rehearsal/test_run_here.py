"""`--run`: an app that only running finds is run by this machine's Python."""

import pytest

from pyrt.model.environment import Launch
from pyrt_build.app.config import Layout
from pyrt_build.app.discover import discover
from pyrt_build.errors import BuildError
from pyrt_build.rehearsal.run_here import describe_here, run_here, with_facts
from tests.support.workspace import write_files

MADE = """
import os
from maker import make
app = make("Dash")(__name__, title=os.environ["TITLE"], assets_folder="sta" + "tic")
app.layout = []
"""
MAKER = "import dash\ndef make(name):\n    return getattr(dash, name)\n"


def run(folder, files, **variables):
    write_files(folder, files)
    entry = folder / "app.py"
    launch = Launch(root=str(folder), path=[str(folder)], variables=variables)
    return run_here(entry, launch)


def test_what_an_app_says_of_itself(tmp_path):
    files = {"app.py": MADE, "maker.py": MAKER, "static/a.css": "", "static/deep/b.js": ""}
    facts = run(tmp_path, files, TITLE="Tides")
    assert (facts.title, facts.assets, facts.pages) == ("Tides", tmp_path / "static", [])
    read = discover(tmp_path / "app.py", layout=Layout(tmp_path, may_make_app_when_run=True))
    assert not read.makes_app
    app = with_facts(read, facts)
    assert (app.title, app.assets_folder) == ("Tides", "static")
    assert sorted(app.assets) == ["a.css", "deep/b.js"]
    assert app.data == {}


def test_an_app_that_does_not_start_says_why(tmp_path):
    with pytest.raises(BuildError) as raised:
        run(tmp_path, {"app.py": "import dash\nraise ValueError('no tide')\n"})
    assert str(raised.value).startswith("--run: the app does not start on this machine.\n")
    assert 'app.py", line 2' in str(raised.value)
    assert "no tide" in str(raised.value)


def test_a_script_without_an_app_is_no_app(tmp_path):
    with pytest.raises(BuildError, match=r"created no Dash app"):
        run(tmp_path, {"app.py": "x = 1\n"})


def test_an_app_in_words_for_language_models(tmp_path):
    files = {"app.py": MADE.replace("[]", '[__import__("dash").html.P("x")]'), "maker.py": MAKER}
    write_files(tmp_path, files)
    launch = Launch(root=str(tmp_path), path=[str(tmp_path)], variables={"TITLE": "Tides"})
    assert describe_here(tmp_path / "app.py", launch).startswith(b"# Tides\n")
    write_files(tmp_path, {"app.py": "raise ValueError('boom')"})
    with pytest.raises(BuildError, match=r"--describe: the app does not start[\s\S]*boom"):
        describe_here(tmp_path / "app.py", launch)
