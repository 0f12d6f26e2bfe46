"""Functions with `mcp_enabled`."""

import json

from dash import html
from dash.mcp import configure_mcp_server, mcp_enabled

from tests.support.agents import call, offer, text_of, tools_of


def with_function(app, function=None, **options):
    app.layout = html.Div()
    mcp_enabled(**options)(function)
    return offer(app)


def add(a: int, b: int = 2) -> int:
    """Add numbers."""
    return a + b


def test_types_become_schemas(app):
    tool = tools_of(with_function(app, add))["add"]
    assert tool["inputSchema"] == {
        "type": "object",
        "properties": {
            "a": {"type": "integer"},
            "b": {"type": "integer", "description": "Optional."},
        },
        "required": ["a"],
    }
    assert tool["outputSchema"]["properties"] == {"result": {"type": "integer"}}
    assert "Add" not in tool["description"]


def test_what_may_be_none_may_be_left_out(app):
    def search(query: str, limit: int | None) -> None:
        pass

    tool = tools_of(with_function(app, search))["search"]
    assert tool["inputSchema"]["required"] == ["query"]
    assert "outputSchema" not in tool


def test_a_docstring_is_shown_if_the_function_says_so(app):
    assert tools_of(with_function(app, add, expose_docstring=True))["add"]["description"] == (
        "Add numbers."
    )


def test_a_docstring_is_shown_if_the_app_says_so(app):
    configure_mcp_server(expose_callback_docstrings=True)
    assert tools_of(with_function(app, add))["add"]["description"] == "Add numbers."


def test_a_name_of_its_own(app):
    agents = with_function(app, add, name="sum")
    assert "add" not in tools_of(agents)
    result = call(agents, "sum", {"a": 4})
    assert (text_of(result), result["structuredContent"]) == ("6", {"result": 6})


def test_an_exception_is_an_error_result(app):
    def fail(x: int) -> str:
        raise ValueError("boom")

    result = call(with_function(app, fail), "fail", {"x": 1})
    assert result == {"content": [{"type": "text", "text": "ValueError: boom"}], "isError": True}


def test_wrong_types_do_not_reach_the_function(app):
    def fail(x: int) -> str:
        raise AssertionError

    result = call(with_function(app, fail), "fail", {"x": "1"})
    assert "'1' is not of type 'integer'" in text_of(result)


def test_async_functions_and_values_that_are_no_json(app):
    async def component() -> object:
        return html.B("text")

    result = call(with_function(app, component), "component")
    assert json.loads(text_of(result))["type"] == "B"


def test_a_value_that_cannot_be_json_is_an_error(app):
    def thing() -> object:
        return object()

    assert "thing" in text_of(call(with_function(app, thing), "thing"))
