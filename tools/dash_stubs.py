"""Writes `dash-stubs`, from which type checkers and editors know `dash` (PEP 561): `make registry`.

    python -m tools.dash_stubs [FOLDER] [--wheel WHEEL]

Components come from the `metadata.json` files of a dash wheel: each prop with its type and its
description, and no others, so that a wrong name is an error. A prop accepts at least what Dash's
own annotations accept. All other modules are those of `pyrt/compat/dash` without their functions,
which load names on demand.
"""

import argparse
import ast
import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pyrt_build.errors import BuildError
from pyrt_build.packages import resolve, wheels
from pyrt_build.site.components import NAMESPACES, Metadata, describe_components
from pyrt_build.types import Json

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "pyrt" / "compat" / "dash"
FOLDER = ROOT / "build" / "site_packages" / "dash-stubs"

_WIDTH = 96  # columns of a line in a docstring, without its indentation
_INTERNAL = {"_missing.py"}  # no module of Dash

_IMPORTS = """\
import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

from dash.development.base_component import Component, ComponentSingleType
from dash.types import NumberType
from plotly.graph_objects import Figure

type Children = ComponentSingleType | Sequence[Children]
"""

_TYPES = {
    "any": "Any",
    "array": "Sequence[Any]",
    "bool": "bool",
    "element": "Component",
    "node": "Children",
    "number": "NumberType",
    "object": "Mapping[Any, Any]",
    "objectOf": "Mapping[Any, Any]",
    "string": "str",
}
# Props for which Dash accepts more than their prop types say, in any component.
_SPECIAL = {
    "id": "str | dict[str, Any]",
    "style": "Any",
    "figure": "Figure | Mapping[Any, Any]",
    "disabled_days": "Sequence[str | datetime.date]",
    **dict.fromkeys(
        (
            "date",
            "end_date",
            "initial_visible_month",
            "max_date_allowed",
            "min_date_allowed",
            "start_date",
        ),
        "str | datetime.date",
    ),
}


def generate(metadata: Mapping[str, Metadata]) -> dict[str, str]:
    """Return the files of `dash-stubs`: path -> text.

    Args:
        metadata: by module (`html`, `dcc`, `dash_table`), the content of its `metadata.json`.
    """
    files = {"py.typed": ""}
    for path in sorted(SOURCES.rglob("*.py")):
        where = path.relative_to(SOURCES)
        if where.name in _INTERNAL:
            continue
        text = _without_functions(path.read_text(encoding="utf-8"))
        if where.name == "__init__.py" and where.parent.name in metadata:
            components = _components(metadata[where.parent.name])
            text = "\n\n".join([text + _IMPORTS, *components]) + "\n"
        files[where.with_suffix(".pyi").as_posix()] = text
    return files


def _without_functions(source: str) -> str:
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
    return ast.unparse(tree) + "\n"


def _components(metadata: Metadata) -> Iterator[str]:
    """Yield the class of each component of a module."""
    described = describe_components(metadata, frozenset())
    for name, component in zip(described, metadata.values(), strict=True):
        arguments = _object(described[name])["arguments"]
        assert isinstance(arguments, list)
        yield _component(name, _object(component), [str(each) for each in arguments])


def _component(name: str, about: dict[str, Json], arguments: Iterable[str]) -> str:
    """Return one class: shapes of its props, and an `__init__` that has these arguments."""
    declared = _object(about["props"])
    props = {prop: declared[prop] for prop in arguments if "type" in _object(declared[prop])}
    types = _Types()
    parameters = [
        f"        {prop}: {types.of_prop(prop, _object(_object(entry)['type']))} = ...,"
        for prop, entry in props.items()
    ]
    init = ["    def __init__(", "        self,", *parameters, "    ) -> None: ..."]
    doc = _docstring(str(about.get("description") or f"{name}."), props)
    return "\n".join([f"class {name}(Component):", doc, *types.definitions(), *init])


class _Types:
    """The types of one component's props.

    Attributes:
        shapes: by name, the keys of each type of a dict, as Python.
    """

    def __init__(self) -> None:
        self.shapes: dict[str, str] = {}

    def definitions(self) -> Iterator[str]:
        """Yield the lines that define the types of dicts, in the class of the component."""
        for name, keys in self.shapes.items():
            yield f'    {name} = TypedDict("{name}", {{{keys}}})'

    def of_prop(self, prop: str, kind: dict[str, Json]) -> str:
        """Return the annotation of a prop with this prop type; each may be None."""
        annotation = _SPECIAL.get(prop) or self._of(kind, prop)
        return annotation if annotation == "Any" else f"{annotation} | None"

    def _of(self, kind: dict[str, Json], path: str) -> str:
        value = kind.get("value")
        match kind["name"], value:
            case (("shape" | "exact"), dict()):
                found = self._shape(value, path)
            case "union", list():
                found = " | ".join(dict.fromkeys(self._of(_object(each), path) for each in value))
            case "arrayOf", dict():
                found = f"Sequence[{self._of(value, path)}]"
            case "enum", list():
                found = _literal(_object(each).get("value") for each in value)
            case "literal", _:
                found = f"Literal[{value!r}]"
            case str(name), _:
                found = _TYPES.get(name, "Any")
            case _:
                found = "Any"
        return found

    def _shape(self, keys: dict[str, Json], path: str) -> str:
        """Define a dict with these keys; its name is, as in Dash, that of the path to it.

        Other dicts are accepted, too: that of a variable has no such type, and keys may be missing
        in the metadata.
        """
        lines = []
        for key, about in keys.items():
            kind = _object(about)
            inner = self._of(kind, f"{path}_{key}")
            lines.append(f"{key!r}: {inner if kind.get('required') else f'NotRequired[{inner}]'}")
        written = ", ".join(lines)
        name = "".join(part[:1].upper() + part[1:] for part in path.split("_"))
        while self.shapes.setdefault(name, written) != written:
            name += "_"
        return f"{name} | Mapping[str, Any]"


def _literal(values: Iterable[Json]) -> str:
    """Return the type of an enumeration, whose values are written as in JavaScript.

    A value that is missing stands for `undefined`.
    """
    read = {"null": "None", "true": "True", "false": "False", "undefined": "None"}
    found = []
    for value in values:
        text = "None" if value is None else read.get(str(value), str(value))
        try:
            ast.literal_eval(text)
        except (SyntaxError, ValueError):  # a name of JavaScript
            return "Any"
        found.append(text)
    return f"Literal[{', '.join(dict.fromkeys(found))}]"


def _docstring(text: str, props: dict[str, Json]) -> str:
    lines = [*textwrap.wrap(text, _WIDTH), "", "Props:", *_described(props, "    ")]
    safe = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    body = "\n".join(f"    {line}".rstrip() for line in safe)
    return f'    """{body.lstrip()}\n    """'


def _described(props: dict[str, Json], indent: str) -> Iterator[str]:
    """Yield the lines that describe props, and below a prop the keys of its dicts."""
    for prop, about in props.items():
        entry = _object(about)
        text = f"{prop}: {entry.get('description') or ''}"
        yield from textwrap.wrap(
            text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    "
        )
        kind = entry.get("type", entry)  # inside a shape the entry is the type itself
        for keys in _shapes_in(kind):
            yield from _described(keys, f"{indent}    ")


def _shapes_in(kind: Json) -> Iterator[dict[str, Json]]:
    about = _object(kind)
    value = about.get("value")
    match about["name"], value:
        case (("shape" | "exact"), dict()):
            yield value
        case "union", list():
            for each in value:
                yield from _shapes_in(each)
        case (("arrayOf" | "objectOf"), dict()):
            yield from _shapes_in(value)
        case _:
            pass


def _object(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


def read_metadata(wheel: Path) -> dict[str, Metadata]:
    """Return the metadata of the components in a dash wheel, by module."""
    with wheels.open_archive(wheel) as archive:
        return {
            module: json.loads(archive.read(f"dash/{module}/metadata.json"))
            for module in NAMESPACES
        }


def main(arguments: list[str] | None = None) -> int:
    """Write the stubs, in place of older ones."""
    parser = argparse.ArgumentParser(prog="python -m tools.dash_stubs", description=main.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--wheel", type=Path, help="a dash wheel (default: the one pip finds)")
    options = parser.parse_args(arguments)
    try:
        files = generate(read_metadata(options.wheel or resolve.dash_wheel()))
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    shutil.rmtree(options.folder, ignore_errors=True)
    for where, text in files.items():
        path = options.folder / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote {options.folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
