"""The environment variables that an app is given, and those that it needs."""

import pytest

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import discover
from pyrt_build.app.settings import Settings
from pyrt_build.app.variables import check_needed, given_variables
from pyrt_build.errors import BuildError
from tests.support.workspace import write_files

APP = "import os\nfrom os import environ\nfrom dash import Dash\napp = Dash()\n"


def missing(folder, lines, given=(), files=None):
    write_files(folder, {"app.py": f"{APP}{lines}\n", **(files or {})})
    try:
        check_needed(discover(folder / "app.py"), dict.fromkeys(given, ""))
    except BuildError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "line",
    ["x = os.environ['A']", "x = environ['A']", "def f():\n    return os.environ['A']"],
)
def test_a_variable_without_a_default_is_needed(tmp_path, line):
    text = missing(tmp_path, line)
    assert "app.py:" in text
    assert "reads A\n" in text
    assert "--env A=VALUE" in text
    assert "can read the values" in text
    assert missing(tmp_path, line, ["A"]) == ""


@pytest.mark.parametrize(
    "line",
    [
        "os.environ.get('A')",
        "os.getenv('A', 'x')",
        "os.environ['A'] = '1'\nx = os.environ['A']",
        "os.environ.setdefault('A', '1')\nx = os.environ['A']",
        "x = os.environ['A'] if 'A' in os.environ else ''",
        "if os.getenv('A'):\n    x = os.environ['A']",
        "try:\n    x = os.environ['A']\nexcept KeyError:\n    x = ''",
        "x = os.environ['HOME']",
        "x = other['A']",
    ],
)
def test_a_variable_that_the_app_can_do_without_is_not(tmp_path, line):
    assert missing(tmp_path, line) == ""


def test_all_are_named_at_once_and_a_file_that_has_them(tmp_path):
    files = {".env": "A=1\nC=2\n", "part.py": "import os\nx = os.environ['B']\n"}
    text = missing(tmp_path, "import part\nx = os.environ['A']", files=files)
    assert "  app.py:6 reads A\n" in text
    assert "  part.py:2 reads B\n" in text
    assert text.endswith(" .env has A: --env-file .env")


def config(folder, **more):
    return SiteConfig(folder / "app.py", folder / "dist", **more)


def test_options_win_over_files_and_those_over_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("HOST", "builder")
    write_files(tmp_path, {"x.env": "# c\nexport B='2'\nC=${B}-${HOST}${N:-n}\nD=\"a b\"\nE\n"})
    found = given_variables(
        config(tmp_path, env=("A=3", "Q=x=y"), env_files=(tmp_path / "x.env",)),
        Settings(env={"A": "1", "B": "1", "Z": "1"}),
    )
    assert found == {
        "A": "3",
        "B": "2",
        "C": "2-n",
        "D": "a b",
        "E": "",
        "Q": "x=y",
        "Z": "1",
    }, "nothing of the builder's environment"


def test_what_is_no_variable(tmp_path):
    write_files(tmp_path, {"latin.env": "A=ä".encode("latin-1")})
    for more, text in (
        ({"env": ("A",)}, "--env 'A' is no NAME=VALUE"),
        ({"env": ("1A=x",)}, "is no NAME=VALUE"),
        ({"env_files": (tmp_path / "none.env",)}, "none.env cannot be read"),
        ({"env_files": (tmp_path / "latin.env",)}, "latin.env is not UTF-8 text"),
    ):
        with pytest.raises(BuildError, match=text):
            given_variables(config(tmp_path, **more), Settings())
