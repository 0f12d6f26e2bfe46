"""JSON schemas of the arguments of tools, from annotations, roles, and types of components.

The first that is known counts:

    wildcard id               a list of `{id, property, value}`, or one for MATCH
    annotation                of the callback's parameter
    role                      `pyrt.agents.roles`
    type of the prop          of Dash's components in `props.json` (tools/prop_types.py), of others
                              in the annotations of their class
"""

import inspect
import json
import re
import types
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyrt.agents.components import Described, LayoutView, class_of
from pyrt.agents.parameters import Parameter
from pyrt.agents.roles import Schema, schema_of_role
from pyrt.model.component import Component

PROPS_PATH = Path(__file__).with_name("props.json")
_DOCUMENTED = re.compile(r"^[ ]*- (\w+) \([^)]+\):\s*\n((?:[ ]+.+\n?)*)", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def schema_of_parameter(parameter: Parameter, view: LayoutView) -> Schema:
    """Return the schema of one argument of a callback's tool; empty if nothing is known."""
    wildcard = parameter.wildcard
    if wildcard:
        item = {
            "type": "object",
            "required": ["id", "property", "value"],
            "properties": {
                "value": _schema_of_match(parameter, view),
                "property": {"type": "string"},
                "id": {"type": "object"},
            },
        }
        return item if wildcard == "MATCH" else {"type": "array", "items": item}
    return (
        schema_of_annotation(parameter.annotation)
        or schema_of_prop(parameter.component, parameter.prop)
        or {}
    )


def _schema_of_match(parameter: Parameter, view: LayoutView) -> Schema:
    found = view.match(parameter.dependency.component_id)
    return (schema_of_prop(found[0], parameter.prop) or {}) if found else {}


def schema_of_prop(component: Described | None, prop: str) -> Schema | None:
    """Return the schema of a prop of a component; None if nothing is known."""
    if component is None:
        return None
    kind = component.get("type")
    found = schema_of_role(None if kind is None else str(kind), prop, component["props"])
    if found is not None:
        return found
    known = _known_props().get(str(component.get("namespace")), {}).get(str(kind))
    if known is not None:
        return known[prop][0] if prop in known else None
    return schema_of_annotation(_annotations(class_of(component)).get(prop))


def describe_component_prop(component: Described | None, prop: str) -> str:
    """Return the first sentence about a prop in the documentation of its component."""
    if component is None:
        return ""
    known = _known_props().get(str(component.get("namespace")), {}).get(str(component.get("type")))
    if known is not None:
        return known[prop][1] if prop in known else ""
    kind = class_of(component)
    return _documented(kind).get(prop, "") if kind is not None else ""


@lru_cache(maxsize=1)
def _known_props() -> dict[str, dict[str, dict[str, Any]]]:
    """Return `props.json`; without the file, nothing is known of Dash's components."""
    try:
        return json.loads(PROPS_PATH.read_text(encoding="utf-8"))  # type: ignore[no-any-return]  # our own file
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=512)
def _annotations(kind: type[Component] | None) -> Mapping[str, object]:
    if kind is None:
        return {}
    parameters = inspect.signature(kind).parameters.values()
    return {each.name: each.annotation for each in parameters if each.annotation is not each.empty}


@lru_cache(maxsize=512)
def _documented(kind: type[Component]) -> dict[str, str]:
    """Return the first sentence about each prop in a docstring of Dash's component generator."""
    found = {}
    for match in _DOCUMENTED.finditer(kind.__doc__ or ""):
        text = " ".join(match[2].split())
        end = _SENTENCE_END.search(text)
        found[match[1]] = text[: end.start()] if end else text
    return found


# --- annotations


def schema_of_annotation(annotation: Any) -> Schema | None:  # noqa: ANN401  # a type
    """Return the schema of a type; None if it has none that JSON can express."""
    if any(annotation is each for each in _NOTHING):
        return None
    is_class = isinstance(annotation, type)
    if is_class and issubclass(annotation, Component):
        return {"type": "string"}
    try:
        from pydantic import TypeAdapter  # noqa: PLC0415  # slow to import
    except ImportError:  # in a tab
        return _PLAIN.get(annotation) if is_class else None
    try:
        return TypeAdapter(annotation).json_schema()
    except Exception:  # noqa: BLE001  # types of any library; pydantic raises errors of many kinds
        return None


_NOTHING = (None, type(None), inspect.Parameter.empty)
_PLAIN: Mapping[type, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    list: {"type": "array", "items": {}},
    dict: {"type": "object", "additionalProperties": True},
}


def may_be_none(annotation: object) -> bool:
    """Return whether a type is a union with None."""
    origin = typing.get_origin(annotation)
    return origin in {typing.Union, types.UnionType} and type(None) in typing.get_args(annotation)


def hints_of(function: Callable[..., Any] | None) -> dict[str, Any]:
    """Return the annotations of a function, resolved where that is possible."""
    if function is None:
        return {}
    try:
        return typing.get_type_hints(function)
    except Exception:  # noqa: BLE001  # whatever the app has written there
        return dict(getattr(function, "__annotations__", {}))
