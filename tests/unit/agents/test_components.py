"""A layout as agents are told of it."""

from dash import ALL, dash_table, dcc, html

from pyrt.agents.components import LayoutView, class_of, load_layout
from tests.support.agents import component_of


def view(*children):
    return LayoutView(load_layout(html.Div(list(children))))


def test_components_are_found_by_their_id_also_below_other_props():
    found = view(dcc.Dropdown(id={"type": "x", "index": 1}), dcc.Loading(html.P(id="inner")))
    assert found.find('{"index":1,"type":"x"}')["type"] == "Dropdown"
    assert found.find("inner")["type"] == "P"
    assert found.find("none") is None


def test_a_pattern_finds_all_that_fit():
    found = view(*(dcc.Input(id={"type": kind, "index": 1}) for kind in "ab"))
    assert len(found.match({"type": ALL, "index": 1})) == 2
    assert found.match({"type": "a", "index": 1}) == []


def test_a_value_is_a_copy():
    found = view(dcc.Dropdown(id="a", options=["x"]))
    found.value("a", "options").append("y")
    assert found.value("a", "options") == ["x"]
    assert found.value("a", "multi") is None
    assert found.value("b", "value") is None


def test_labels_by_html_for_and_by_the_label_around():
    labels = view(
        html.Label("From", htmlFor="a"),
        dcc.Input(id="a"),
        html.Label(["To ", html.B("here"), dcc.Input(id="b")]),
        html.Label("", htmlFor="c"),
        html.Label(["Outer", html.Label(["Inner", dcc.Input(id="d")])]),
    ).labels
    assert labels == {"a": ["From"], "b": ["To here"], "d": ["Inner"]}


def test_the_text_of_a_component_is_that_of_all_below():
    found = view()
    tree = load_layout(html.Div(["a ", html.B(["b", html.I(3)]), None, True])).root
    assert found.text(tree) == "a b3"


def test_the_class_of_a_component():
    assert class_of(component_of(html.Div())) is html.Div
    assert class_of(component_of(dash_table.DataTable())) is dash_table.DataTable
    assert class_of({"namespace": "nowhere", "type": "X", "props": {}}) is None
