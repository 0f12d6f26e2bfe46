"""Names that a newer version of a package does not have any more."""

import ast

import pytest

from pyrt_build.packages import pip
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.packages.search.removed_names import (
    find_uses,
    removed_names,
    removed_properties,
)
from tests.support.workspace import Workspace

VERSIONS = {
    "5.0": "Scatter Scattermapbox",
    "6.0": "Scatter Scattermapbox",
    "6.5": "Scatter Scattermapbox Scattermap",
    "7.0": "Scatter Scattermapbox Scattermap",
    "7.1": "Scatter Scattermap",
    "7.2": "Scatter Scattermap",
}


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """What is said of an app's text, with the newest version in its site."""
    world = Workspace(tmp_path)
    paths = {
        version: world.add_wheel(
            "plotly", version, {"plotly/__init__.py": "", "plotly/graph_objects/__init__.py": names}
        )
        for version, names in VERSIONS.items()
    }

    def newest(requirements, _index_url):
        (requirement,) = requirements
        version = str(requirement.specifier).removeprefix("==")
        return {"plotly": pip.Wheel("plotly", version, paths[version].name, "")}

    monkeypatch.setattr(pip, "versions", lambda *_: list(VERSIONS))
    monkeypatch.setattr(pip, "newest", newest)
    monkeypatch.setattr(pip, "fetch", lambda found, _: {"plotly": paths[found[0].version]})
    locked = [LockedPackage("plotly", "7.2", paths["7.2"], "")]

    def said(text):
        uses = find_uses("app.py", ast.parse(text))
        return [note.text for note in removed_names(uses, locked, None)]

    return said


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("import plotly.graph_objects as go\ngo.Scattermapbox()\n", "app.py:2 uses go.Scatter"),
        ("from plotly import graph_objects as g\ng.Scattermapbox()\n", "app.py:2 uses g.Scatter"),
        ("from plotly.graph_objects import Scattermapbox\n", "app.py:1 uses Scattermapbox"),
    ],
)
def test_the_last_version_that_had_a_name_is_named(notes, text, use):
    (said,) = notes(text)
    assert said.startswith(use)
    assert "which plotly 7.2 does not have; 7.0 was the last version that had it." in said
    assert "Write plotly<=7.0 in the requirements" in said


@pytest.mark.parametrize(
    "text",
    [
        "import plotly.graph_objects as go\ngo.Scatter()\ngo.Scattermap()\n",
        "import plotly.graph_objects as go\ngo.Neverthere()\n",
        "import other as go\ngo.Scattermapbox()\n",
        "from plotly import graph_objects\n",
    ],
)
def test_what_is_there_or_never_was_is_not(notes, text):
    assert notes(text) == []


def test_a_property_that_plotly_has_removed_is_named_with_the_last_version_that_had_it():
    error = (
        "ValueError: Invalid property specified for object of type "
        "plotly.graph_objs.layout.YAxis: '{}'\n\nDid you mean \"tickfont\"?"
    )
    (said,) = removed_properties(error.format("titlefont"))
    assert said.startswith("plotly.graph_objs.layout.YAxis has no titlefont since plotly 6; 5.24.1")
    assert removed_properties(error.format("tilefont")) == [], "a mistake of its own"
