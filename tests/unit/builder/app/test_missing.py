"""A file that the start asks for: it travels after all, or the error says why it does not."""

import pytest

from pyrt_build.app.config import Layout
from pyrt_build.app.discover import discover
from pyrt_build.app.missing import admit_ignored, explain_missing
from pyrt_build.console.notes import Code
from tests.support.traps import github_token
from tests.support.workspace import write_files

FILES = {
    "app.py": "from dash import Dash\napp = Dash(__name__)\n",
    ".gitignore": "raw/\n",
    "raw/a.csv": "x\n1\n",
    "raw/token.csv.bak": f"{github_token('m')}\n",
    "server.pem": "x",
}


@pytest.fixture
def app(tmp_path, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path_factory.mktemp("cache")))
    write_files(tmp_path, FILES)
    return discover(tmp_path / "app.py", layout=Layout(tmp_path))


@pytest.mark.parametrize("name", ["raw/a.csv", "/app/raw/a.csv", "./raw/a.csv", "a.csv"])
def test_what_only_gitignore_left_out_travels_if_the_start_opens_it(app, name):
    error = f"FileNotFoundError: [Errno 2] No such file or directory: '{name}'"
    assert "raw/a.csv" not in app.data
    (note,) = admit_ignored(app, error)
    assert note.code is Code.IGNORED_TRAVELS
    assert note.text == (
        "raw/a.csv is part of the site: the start opens it, although .gitignore:1 leaves it out"
    )
    assert "raw/a.csv" in app.data
    assert not [line for line in app.left_out if line.startswith("raw/a.csv")]
    assert admit_ignored(app, error) == [], "the second start had it"


def test_what_has_a_secret_stays_out_and_the_error_says_so(app):
    error = "FileNotFoundError: 'raw/token.csv.bak', then 'server.pem'"
    notes = admit_ignored(app, error)
    assert Code.SECRET_LEFT_OUT in {note.code for note in notes}
    assert app.data == {}
    assert [line.partition(":")[0] for line in explain_missing(app, error)] == [
        "raw/token.csv.bak is in the project, and not part of the site",
        "server.pem is in the project, and not part of the site",
    ]


def test_an_error_about_something_else_changes_nothing(app):
    assert admit_ignored(app, "NameError: name 'x' is not defined") == []
    assert explain_missing(app, "KeyError: 'a'") == []
