"""Schemas of arguments."""

from typing import Any, Literal, Optional

import pytest
from dash import ALL, MATCH, Input, dash_table, dcc, html

from pyrt.agents.components import LayoutView, load_layout
from pyrt.agents.parameters import Parameter
from pyrt.agents.schemas import (
    describe_component_prop,
    hints_of,
    may_be_none,
    schema_of_annotation,
    schema_of_parameter,
    schema_of_prop,
)
from tests.support.agents import component_of


def of_prop(component, prop):
    return schema_of_prop(component_of(component), prop)


NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("component", "prop", "expected"),
    [
        (html.Button(), "n_clicks", {"anyOf": [{"type": "number"}, NULL]}),
        (dcc.Input(), "value", {"anyOf": [{"type": "string"}, {"type": "number"}, NULL]}),
        (dcc.Dropdown(), "multi", {"anyOf": [{"type": "boolean"}, NULL]}),
        (html.Div(), "style", {}),
        (html.Div(), "nonsense", None),
    ],
)
def test_the_types_of_dashs_components(component, prop, expected):
    assert of_prop(component, prop) == expected


def test_shapes_and_enumerations_of_dashs_components():
    cell: Any = of_prop(dash_table.DataTable(), "active_cell")
    cell = cell["anyOf"][0]
    assert cell["properties"]["row"] == {"type": "number"}
    kind: Any = of_prop(dcc.Input(), "type")
    assert "number" in kind["anyOf"][0]["enum"]


def test_the_documentation_of_dashs_components():
    button = component_of(html.Button())
    assert "times that this element has been clicked" in describe_component_prop(button, "n_clicks")
    assert describe_component_prop(button, "nonsense") == ""
    assert describe_component_prop(None, "value") == ""


def test_annotations():
    assert schema_of_annotation(int) == {"type": "integer"}
    assert schema_of_annotation(list[str]) == {"type": "array", "items": {"type": "string"}}
    assert schema_of_annotation(Literal["a", "b"]) == {"enum": ["a", "b"], "type": "string"}
    assert schema_of_annotation(Optional[int]) == {"anyOf": [{"type": "integer"}, NULL]}  # noqa: UP045
    assert schema_of_annotation(html.Div) == {"type": "string"}
    assert schema_of_annotation(None) is None
    assert schema_of_annotation(object()) is None


def test_whether_a_type_includes_none():
    assert may_be_none(int | None)
    assert may_be_none(Optional[int])  # noqa: UP045
    assert not may_be_none(int | str)
    assert not may_be_none(None)


def test_hints_that_cannot_be_resolved_stay_text():
    def f(x):
        pass

    f.__annotations__ = {"x": "Nonsense"}
    assert hints_of(f) == {"x": "Nonsense"}
    assert hints_of(None) == {}


VIEW = LayoutView(load_layout([dcc.Input(id={"type": "f", "index": n}) for n in (0, 1)]))


def test_a_wildcard_stands_for_components_with_their_ids():
    values = Parameter("v", Input({"type": "f", "index": ALL}, "value"))
    schema = schema_of_parameter(values, VIEW)
    assert schema["type"] == "array"
    assert schema["items"]["required"] == ["id", "property", "value"]
    assert {"type": "number"} in schema["items"]["properties"]["value"]["anyOf"]
    one = Parameter("v", Input({"type": "f", "index": MATCH}, "value"))
    assert schema_of_parameter(one, VIEW)["type"] == "object"


def test_an_annotation_counts_before_the_component():
    component = component_of(dcc.Input())
    typed = Parameter("v", Input("a", "value"), int, component)
    assert schema_of_parameter(typed, VIEW) == {"type": "integer"}
    assert schema_of_parameter(Parameter("v", Input("z", "value")), VIEW) == {}
