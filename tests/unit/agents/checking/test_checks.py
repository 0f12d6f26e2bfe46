"""What an agent gives is checked before anything runs."""

import pytest
from dash import Input, Output, dcc, html

from pyrt.agents.checking.checks import BadArguments, check_schema
from tests.support.agents import call, offer, text_of

SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "s": {"type": "string"}},
    "required": ["n"],
}


def test_good_arguments_are_returned_without_nulls_that_may_be_left_out():
    assert check_schema("f", SCHEMA, {"n": 1, "s": None}) == {"n": 1}


@pytest.mark.parametrize("arguments", [[], "text", None, 5])
def test_arguments_are_an_object(arguments):
    with pytest.raises(BadArguments, match="must be a JSON object"):
        check_schema("f", SCHEMA, arguments)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(BadArguments) as error:
        check_schema("f", SCHEMA, {"s": 5, "x": 1})
    assert str(error.value).splitlines() == [
        "f was not called:",
        "x: f has no such argument. It has: n, s.",
        "'n' is a required property",
        "s: 5 is not of type 'string'",
    ]


def test_a_long_value_does_not_fill_the_message():
    with pytest.raises(BadArguments) as error:
        check_schema("f", SCHEMA, {"n": "x" * 1_000_000})
    assert len(str(error.value)) < 1000


def region(app, **options):
    app.layout = html.Div([dcc.Dropdown(id="region", **options), html.P(id="o")])
    calls = []

    @app.callback(Output("o", "children"), Input("region", "value"))
    def show(value):
        calls.append(value)
        return value

    agents = offer(app)
    agents.catalog.initial_value("o", "children")
    calls.clear()
    return agents, calls


def test_a_value_that_is_no_option_does_not_reach_the_callback(app):
    agents, calls = region(app, options=["a", "b"], value="a")
    result = call(agents, "show", {"value": "z"})
    assert result["isError"]
    assert 'value: "z" is not one of its options: "a", "b" (region).' in text_of(result)
    assert calls == []


def test_the_value_of_the_layout_is_always_good(app):
    agents, calls = region(app, options=["a"], value="old", disabled=True)
    assert "isError" not in call(agents, "show", {"value": "old"})
    assert call(agents, "show", {"value": "a"})["isError"]
    assert calls == ["old"]


def test_options_that_a_callback_writes_are_not_known(app):
    agents, calls = region(app, options=["a"], value="a")
    app.callback(Output("region", "options"), Input("o", "title"))(lambda title: [title])
    assert "isError" not in call(agents, "show", {"value": "later"})
    assert calls[-1:] == ["later"]
