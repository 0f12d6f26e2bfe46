"""The registry from which the engine builds the classes of dash's components.

It is made of the `metadata.json` files that Dash's component generator writes into its wheel;
nothing of the wheel is executed.
"""

import json
import keyword
import re
import sys
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath

from pyrt_build.console.output import progress, say
from pyrt_build.errors import BuildError
from pyrt_build.packages import resolve, wheels
from pyrt_build.types import Json

type Metadata = Mapping[str, Json]

RULES = "1"  # version of what a registry says; part of the keys of the cache
# Python module below `dash` -> the name the bundle publishes on `window`.
NAMESPACES = {
    "html": "dash_html_components",
    "dcc": "dash_core_components",
    "dash_table": "dash_table",
}

# Components whose props keep the order of their prop types; those of others are sorted. The list is
# in Dash's components/*/package.json (`dash-generate-components -k`), and in no file of the wheel.
UNSORTED = {
    "html": frozenset[str](),
    "dcc": frozenset(
        (  # noqa: SIM905 -- as Dash writes it
            "RangeSlider Slider Dropdown RadioItems Checklist DatePickerSingle DatePickerRange"
            " Input Link"
        ).split()
    ),
    "dash_table": frozenset({"DataTable"}),
}

# Names of props that cannot be Python arguments: Dash counts Python 2's statements, too.
KEYWORDS = {*keyword.kwlist, "exec", "print"}


def make_registry(wheel: Path) -> dict[str, Json]:
    """Describe the components of `dash.html`, `dash.dcc` and `dash.dash_table` in a dash wheel.

    Returns:
        `{"html": {"namespace": "dash_html_components", "components": {"Div": {...}}}, ...}`; see
        `describe_component` for one entry.
    """
    with wheels.open_archive(wheel) as archive:
        return {
            module: {
                "namespace": namespace,
                "components": describe_components(
                    json.loads(archive.read(f"dash/{module}/metadata.json")), UNSORTED[module]
                ),
            }
            for module, namespace in NAMESPACES.items()
        }


def registry_json(wheel: Path) -> bytes:
    """Return the content of `pyrt/registry.json` for a dash wheel."""
    return json.dumps(make_registry(wheel), separators=(",", ":")).encode()


def describe_components(metadata: Metadata, unsorted: AbstractSet[str]) -> dict[str, Json]:
    """Describe each component of one `metadata.json`, by class name, in its order."""
    described: dict[str, Json] = {}
    for source, component in metadata.items():
        name = PurePosixPath(source).name.split(".")[0]
        props = _entry(_entry(component)["props"])
        described[name] = describe_component(props, sort=name not in unsorted)
    return described


def describe_component(props: Metadata, *, sort: bool) -> dict[str, Json]:
    """Describe one component as Dash's class generator would.

    Returns:
        `props`, the names a component accepts, in the order of `_prop_names`; `arguments`, the
        names of `__init__` by position; `required`; `wildcards`, prefixes such as `data-`; `nodes`
        and `childrenProps`, the class attributes `_base_nodes` and `_children_props` (R-51).
        Source: Dash 4, `development/_py_components_generation.py`, `generate_class_string`.
    """
    settable = [prop for prop, about in props.items() if _can_come_from_python(about)]
    if sort:
        settable.sort(key=lambda prop: (prop != "children", prop != "id", prop))
    patterns = list(_child_patterns({p: about for p, about in props.items() if p != "children"}))
    return {
        "props": list(settable),
        "arguments": list(_arguments(props)),
        "required": [prop for prop in settable if _entry(props[prop]).get("required")],
        "wildcards": [prefix for prefix in ("data-", "aria-") if f"{prefix}*" in props],
        "nodes": [*(p for p in patterns if not re.search(r"\[\]|\.|\{\}", p)), "children"],
        "childrenProps": list(patterns),
    }


def _entry(about: Json) -> dict[str, Json]:
    assert isinstance(about, dict)
    return about


def _can_come_from_python(about: Json) -> bool:
    kind = _entry(about).get("type")
    return kind is not None and _entry(kind)["name"] not in {"func", "symbol", "instanceOf"}


def _arguments(props: Metadata) -> Iterator[str]:
    """Yield the parameters of `__init__` in order: children first, the others as declared."""
    if "children" in props:
        yield "children"
    for prop in props:
        if prop not in KEYWORDS and prop not in {"children", "setProps"} and prop[-2:] != "-*":
            yield prop


def _child_patterns(shape: Metadata, prefix: str = "") -> Iterator[str]:
    """Yield the paths of props that hold components: `a`, `a.b`, `a[].b`, `a{}.b` (R-51)."""
    for prop, about in shape.items():
        entry = _entry(about)
        # Inside a shape the entry is the type itself.
        yield from _patterns_of(entry.get("type", entry), f"{prefix}{prop}")


def _patterns_of(kind: Json, path: str) -> Iterator[str]:
    """Yield the paths at or below `path` that hold components, for a prop of this type.

    As in Dash's `_collect_nodes.py` an array of components is written without `[]`.
    """
    about = _entry(kind)
    value = about.get("value")
    match about.get("name"):
        case "node" | "element":
            yield path
        case "shape" | "exact":
            yield from _child_patterns(_entry(value), f"{path}.")
        case "union":
            assert isinstance(value, list)
            for alternative in value:
                yield from _patterns_of(alternative, path)
        case "arrayOf":
            inner = _entry(value if value is not None else about)
            bare = inner.get("name") in {"node", "element"}
            yield from _patterns_of(inner, path if bare else f"{path}[]")
        case "objectOf":
            if value is not None:
                yield from _patterns_of(value, f"{path}{{}}")
        case _:
            pass


def main(arguments: list[str] | None = None) -> int:
    """Write the registry of dash's own components: `python -m pyrt_build.site.components`."""
    import argparse  # noqa: PLC0415 -- a step of `make registry`, not of builds

    parser = argparse.ArgumentParser(
        prog="python -m pyrt_build.site.components", description=main.__doc__
    )
    parser.add_argument("out", nargs="?", type=Path, default=Path("pyrt/registry.json"))
    parser.add_argument("--wheel", type=Path, help="a dash wheel (default: the one pip finds)")
    options = parser.parse_args(arguments)
    try:
        content = registry_json(options.wheel or resolve.dash_wheel())
    except BuildError as error:
        progress(str(error))
        return 1
    if options.out.is_file() and options.out.read_bytes() == content:
        options.out.touch()  # another program may be reading it
    else:
        options.out.write_bytes(content)
    say(f"wrote {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
