"""What happens when an agent calls a tool."""

import jsonschema
import pytest
from dash import MATCH, Dash, Input, Output, State, ctx, dcc, html, set_props
from dash.exceptions import PreventUpdate

from pyrt.agents.tools import UnknownTool
from tests.support.agents import call, offer, text_of, tools_of


def response_of(result):
    return result["structuredContent"]["response"]


def test_a_callback_is_called_with_the_arguments(app):
    app.layout = html.Div([html.Button(id="b"), dcc.Input(id="i", value="x"), html.P(id="o")])

    @app.callback(Output("o", "children"), Input("b", "n_clicks"), State("i", "value"))
    def update(n, value):
        return f"{n} {value} {ctx.triggered_id}"

    agents = offer(app)
    assert response_of(call(agents, "update", {"n": 3, "value": "y"})) == {
        "o": {"children": "3 y b"}
    }
    assert response_of(call(agents, "update", {"value": "y"})) == {"o": {"children": "None y None"}}


def test_async_callbacks(app):
    app.layout = html.Div([dcc.Input(id="i"), html.P(id="o")])

    @app.callback(Output("o", "children"), Input("i", "value"))
    async def later(value):
        return value * 2

    assert response_of(call(offer(app), "later", {"value": "ab"})) == {"o": {"children": "abab"}}


def test_match_writes_the_component_of_the_given_id(app):
    app.layout = html.Div(
        [dcc.Input(id={"t": "i", "n": 1}), html.P(id={"t": "o", "n": 1})],
    )
    output, given = {"t": "o", "n": MATCH}, {"t": "i", "n": MATCH}
    app.callback(Output(output, "children"), Input(given, "value"))(lambda value: value)
    entry = {"id": {"t": "i", "n": 1}, "property": "value", "value": "x"}
    result = call(offer(app), "lambda", {"value": entry})
    assert response_of(result) == {'{"n":1,"t":"o"}': {"children": "x"}}


def test_an_id_that_does_not_fit_is_refused(app):
    app.layout = html.Div([dcc.Input(id={"t": "i", "n": 1}), html.P(id="o")])
    app.callback(Output("o", "children"), Input({"t": "i", "n": MATCH}, "value"))(repr)
    entry = {"id": {"t": "other", "n": 1}, "property": "value", "value": "x"}
    result = call(offer(app), "repr", {"param_0": entry})
    assert result["isError"]


def test_set_props_is_in_the_side_update(app):
    app.layout = html.Div([html.Button(id="b"), html.P(id="o")])

    @app.callback(Input("b", "n_clicks"), prevent_initial_call=True)
    def log(n):
        set_props("o", {"children": f"{n}"})

    result = call(offer(app), "log", {"n": 3})
    assert result["structuredContent"]["sideUpdate"] == {"o": {"children": "3"}}


def failing(app, error):
    app.layout = html.Div([dcc.Input(id="i"), html.P(id="o")])

    @app.callback(Output("o", "children"), Input("i", "value"))
    def fail(value):
        raise error


def test_an_exception_is_an_error_result(app):
    failing(app, ValueError("secret"))
    result = call(offer(app), "fail", {"value": "x"})
    assert result["isError"]
    assert text_of(result) == "ValueError: secret"


def test_a_server_does_not_tell_what_an_exception_says(app):
    failing(app, ValueError("secret"))
    result = call(offer(app, debug=False), "fail", {"value": "x"})
    assert result["isError"]
    assert "secret" not in text_of(result)


def test_a_callback_that_prevents_its_update_has_changed_nothing(app):
    failing(app, PreventUpdate())
    result = call(offer(app), "fail", {"value": "x"})
    assert "isError" not in result
    assert response_of(result) == {}
    assert result["content"][1]["text"] == "The callback changed nothing."


def test_an_unknown_tool(app):
    app.layout = html.Div()
    with pytest.raises(UnknownTool, match="Tool not found: nonsense"):
        call(offer(app), "nonsense")


def test_an_app_without_callbacks_has_one_tool(app):
    app.layout = html.Div(id="root")
    assert list(tools_of(offer(app))) == ["get_dash_component"]


def test_an_app_whose_layout_is_a_function(app):
    app.layout = lambda: html.Div([dcc.Input(id="i", value="x")])
    result = call(offer(app), "get_dash_component", {"component_id": "i"})
    assert result["structuredContent"]["properties"]["value"]["initial_value"] == "x"


def component(app, **arguments):
    app.layout = html.Div(
        [
            html.Label("Fruit", htmlFor="d"),
            dcc.Dropdown(["a", "b"], "a", id="d"),
            html.P(id="o"),
            html.P(id="elsewhere"),
        ]
    )

    @app.callback(Output("o", "children"), Input("d", "value"))
    def show(value):
        return f"<{value}>"

    return call(offer(app), "get_dash_component", arguments)


def test_one_component_with_all_it_has(app):
    found = component(app, component_id="d")["structuredContent"]
    assert (found["component_type"], found["label"]) == ("Dropdown", ["Fruit"])
    assert found["properties"]["value"] == {
        "initial_value": "a",
        "modified_by_tool": [],
        "input_to_tool": ["show"],
    }


def test_one_property_with_the_value_that_a_callback_writes(app):
    found = component(app, component_id="o", property="children")["structuredContent"]
    assert found["label"] is None
    assert found["properties"] == {
        "children": {
            "initial_value": "<a>",
            "modified_by_tool": ["show"],
            "input_to_tool": [],
        }
    }


def test_a_component_that_is_not_there(app):
    result = component(app, component_id="x")
    assert result["isError"]
    assert "dash://components" in text_of(result)


def test_the_id_is_needed(app):
    result = component(app)
    assert result["isError"]
    assert "'component_id' is a required property" in text_of(result)


def confirmed(app):
    app.layout = html.Div([dcc.ConfirmDialog(id="c", message="Delete all?"), html.P(id="o")])

    @app.callback(Output("o", "children"), Input("c", "submit_n_clicks"))
    def delete(n):
        return f"deleted {n}"

    return offer(app)


def test_what_stands_behind_a_dialog_asks_the_user(app):
    asked: list[str] = []
    result = call(confirmed(app), "delete", {"n": 1}, agrees=True, asked=asked)
    assert response_of(result) == {"o": {"children": "deleted 1"}}
    assert asked == ["The app asks before it runs delete: 'Delete all?'"]


def test_without_confirmation_nothing_runs(app):
    result = call(confirmed(app), "delete", {"n": 1})
    assert result["isError"]
    assert "the user has not confirmed it" in text_of(result)


def test_results_have_the_schema_that_is_announced(app):
    app.layout = html.Div([dcc.Input(id="i"), html.P(id="o")])
    app.callback(Output("o", "children"), Input("i", "value"))(lambda value: value)
    agents = offer(app)
    tools = tools_of(agents)
    for name, arguments in (
        ("lambda", {"value": "x"}),
        ("get_dash_component", {"component_id": "i"}),
    ):
        result = call(agents, name, arguments)
        jsonschema.validate(result["structuredContent"], tools[name]["outputSchema"])


def test_the_apps_of_a_process_do_not_share_tools(app):
    app.layout = html.Div([dcc.Input(id="i"), html.P(id="o")])
    app.callback(Output("o", "children"), Input("i", "value"))(repr)
    other = Dash("other", use_pages=False)
    other.layout = html.Div()
    assert "repr" in tools_of(offer(app))
    assert "repr" not in tools_of(offer(other))
