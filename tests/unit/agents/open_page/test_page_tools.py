"""What an agent can do to its page."""

import json

import jsonschema
import pytest
from dash import Input, Output, dcc, html

from pyrt.agents.checking.checks import BadArguments
from pyrt.agents.open_page.page_tools import ConfirmFirst, list_page_tools


def change(component_id, value, prop="value"):
    return {"values": [{"component_id": component_id, "property": prop, "value": value}]}


def changed(result):
    return result["structuredContent"]["changed"]


def region(app):
    @app.callback(Output("title", "children"), Input("region", "value"))
    def show(value):
        return f"Sales, {value}"

    return (
        html.Label("Region", htmlFor="region"),
        dcc.Dropdown(["North", "South"], "North", id="region"),
        html.H1(id="title"),
    )


def test_the_page_is_read_after_its_first_callbacks(app, open_page):
    found = open_page(*region(app)).call("read_page", {})["structuredContent"]
    assert "Sales, North" in found["text"]
    dropdown = next(each for each in found["components"] if each["id"] == "region")
    assert dropdown == {
        "id": "region",
        "type": "Dropdown",
        "value": "North",
        "options": ["North", "South"],
        "label": ["Region"],
    }
    assert (found["path"], found["errors"]) == ("/", [])


def test_one_component_or_one_property(app, open_page):
    tools = open_page(*region(app))
    one = tools.call("read_page", {"component_id": "region"})["structuredContent"]
    assert one["props"]["options"] == ["North", "South"]
    prop = {"component_id": "title", "property": "children"}
    assert tools.call("read_page", prop)["structuredContent"]["props"] == {
        "children": "Sales, North"
    }
    for wrong in ({"component_id": "none"}, {"component_id": "title", "property": "none"}):
        with pytest.raises(BadArguments, match="none"):
            tools.call("read_page", wrong)


def test_a_change_tells_what_the_callbacks_have_changed(app, open_page):
    result = open_page(*region(app)).call("set_values", change("region", "South"))
    assert changed(result) == {
        "region": {"value": "South"},
        "title": {"children": "Sales, South"},
    }


def test_what_a_user_could_not_do_changes_nothing(app, open_page):
    tools = open_page(*region(app))
    values = [
        *change("region", "South")["values"],
        *change("region", "West")["values"],
        *change("title", "x", "children")["values"],
        *change("none", 1)["values"],
    ]
    with pytest.raises(BadArguments) as error:
        tools.call("set_values", {"values": values})
    assert str(error.value).splitlines() == [
        "Nothing was changed:",
        'region.value: "West" is not one of its options: "North", "South".',
        "title.children: a user cannot change that; they can change nothing.",
        "none: the page has no such component now.",
    ]
    assert tools.view.value("region", "value") == "North"


def test_options_that_a_callback_has_written_count(app, open_page):
    @app.callback(Output("city", "options"), Input("region", "value"))
    def fill(value):
        return [f"{value} 1"]

    tools = open_page(
        dcc.Dropdown(["North", "South"], "North", id="region"), dcc.Dropdown(id="city")
    )
    with pytest.raises(BadArguments):
        tools.call("set_values", change("city", "South 1"))
    tools.call("set_values", change("region", "South"))
    assert changed(tools.call("set_values", change("city", "South 1"))) == {
        "city": {"value": "South 1"}
    }


def counter(app, **options):
    app.callback(Output("n", "children"), Input("b", "n_clicks"))(lambda n: f"{n}")
    return html.Button("Go", id="b", **options), html.P(id="n")


def test_a_click(app, open_page):
    result = open_page(*counter(app)).call("click", {"component_id": "b"})
    assert changed(result)["n"] == {"children": "1"}


def test_a_disabled_button_takes_no_click(app, open_page):
    with pytest.raises(BadArguments, match="disabled"):
        open_page(*counter(app, disabled=True)).call("click", {"component_id": "b"})


def test_what_takes_no_clicks_and_what_is_not_there(app, open_page):
    tools = open_page(*region(app))
    for component_id in ("region", "none"):
        with pytest.raises(BadArguments, match=component_id):
            tools.call("click", {"component_id": component_id})


def test_an_exception_of_a_callback_is_told(app, open_page):
    @app.callback(Output("n", "children"), Input("b", "n_clicks"), prevent_initial_call=True)
    def fail(n):
        raise ValueError("boom")

    tools = open_page(html.Button(id="b"), html.P(id="n"))
    (error,) = tools.call("click", {"component_id": "b"})["structuredContent"]["errors"]
    assert "boom" in error
    assert any(
        "boom" in each for each in tools.call("read_page", {})["structuredContent"]["errors"]
    )


def test_a_dialog_around_a_button_asks_first(app, open_page):
    @app.callback(Output("n", "children"), Input("sure", "submit_n_clicks"))
    def delete(n):
        return f"deleted {n}"

    tools = open_page(
        dcc.ConfirmDialogProvider(html.Button(id="b"), id="sure", message="Delete?"),
        html.P(id="n"),
    )
    for component_id in ("b", "sure"):
        with pytest.raises(ConfirmFirst, match="Delete"):
            tools.call("click", {"component_id": component_id})
    assert tools.view.value("n", "children") == "deleted None"
    result = tools.call("click", {"component_id": "b"}, is_confirmed=True)
    assert changed(result)["n"] == {"children": "deleted 1"}


def test_a_dialog_that_is_not_open_cannot_be_confirmed(app, open_page):
    tools = open_page(dcc.ConfirmDialog(id="sure", message="Sure?"))
    with pytest.raises(BadArguments, match="not open"):
        tools.call("click", {"component_id": "sure"})


def test_content_with_components_that_are_told_themselves_is_left_out(app, open_page):
    @app.callback(Output("box", "children"), Input("b", "n_clicks"))
    def fill(n):
        return [html.P(f"{n}", id="inner")]

    tools = open_page(html.Button(id="b"), html.Div(id="box"))
    assert set(changed(tools.call("click", {"component_id": "b"}))) == {"b", "inner"}


def test_components_that_a_callback_removes_are_told(app, open_page):
    @app.callback(Output("box", "children"), Input("b", "n_clicks"), prevent_initial_call=True)
    def clear(n):
        return None

    tools = open_page(html.Button(id="b"), html.Div(html.P(id="gone"), id="box"))
    result = tools.call("click", {"component_id": "b"})
    assert result["structuredContent"]["removed"] == ["gone"]


def test_time_passes_only_if_it_is_let(app, open_page):
    app.callback(Output("n", "children"), Input("every", "n_intervals"))(lambda n: f"{n}")
    tools = open_page(dcc.Interval(id="every", interval=1000), html.P(id="n"))
    result = tools.call("wait", {"seconds": 3})
    assert changed(result)["n"] == {"children": "3"}


def test_the_tools_have_valid_schemas():
    names = []
    for tool in list_page_tools():
        jsonschema.Draft202012Validator.check_schema(tool["inputSchema"])
        names.append(tool["name"])
    assert names == ["read_page", "set_values", "click", "navigate", "wait"]
    assert json.dumps(list_page_tools())
