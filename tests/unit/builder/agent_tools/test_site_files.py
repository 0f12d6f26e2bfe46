"""Which sites offer tools to agents, and what they have for it."""

import pytest

from pyrt_build import static_files
from pyrt_build.agent_tools.site_files import engine_files, offers_tools
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import discover
from pyrt_build.app.settings import Settings


@pytest.fixture
def survey(tmp_path):
    def find(source, **others):
        (tmp_path / "app.py").write_text(source)
        for name, text in others.items():
            (tmp_path / f"{name}.py").write_text(text)
        return discover(tmp_path / "app.py")

    return find


def offers(app, *, mcp=False, **variables):
    config = SiteConfig(entry=app.entry, out=app.entry.parent / "dist", variables=variables)
    return offers_tools(config, app, Settings(mcp=mcp))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Dash(__name__)", False),
        ("Dash(__name__, enable_mcp=True)", True),
        ("Dash(__name__, enable_mcp=asked)", True),  # decided where it runs
        ("Dash(__name__, enable_mcp=False)", False),
        ("Dash(__name__, enable_mcp=None)", False),
        ("Dash(__name__, title='enable_mcp=True')", False),
    ],
)
def test_the_app_says_so(survey, call, expected):
    assert offers(survey(f"from dash import Dash\napp = {call}\n")) is expected


def test_a_module_of_the_app_says_so(survey):
    made = "from dash import Dash\napp = Dash(__name__, enable_mcp=True)\n"
    assert offers(survey("from made import app\n", made=made))


def test_the_project_or_a_variable_says_so(survey):
    app = survey("from dash import Dash\napp = Dash(__name__)\n")
    assert offers(app, mcp=True)
    assert offers(app, DASH_MCP_ENABLED="True")
    assert not offers(app, DASH_MCP_ENABLED="false")


def test_only_such_a_site_has_the_modules_and_none_has_the_sdk(survey):
    app = survey("from dash import Dash\napp = Dash(__name__)\n")
    assert engine_files(app, offers=False) == {}
    found = engine_files(app, offers=True)
    assert "pyrt/agents/open_page/tab.py" in found
    assert "pyrt/agents/protocol.py" not in found
    assert not any(b"import mcp" in text or b"from mcp" in text for text in found.values())


def test_the_names_of_dash_mcp_are_there_if_they_are_imported(survey):
    app = survey("from dash import Dash\nfrom dash.mcp import mcp_enabled\napp = Dash(__name__)\n")
    assert sorted(engine_files(app, offers=False)) == [
        "pyrt/agents/__init__.py",
        "pyrt/agents/settings.py",
        "pyrt/compat/dash/mcp/__init__.py",
    ]


def test_the_page_of_other_sites_has_nothing_of_it():
    if not (static_files.folder() / "agents_page.js").is_file():
        pytest.skip("`make web` has not built the page")
    for mark in (b"modelContext", b"tools for agents"):
        assert mark not in static_files.read("page.js")
        assert mark in static_files.read("agents_page.js")
