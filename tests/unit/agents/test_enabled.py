"""Agents are offered nothing unless the app or its project says so."""

import pytest
from dash import Dash

from pyrt.agents.enabled import is_enabled, path_of


def make(**options):
    return Dash("app", use_pages=False, **options)


def test_it_is_off_by_default(monkeypatch):
    monkeypatch.delenv("DASH_MCP_ENABLED", raising=False)
    assert not is_enabled(make())


@pytest.mark.parametrize(
    ("given", "variable", "project", "expected"),
    [
        (True, None, False, True),
        (True, "false", False, True),
        (False, "true", True, False),
        (None, "true", False, True),
        (None, "false", True, False),
        (None, None, True, True),
        (None, "nonsense", True, False),
    ],
)
def test_the_app_wins_over_the_variable_and_that_over_the_project(
    monkeypatch, given, variable, project, expected
):
    monkeypatch.delenv("DASH_MCP_ENABLED", raising=False)
    if variable is not None:
        monkeypatch.setenv("DASH_MCP_ENABLED", variable)
    assert is_enabled(make(enable_mcp=given), by_project=project) is expected


def test_the_path_is_dashs(monkeypatch):
    assert path_of(make()) == "_mcp"
    assert path_of(make(mcp_path="/agents")) == "agents"
    monkeypatch.setenv("DASH_MCP_PATH", "elsewhere")
    assert path_of(make()) == "elsewhere"
