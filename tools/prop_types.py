"""Writes `pyrt/agents/props.json`: types and descriptions of components, for agents.

    python -m tools.prop_types [FILE] [--wheel WHEEL]

It is made of the `metadata.json` files of a dash wheel, and is no part of a site:

    {"dash_core_components": {"Dropdown": {"clearable": [schema, "First sentence."]}}}

The JSON schemas say what Dash's own annotations of the same props say; a prop that Dash leaves
without an annotation has null in place of its schema.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from pyrt_build.errors import BuildError
from pyrt_build.packages import resolve
from pyrt_build.site.components import NAMESPACES, Metadata
from pyrt_build.types import Json
from tools.dash_stubs import read_metadata

FILE = Path(__file__).parents[1] / "pyrt" / "agents" / "props.json"

type Schema = dict[str, Json]

_NULL: Schema = {"type": "null"}
_COMPONENT: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "namespace": {"type": "string"},
        "props": {"type": "object"},
    },
}
_CHILD: list[Json] = [{"type": "string"}, {"type": "number"}, _COMPONENT]
_PLAIN: dict[str, Schema] = {
    "any": {},
    "array": {"type": "array"},
    "bool": {"type": "boolean"},
    "element": _COMPONENT,
    "node": {"anyOf": [*_CHILD, {"type": "array"}]},
    "number": {"type": "number"},
    "object": {"type": "object"},
    "string": {"type": "string"},
}
_DATE: Schema = {"type": "string"}
# Props for which Dash's annotation is not that of their prop types, in any component.
_SPECIAL: dict[str, Schema] = {
    "id": {"anyOf": [{"type": "string"}, {"type": "object"}]},
    "style": {},
    **dict.fromkeys(
        (
            "date",
            "end_date",
            "initial_visible_month",
            "max_date_allowed",
            "min_date_allowed",
            "start_date",
        ),
        _DATE,
    ),
}
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def describe(metadata: Mapping[str, Metadata]) -> dict[str, Json]:
    """Return the content of the file.

    Args:
        metadata: by module (`html`, `dcc`, `dash_table`), the content of its `metadata.json`.
    """
    return {NAMESPACES[module]: _module(content) for module, content in metadata.items()}


def _module(metadata: Metadata) -> dict[str, Json]:
    return {
        PurePosixPath(source).name.split(".")[0]: {
            prop: [schema_of(prop, _object(about)), first_sentence(_object(about))]
            for prop, about in _object(_object(component)["props"]).items()
            if "type" in _object(about) and prop != "setProps"
        }
        for source, component in metadata.items()
    }


def schema_of(prop: str, about: Mapping[str, Json]) -> Schema:
    """Return the JSON schema of a prop, which may always be null."""
    schema = _SPECIAL.get(prop) if prop in _SPECIAL else _of(_object(about["type"]))
    assert schema is not None
    if not schema:
        return {}
    alternatives = schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
    assert isinstance(alternatives, list)
    return {"anyOf": [*(each for each in alternatives if each != _NULL), _NULL]}


def first_sentence(about: Mapping[str, Json]) -> str:
    """Return the first sentence of a prop's description, on one line."""
    text = " ".join(str(about.get("description") or "").split())
    end = _SENTENCE_END.search(text)
    return text[: end.start()] if end else text


def _of(kind: Mapping[str, Json]) -> Schema:
    name, value = str(kind["name"]), kind.get("value")
    found = dict(_PLAIN.get(name, {}))
    match name, value:
        case (("shape" | "exact"), dict()):
            found = _shape(value)
        case "union", list():
            found = _union(_of(_object(each)) for each in value)
        case "arrayOf", dict():
            found = {"type": "array", **_inner("items", value)}
        case "objectOf", dict():
            found = {"type": "object", **_inner("additionalProperties", value)}
        case "enum", list():
            found = _enum(_object(each).get("value") for each in value)
        case "literal", _:
            found = {"enum": [value]}
        case _:
            pass
    return found


def _inner(key: str, kind: Mapping[str, Json]) -> Schema:
    schema = _of(kind)
    return {key: schema} if schema else {}


def _union(schemas: Iterable[Schema]) -> Schema:
    found: list[Json] = []
    for schema in schemas:
        if not schema:
            return {}
        parts = schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
        assert isinstance(parts, list)
        found += [part for part in parts if part not in found]
    if len(found) == 1:
        return _object(found[0])
    return {"anyOf": found}


def _shape(keys: Mapping[str, Json]) -> Schema:
    kinds = {key: _object(about) for key, about in keys.items()}
    schema: Schema = {"type": "object", "properties": {k: _of(v) for k, v in kinds.items()}}
    required: list[Json] = [key for key, kind in kinds.items() if kind.get("required")]
    return schema | ({"required": required} if required else {})


def _enum(values: Iterable[Json]) -> Schema:
    """Return an enumeration, whose values are written as in JavaScript."""
    found: list[Json] = []
    for value in _read(values):
        if value is _UNKNOWN:
            return {}
        if value not in found:
            found.append(value)
    return {"enum": found}


_UNKNOWN: Json = "\0"


def _read(values: Iterable[Json]) -> Iterator[Json]:
    for value in values:
        text = "null" if value in {None, "undefined"} else str(value)
        if text[:1] == "'" == text[-1:]:
            yield text[1:-1]
            continue
        try:
            yield json.loads(text)
        except ValueError:  # a name of JavaScript
            yield _UNKNOWN


def _object(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


def main(arguments: list[str] | None = None) -> int:
    """Write the types of props, in place of older ones."""
    parser = argparse.ArgumentParser(prog="python -m tools.prop_types", description=main.__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=FILE)
    parser.add_argument("--wheel", type=Path, help="a dash wheel (default: the one pip finds)")
    options = parser.parse_args(arguments)
    try:
        content = describe(read_metadata(options.wheel or resolve.dash_wheel()))
    except BuildError as error:
        print(error, file=sys.stderr)  # noqa: T201  # a program
        return 1
    options.file.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
