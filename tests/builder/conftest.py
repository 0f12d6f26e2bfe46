"""A builder without a network: tests.support.workspace."""

import shutil

import pytest

from pyrt_build.packages import pip_program
from tests.support import ready_pip
from tests.support.workspace import make_workspace


@pytest.fixture(scope="session")
def quick_pip():
    """The builder runs a pip that has its modules."""
    with ready_pip.serving() as program, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pip_program, "PROGRAM", program)
        yield


@pytest.fixture(scope="session")
def asked_before(tmp_path_factory, quick_pip):
    """A cache that has what nearly every test would ask pip for first."""
    with pytest.MonkeyPatch.context() as patch:
        workspace = make_workspace(tmp_path_factory.mktemp("asked-before"), patch)
        app = "from dash import Dash, dcc\napp = Dash(__name__)\n"
        workspace.build({"app.py": app + "g = dcc.Graph\n"})
        workspace.build({"app.py": app + "import plotly\n"})
        return workspace.root / "cache"


@pytest.fixture
def workspace(tmp_path, monkeypatch, asked_before):
    for part in ("asked", "wheels"):
        shutil.copytree(asked_before / part, tmp_path / "cache" / part)
    return make_workspace(tmp_path, monkeypatch)
