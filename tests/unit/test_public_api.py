import tomllib
from pathlib import Path

import dash
import dash.dash
import dash.resources
import pytest

import pyrt
from pyrt.errors import PyrtError
from pyrt.resources import Scripts


def test_the_names_of_pyrt_are_these_and_all_of_them_exist():
    assert pyrt.__all__ == ["Dash", "PyrtError", "__version__"]
    for name in pyrt.__all__:
        assert getattr(pyrt, name) is not None
    assert pyrt.PyrtError is PyrtError
    with pytest.raises(AttributeError, match="module 'pyrt' has no attribute 'nothing'"):
        _ = pyrt.nothing


def test_the_version_is_that_of_the_distribution():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert pyrt.__version__ == project["version"]


def test_the_app_is_the_same_under_all_its_names():
    assert pyrt.Dash is dash.Dash is dash.dash.Dash
    assert dash.dash.page_container is dash.page_container
    assert dash.resources.Scripts is Scripts
