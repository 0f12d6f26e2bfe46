"""What stops a build, what stays out of it, and what is only said."""

import pytest

from pyrt_build.app.config import Layout
from pyrt_build.app.discover import discover
from pyrt_build.app.leaks import keep_secrets_out
from pyrt_build.console.notes import Code
from pyrt_build.errors import BuildError
from tests.support.traps import github_token, private_key
from tests.support.workspace import write_files

APP = "from dash import Dash\napp = Dash(__name__)\n"
TOKEN = github_token("m")


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path_factory.mktemp("cache")))


def check(folder, files, **layout):
    write_files(folder, {"app.py": APP, **files})
    app = discover(folder / "app.py", layout=Layout(folder, **layout))
    return app, keep_secrets_out(app)


def test_all_secrets_of_modules_and_assets_are_named_at_once(tmp_path):
    files = {
        "app.py": f"{APP}import secretary\n",
        "secretary.py": f"x = 1\nTOKEN = '{TOKEN}'\n",
        "assets/map.js": f"const key = 1;\nconst token = '{TOKEN}';",
        "assets/logo.svg": "<svg/>",
    }
    with pytest.raises(BuildError) as caught:
        check(tmp_path, files)
    text = str(caught.value)
    assert text.startswith("There are 2 secrets in files that would become part of a public site")
    assert "  secretary.py:2: a GitHub token\n  assets/map.js:2: a GitHub token\n" in text
    assert "--allow-secret FILE" in text
    assert TOKEN not in text


def test_a_file_that_is_allowed_passes(tmp_path):
    files = {"app.py": f"{APP}T = '{TOKEN}'\n"}
    app, notes = check(tmp_path, files, allowed=("app.py",))
    assert notes == []
    assert app.decisions["app.py"].reason == "--allow-secret"


def test_public_tokens_do_not_stop_a_build(tmp_path):
    _, notes = check(tmp_path, {"app.py": f"{APP}m = 'pk.eyJ1IjoibWUifQ.aB3dE5gH7jK9mN1pQ3'\n"})
    assert notes == []


def test_what_may_be_a_secret_is_a_warning_with_its_line(tmp_path):
    _, notes = check(tmp_path, {"app.py": f'{APP}PASSWORD = "hunter2hunter"\n'})
    (note,) = notes
    assert note.code is Code.MAY_BE_SECRET
    assert note.text.startswith("app.py:3: a value under the name of a secret: everyone who opens")


def test_data_with_a_secret_stays_out_and_that_is_said(tmp_path):
    files = {"data/a.csv": f"x\n{TOKEN}\n", "data/b.csv": "x\n1\n"}
    app, (note,) = check(tmp_path, files)
    assert list(app.data) == ["data/b.csv"]
    assert note.code is Code.SECRET_LEFT_OUT
    assert app.left_out == ["data/a.csv (it has a GitHub token in line 2)"]
    assert not app.decisions["data/a.csv"].travels


@pytest.mark.parametrize(
    ("layout", "travels"),
    [
        ({"include": ("*.csv",)}, False),
        ({"allowed": ("a.csv",)}, False),
        ({"include": ("*.csv",), "allowed": ("a.csv",)}, True),
    ],
)
def test_data_with_a_secret_has_to_be_named_twice(tmp_path, layout, travels):
    app, _ = check(tmp_path, {"a.csv": private_key("m")}, **layout)
    assert ("a.csv" in app.data) is travels


def test_a_table_may_have_a_column_named_password(tmp_path):
    files = {"a.csv": "user,password: x1y2z3x1y2z3\n", "a.ini": "password = x1y2z3x1y2z3\n"}
    app, _ = check(tmp_path, files)
    assert list(app.data) == ["a.csv"]
