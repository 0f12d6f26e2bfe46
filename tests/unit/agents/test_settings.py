"""What an app lets agents see."""

import pytest
from dash import Input, Output, dcc, html
from dash.mcp import configure_mcp_server, mcp_enabled

from pyrt.agents import settings
from tests.support.agents import call, offer, text_of, tools_of


def test_an_argument_that_is_left_out_changes_nothing():
    configure_mcp_server(include_layout=False)
    configure_mcp_server(include_pages=False)
    now = settings.current()
    assert (now.include_layout, now.include_pages, now.include_callbacks) == (False, False, True)


def test_each_change_makes_a_new_revision():
    before = settings.revision()
    configure_mcp_server(include_layout=True)
    mcp_enabled(lambda: 1, name="one")
    assert settings.revision() == before + 2


def test_a_callback_must_not_change_the_settings(app):
    app.layout = html.Div([dcc.Input(id="a", value="x"), html.Div(id="b")])

    @app.callback(Output("b", "children"), Input("a", "value"))
    def change(_):
        configure_mcp_server(include_layout=False)

    result = call(offer(app), "change", {"_": "y"})
    assert result["isError"]
    assert "a setting of the app" in text_of(result)
    assert settings.current().include_layout


def test_without_everything_a_decorated_function_is_left(app):
    app.layout = html.Div([dcc.Input(id="a"), html.Div(id="b")])
    app.callback(Output("b", "children"), Input("a", "value"))(str)

    @mcp_enabled
    def my_tool(x: int) -> int:
        return x * 2

    configure_mcp_server(
        include_layout=False,
        include_callbacks=False,
        include_clientside_callbacks=False,
        include_pages=False,
    )
    agents = offer(app)
    assert list(tools_of(agents)) == ["my_tool"]
    assert agents.resources.list_all() == []


def test_the_decorator_returns_a_function_that_does_the_same():
    @mcp_enabled(name="other")
    def double(x: int) -> int:
        """Double."""
        return x * 2

    assert (double(4), double.__doc__) == (8, "Double.")
    assert list(settings.functions()) == ["other"]


@pytest.mark.parametrize("expose", [None, True, False])
def test_a_function_keeps_whether_its_docstring_is_shown(expose):
    mcp_enabled(expose_docstring=expose)(test_each_change_makes_a_new_revision)
    (function,) = settings.functions().values()
    assert function.expose_docstring is expose
