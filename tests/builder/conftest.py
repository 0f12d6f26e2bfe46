"""A builder without a network: tests.support.builder_world."""

import shutil

import pytest

from tests.support.builder_world import world_in


@pytest.fixture(scope="session")
def asked_before(tmp_path_factory):
    """A cache that has what nearly every test would ask pip for first."""
    with world_in(tmp_path_factory.mktemp("asked-before")) as world:
        app = "from dash import Dash, dcc\napp = Dash(__name__)\n"
        world.build({"app.py": app + "g = dcc.Graph\n"})
        world.build({"app.py": app + "import plotly\n"})
        return world.root / "cache"


@pytest.fixture
def world(tmp_path, asked_before):
    for part in ("asked", "wheels"):
        shutil.copytree(asked_before / part, tmp_path / "cache" / part)
    with world_in(tmp_path) as world:
        yield world
