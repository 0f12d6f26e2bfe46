"""The starts of a playground: their empty apps."""

import ast
from itertools import pairwise

import pytest

from pyrt_build.playground.starts import STARTS, write_project


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.name)
def test_the_empty_app_imports_what_is_to_be_ready_and_names_the_parts_of_components(start):
    tree = ast.parse(start.source)
    imported = [n.names[0].name for n in ast.walk(tree) if isinstance(n, ast.Import)]
    assert tuple(imported) == start.imports
    assert "DatePicker" in start.source
    assert ("Graph" in start.source) == start.has_graphs


def test_each_start_has_all_that_the_one_before_has():
    for smaller, larger in pairwise(STARTS):
        assert {*smaller.requirements} < {*larger.requirements}
        assert larger.has_graphs >= smaller.has_graphs


def test_a_project_has_its_requirements(tmp_path):
    entry = write_project(tmp_path, "source", ["numpy", "x>1"])
    assert entry.read_text() == "source"
    assert (tmp_path / "requirements.txt").read_text() == "dash\nnumpy\nx>1\n"
    assert "first-paint = false" in (tmp_path / "pyproject.toml").read_text()
