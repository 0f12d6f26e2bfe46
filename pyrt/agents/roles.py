"""What a prop means to an agent: a few words for descriptions, and a better schema for inputs.

The first role that fits a prop counts, so those of one component stand before those of any.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

type Schema = dict[str, Any]

ANY = ""  # in place of the type of a component


@dataclass(frozen=True, slots=True)
class Role:
    """The meaning of some props.

    Attributes:
        props: `(type of the component, prop)` each; `ANY` fits every type.
        says: what a callback gives that writes it; empty to say nothing.
        schema: of a value that is given to it; called with the props of the component.
    """

    props: frozenset[tuple[str, str]]
    says: str = ""
    schema: Callable[[Mapping[str, Any]], Schema] | None = None

    def fits(self, kind: str | None, prop: str) -> bool:
        """Return whether a prop of a component of this type has the role."""
        return (kind, prop) in self.props or (ANY, prop) in self.props


_SCALAR: Schema = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}


def _choice(props: Mapping[str, Any]) -> Schema:
    return {"type": "array", "items": _SCALAR} if props.get("multi") else _SCALAR


def _date(_: Mapping[str, Any]) -> Schema:
    return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def _figure(_: Mapping[str, Any]) -> Schema:
    objects = {"type": "array", "items": {"type": "object"}}
    properties = {"data": objects, "layout": {"type": "object"}, "frames": objects}
    return {"type": "object", "properties": properties}


TABLE = Role(frozenset({("DataTable", "data"), ("AgGrid", "rowData")}), "a table")
FIGURE = Role(frozenset({(ANY, "figure")}), "a chart", _figure)

ROLES = (
    TABLE,
    Role(
        frozenset(
            {
                ("DatePickerSingle", "date"),
                ("DatePickerRange", "start_date"),
                ("DatePickerRange", "end_date"),
            }
        ),
        schema=_date,
    ),
    Role(frozenset({("Dropdown", "value")}), schema=_choice),
    Role(frozenset({("Store", "data")}), "data that the page keeps"),
    Role(frozenset({("Download", "data")}), "a file to download"),
    Role(frozenset({("Markdown", "children")}), "text in Markdown"),
    FIGURE,
    Role(frozenset({(ANY, "children")}), "content of the page"),
    Role(frozenset({(ANY, "value")}), "the value of a control"),
    Role(frozenset({(ANY, "options")}), "the choices of a control"),
    Role(frozenset({(ANY, "columns")}), "columns"),
    Role(frozenset({(ANY, "style")}), "styling"),
    Role(frozenset({(ANY, "disabled")}), "whether a control can be used"),
)


def describe_prop(kind: str | None, prop: str) -> str:
    """Return what a callback gives that writes this prop; empty if nothing is known."""
    return next((role.says for role in ROLES if role.says and role.fits(kind, prop)), "")


def schema_of_role(kind: str | None, prop: str, props: Mapping[str, Any]) -> Schema | None:
    """Return the schema that the role of a prop has; None if it has none."""
    for role in ROLES:
        if role.schema is not None and role.fits(kind, prop):
            return role.schema(props)
    return None
