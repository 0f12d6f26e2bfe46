"""`props.json`: types and documentation of Dash's components, for agents."""

import json
from typing import Any

import pytest

from tools import prop_types

NULL = {"type": "null"}


def schema(kind, prop="x"):
    return prop_types.schema_of(prop, {"type": kind})


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ({"name": "string"}, {"anyOf": [{"type": "string"}, NULL]}),
        ({"name": "any"}, {}),
        ({"name": "func"}, {}),
        (
            {"name": "union", "value": [{"name": "number"}, {"name": "bool"}]},
            {"anyOf": [{"type": "number"}, {"type": "boolean"}, NULL]},
        ),
        ({"name": "union", "value": [{"name": "any"}, {"name": "bool"}]}, {}),
        (
            {"name": "arrayOf", "value": {"name": "string"}},
            {"anyOf": [{"type": "array", "items": {"type": "string"}}, NULL]},
        ),
        (
            {"name": "objectOf", "value": {"name": "number"}},
            {"anyOf": [{"type": "object", "additionalProperties": {"type": "number"}}, NULL]},
        ),
        (
            {"name": "enum", "value": [{"value": "'a'"}, {"value": "1"}, {"value": "undefined"}]},
            {"anyOf": [{"enum": ["a", 1, None]}, NULL]},
        ),
        ({"name": "enum", "value": [{"value": "Some.name"}]}, {}),
        (
            {"name": "shape", "value": {"a": {"name": "bool", "required": True}}},
            {
                "anyOf": [
                    {
                        "type": "object",
                        "properties": {"a": {"type": "boolean"}},
                        "required": ["a"],
                    },
                    NULL,
                ]
            },
        ),
    ],
)
def test_the_schema_of_a_prop_type(kind, expected):
    assert schema(kind) == expected


def test_ids_and_dates_take_what_dash_takes():
    assert {"type": "object"} in schema({"name": "string"}, "id")["anyOf"]
    assert schema({"name": "string"}, "date") == {"anyOf": [{"type": "string"}, NULL]}


def test_the_first_sentence_of_a_description():
    assert prop_types.first_sentence({"description": "One.\nTwo\nlines."}) == "One."
    assert prop_types.first_sentence({"description": "No end\nat all"}) == "No end at all"
    assert prop_types.first_sentence({}) == ""


def test_the_file_is_by_namespace_and_component():
    props: Any = {
        "a": {"type": {"name": "bool"}, "description": "A."},
        "b": {},
        "setProps": {},
    }
    made = prop_types.describe({"dcc": {"src/Thing.react.js": {"props": props}}})
    assert made == {
        "dash_core_components": {"Thing": {"a": [{"anyOf": [{"type": "boolean"}, NULL]}, "A."]}}
    }
    assert json.dumps(made)
