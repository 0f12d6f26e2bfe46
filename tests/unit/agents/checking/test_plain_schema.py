"""Schemas are checked in a tab as `jsonschema` checks them on a server."""

import builtins
from typing import Any

import jsonschema
import pytest

from pyrt.agents.checking import checks
from pyrt.agents.checking.plain_schema import find_problems
from pyrt.agents.open_page.page_tools import list_page_tools

VALUES: list[Any] = [
    *(None, True, False, 0, 1, 1.0, 1.5, -3, "", "a", "north", [], [1], [1, "a"], [1, 2, 3], {}),
    *({"a": 1}, {"a": "x"}, {"b": 1}, {"a": 1, "b": 2}, {"a": {"a": 1}}, [{"a": 1}], [[]]),
]
SCHEMAS = [
    {},
    *({"type": kind} for kind in ("null", "boolean", "string", "number", "integer")),
    *({"type": kind} for kind in ("array", "object", ["string", "null"])),
    {"enum": ["north", 1, None]},
    {"const": 1},
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]},
    {"oneOf": [{"type": "string"}, {"type": "null"}]},
    {"minimum": 1, "maximum": 1},
    {"exclusiveMinimum": 0, "exclusiveMaximum": 1.5},
    {"minLength": 1, "maxLength": 2},
    {"minItems": 1, "maxItems": 2, "items": {"type": "number"}},
    {"required": ["a"]},
    {"properties": {"a": {"type": "integer"}}, "additionalProperties": False},
    {"properties": {"a": {"properties": {"a": {"type": "string"}}}}},
    {"additionalProperties": {"type": "string"}},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_it_accepts_what_jsonschema_accepts(schema):
    validator = jsonschema.Draft202012Validator(schema)
    for value in VALUES:
        assert (not list(find_problems(schema, value))) == validator.is_valid(value), value


def test_what_is_wrong_is_named_with_its_path():
    (tool,) = [each for each in list_page_tools() if each["name"] == "set_values"]
    given = {"values": [{"component_id": 5, "property": "value"}]}
    assert list(find_problems(tool["inputSchema"], given)) == [
        "values.0: 'value' is missing",
        "values.0.component_id: 5 is not of type string",
    ]


def test_it_stands_in_where_jsonschema_is_missing(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "jsonschema":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    assert checks.check_schema("f", schema, {"n": 1}) == {"n": 1}
    with pytest.raises(checks.BadArguments, match="n: 'x' is not of type integer"):
        checks.check_schema("f", schema, {"n": "x"})
