"""Checks a value against a JSON schema, in a tab, which has no `jsonschema`.

Knows the keywords that schemas of tools use: type, enum, const, anyOf, oneOf, properties, required,
additionalProperties, items, and limits of numbers, texts and lists. Any other keyword is ignored.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

type Schema = Mapping[str, Any]

_NUMBER = (int, float)
_TYPES: Mapping[str, Callable[[object], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "number": lambda value: isinstance(value, _NUMBER) and not isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool)
        and (isinstance(value, int) or (isinstance(value, float) and value == math.floor(value)))
    ),
}
# By keyword: whether a value keeps its limit, and what is said if it does not.
_LIMITS: Mapping[str, tuple[type | tuple[type, ...], Callable[[Any, Any], bool], str]] = {
    "minimum": (_NUMBER, lambda value, limit: value >= limit, "is less than"),
    "maximum": (_NUMBER, lambda value, limit: value <= limit, "is greater than"),
    "exclusiveMinimum": (_NUMBER, lambda value, limit: value > limit, "must be greater than"),
    "exclusiveMaximum": (_NUMBER, lambda value, limit: value < limit, "must be less than"),
    "minLength": (str, lambda value, limit: len(value) >= limit, "is shorter than"),
    "maxLength": (str, lambda value, limit: len(value) <= limit, "is longer than"),
    "minItems": (list, lambda value, limit: len(value) >= limit, "has fewer items than"),
    "maxItems": (list, lambda value, limit: len(value) <= limit, "has more items than"),
}


def find_problems(schema: Schema, value: object, where: str = "") -> Iterator[str]:
    """Yield what does not fit, as `path: what is wrong`.

    Args:
        schema: the schema.
        value: JSON.
        where: path of the value: `values.0.property`.
    """
    kinds = schema.get("type", ())
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    if names and not any(_TYPES[name](value) for name in names if name in _TYPES):
        yield f"{_said(value, where)} is not of type {' or '.join(names)}"
        return
    yield from _in_choices(schema, value, where)
    yield from _in_limits(schema, value, where)
    if isinstance(value, dict):
        yield from _in_object(schema, value, where)
    elif isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        for index, item in enumerate(value):
            yield from find_problems(schema["items"], item, _join(where, index))


def _said(value: object, where: str) -> str:
    return f"{where}: {value!r}" if where else f"{value!r}"


def _in_choices(schema: Schema, value: object, where: str) -> Iterator[str]:
    if "enum" in schema and not _is_one_of(value, schema["enum"]):
        yield f"{_said(value, where)} is not one of {list(schema['enum'])!r}"
    if "const" in schema and not _is_one_of(value, [schema["const"]]):
        yield f"{_said(value, where)} is not {schema['const']!r}"
    for keyword in ("anyOf", "oneOf"):
        choices = schema.get(keyword, ())
        if choices and all(any(True for _ in find_problems(each, value)) for each in choices):
            yield f"{_said(value, where)} fits none of its {len(choices)} schemas"


def _in_limits(schema: Schema, value: object, where: str) -> Iterator[str]:
    if isinstance(value, bool):
        return
    for keyword, (kind, is_kept, words) in _LIMITS.items():
        limit = schema.get(keyword)
        if limit is not None and isinstance(value, kind) and not is_kept(value, limit):
            yield f"{_said(value, where)} {words} {limit!r}"


def _in_object(schema: Schema, value: Mapping[str, object], where: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{where}: {name!r} is missing" if where else f"{name!r} is a required property"
    others = schema.get("additionalProperties", True)
    for name, item in value.items():
        if name in properties:
            yield from find_problems(properties[name], item, _join(where, name))
        elif others is False:
            yield f"{_join(where, name)}: there is no such property"
        elif isinstance(others, Mapping):
            yield from find_problems(others, item, _join(where, name))


def _is_one_of(value: object, choices: Sequence[object]) -> bool:
    """Return whether JSON values are equal; in Python, True is 1 as well."""
    return any(
        value == each and isinstance(value, bool) == isinstance(each, bool) for each in choices
    )


def _join(where: str, step: object) -> str:
    return f"{where}.{step}" if where else str(step)
