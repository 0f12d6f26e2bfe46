"""Layout, components, pages and clientside callbacks as resources."""

import json

import pytest
from dash import Dash, Input, Output, dcc, html, register_page

from pyrt.agents.limits import MAX_RESULT
from pyrt.agents.resources import UnknownResource
from tests.support.agents import offer


def read(agents, uri):
    return json.loads(agents.resources.read(uri)["text"])


def simple(app):
    app.layout = html.Div([dcc.Dropdown(["x"], "x", id="d"), html.P(id={"t": "p", "n": 1})])
    return offer(app)


def test_the_layout_as_a_tree(app):
    layout = read(simple(app), "dash://layout")
    assert layout["type"] == "Div"
    assert layout["props"]["children"][0]["props"]["options"] == ["x"]


def test_the_components_by_id(app):
    assert read(simple(app), "dash://components") == [
        {"id": "d", "type": "Dropdown"},
        {"id": '{"n":1,"t":"p"}', "type": "P"},
    ] or read(simple(app), "dash://components") == [
        {"id": '{"n":1,"t":"p"}', "type": "P"},
        {"id": "d", "type": "Dropdown"},
    ]


def test_without_pages_and_clientside_callbacks_they_are_not_listed(app):
    agents = simple(app)
    assert [each["uri"] for each in agents.resources.list_all()] == [
        "dash://layout",
        "dash://components",
    ]
    assert agents.resources.templates() == []
    with pytest.raises(UnknownResource, match="dash://pages"):
        agents.resources.read("dash://pages")


def test_clientside_callbacks_tell_what_they_read_and_write(app):
    app.layout = html.Div([dcc.Input(id="a"), html.P(id="b")])
    app.clientside_callback("a => a", Output("b", "children"), Input("a", "value"))
    (callback,) = read(offer(app), "dash://clientside-callbacks")["callbacks"]
    assert callback == {
        "outputs": [{"component_id": "b", "property": "children"}],
        "inputs": [{"component_id": "a", "property": "value"}],
        "state": [],
    }


def with_pages():
    app = Dash("app", assets_folder="", pages_folder="", use_pages=True)
    register_page("home", path="/", layout=html.P("Home", id="h"), title="Start", description="D")
    register_page("more", path="/more", layout=lambda: [html.P(id="m")], title=lambda: "t")
    return offer(app)


def test_pages():
    agents = with_pages()
    assert read(agents, "dash://pages") == [
        {"module": "home", "path": "/", "name": "Home", "title": "Start", "description": "D"},
        {"module": "more", "path": "/more", "name": "More", "title": "More", "description": ""},
    ]
    assert [each["uriTemplate"] for each in agents.resources.templates()] == [
        "dash://page-layout/{path}"
    ]


def test_the_layout_of_a_page():
    agents = with_pages()
    assert read(agents, "dash://page-layout/")["props"]["id"] == "h"
    more = read(agents, "dash://page-layout/more")
    assert more["props"]["children"][0]["props"]["id"] == "m"
    with pytest.raises(UnknownResource, match=r"'/none'. There are: /, /more"):
        agents.resources.read("dash://page-layout/none")


def test_the_components_of_all_pages_are_listed():
    ids = {each["id"] for each in read(with_pages(), "dash://components")}
    assert {"h", "m"} <= ids


def test_a_large_layout_is_cut_and_says_so(app):
    app.layout = html.Div([html.P("x" * 1000) for _ in range(500)])
    found = offer(app).resources.read("dash://layout")
    assert len(found["text"]) <= MAX_RESULT
    assert json.loads(found["text"])["type"] == "Div"
    assert "was cut" in found["_meta"]["note"]


def test_an_unknown_resource_is_told_with_those_that_there_are(app):
    with pytest.raises(UnknownResource, match=r"There are: dash://layout, dash://components"):
        simple(app).resources.read("dash://nonsense")
