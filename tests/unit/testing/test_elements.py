"""Components as a test sees them."""

import pytest
from dash import html

from pyrt.model.serialize import to_json_value
from pyrt.testing.elements import as_elements, known_props, nearest


def test_elements_have_props_as_attributes_and_nest():
    data = to_json_value(html.Div([html.P("a", title="t"), html.P(["b", html.B("c")])], id="x"))
    element = as_elements(data)
    assert (element.type, element.id, element.hidden) == ("Div", "x", None)
    assert element.children[0].title == "t"
    assert [each.text for each in element.find_all("P")] == ["a", "bc"]
    assert element.text == "a\nbc"
    assert element.find_all("B")[0].props == {"children": "c"}
    with pytest.raises(AttributeError, match=r"Div has no prop 'titel'. Do you mean 'title'"):
        element.titel  # noqa: B018


def test_elements_equal_components():
    element = as_elements(to_json_value(html.P(["x", html.B("y")], **{"data-row": 1})))
    assert element == html.P(["x", html.B("y")], **{"data-row": 1})
    assert element != html.P("x")
    assert element["data-row"] == 1
    assert "P(children=" in repr(element)


def test_names_that_are_near_are_named():
    assert nearest("childrn", ["children", "id"]) == " Do you mean 'children'?"
    assert nearest("zzz", ["children"]) == ""
    assert known_props("unknown_package", "Thing") is None
