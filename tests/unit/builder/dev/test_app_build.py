"""What a change of files lets `pyrt dev` build. The first build is replaced: packages need pip."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pyrt_build.app import project
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.settings import read_settings
from pyrt_build.dev.app_build import AppBuild, is_of_settings
from pyrt_build.errors import BuildError
from pyrt_build.server_code.partition import partition

APP = """
from dash import Dash, html
import own

app = Dash(__name__)
app.layout = html.P(open("data.csv").read())
"""


@dataclass(frozen=True)
class Inputs:
    app: object
    stubs: tuple[str, ...] = ()
    server: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    own_compiled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    config: SiteConfig
    settings: object
    parts: object
    inputs: Inputs
    notes: tuple[str, ...] = ()


@pytest.fixture
def built(tmp_path, monkeypatch):
    """An app that has been built, and the numbers of whole and of quick builds."""
    for name, text in {"app.py": APP, "own.py": "", "data.csv": "1"}.items():
        (tmp_path / name).write_text(text)
    counts = {"whole": 0, "quick": 0}

    def prepare(config):
        counts["whole"] += 1
        found = project.find(config).config
        settings = read_settings(found)
        parts = partition(found, settings)
        return Prepared(found, settings, parts, Inputs(parts.app))

    def with_app(config, inputs, files):
        counts["quick"] += 1
        return {"app": inputs.app}

    monkeypatch.setattr("pyrt_build.build.prepare", prepare)
    monkeypatch.setattr(
        "pyrt_build.site.plan.plan", lambda config, inputs, warn: {"app": inputs.app}
    )
    monkeypatch.setattr("pyrt_build.site.plan.with_app", with_app)
    entry = tmp_path / "app.py"
    made = AppBuild(SiteConfig(entry=entry, out=tmp_path / "dist", target=str(entry)))
    made.build()
    return made, counts


def change(built, path, text):
    path.write_text(text)
    built.follow({path})


def test_a_change_of_the_apps_own_files_needs_no_packages(built, tmp_path):
    made, counts = built
    change(made, tmp_path / "app.py", APP.replace("html.P", "html.Div"))
    change(made, tmp_path / "data.csv", "2")
    assert counts == {"whole": 1, "quick": 2}
    assert b"html.Div" in made.app.read("app.py")


@pytest.mark.parametrize("line", ["import numpy", "import dash_ag_grid", "from dash import dcc"])
def test_another_import_of_a_package_is_looked_for(built, tmp_path, line):
    made, counts = built
    change(made, tmp_path / "own.py", line)
    assert counts["whole"] == (1 if "dash import" in line else 2)


def test_a_graph_may_need_plotly_js(built, tmp_path):
    made, counts = built
    change(made, tmp_path / "own.py", "from dash import dcc\ndcc.Graph()")
    assert counts["whole"] == 2


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "requirements.txt", "requirements-dev.txt", ".env", "Procfile"]
)
def test_files_that_name_packages_or_settings_are_read_again(built, tmp_path, name):
    made, counts = built
    assert is_of_settings(tmp_path / name)
    change(made, tmp_path / name, "")
    assert counts["whole"] == 2


def test_a_file_of_variables_may_have_any_name(built, tmp_path):
    made, counts = built
    made.config = replace(made.config, env_files=(tmp_path / "production.txt",))
    change(made, tmp_path / "production.txt", "A=1")
    assert counts["whole"] == 2


def test_an_error_leaves_the_last_build(built, tmp_path):
    made, _ = built
    before = made.files
    with pytest.raises(BuildError, match=r"app\.py:3"):
        change(made, tmp_path / "app.py", "\n\nif True")
    assert made.files is before
    change(made, tmp_path / "app.py", APP)
    assert made.files is not before


def test_what_it_has_read_is_watched_and_nothing_beside_it(built, tmp_path):
    made, _ = built
    read = set(made.read_files())
    assert {tmp_path / name for name in ("app.py", "own.py", "data.csv")} <= read
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "big.bin").write_bytes(b"1")
    assert Path(tmp_path / "lake") not in made.watched()
