"""Component ids as text, wildcards, and which ids a pattern matches.

An id is a string, or a dict of strings to scalars; in a dependency the values may be wildcards.
Inside pyrt and in messages, the stringified id (`stringify_id`) is the key of a component.
"""

from collections.abc import Mapping
from enum import Enum
from json import dumps, loads
from typing import NamedTuple

from pyrt.model.errors import IncorrectTypeException, InvalidComponentIdError
from pyrt.model.javascript import format_number, parse_number


class Wildcard(Enum):
    """A value in a dict id of a dependency that stands for many values (S-13)."""

    MATCH = "MATCH"
    ALL = "ALL"
    ALLSMALLER = "ALLSMALLER"

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"<{self.value}>"

    def to_json(self) -> str:
        """Return the value in a stringified id: a list, because the value of an id is never one."""
        return f'["{self.value}"]'


ALL = Wildcard.ALL
ALLSMALLER = Wildcard.ALLSMALLER
MATCH = Wildcard.MATCH

type IdValue = str | int | float | bool
type DictId = dict[str, IdValue]
type ComponentId = str | DictId
type PatternId = dict[str, IdValue | Wildcard]

INVALID_ID_CHARACTERS = ".{"


class PropId(NamedTuple):
    """One property of one component, by its stringified id."""

    component_id: str
    property: str

    def __str__(self) -> str:
        return f"{self.component_id}.{self.property}"


def parse_prop_id(text: str) -> PropId:
    """Split `"id.prop"`; ids may contain dots, properties may not.

    >>> parse_prop_id('{"index":1.5}.value')
    PropId(component_id='{"index":1.5}', property='value')
    """
    component_id, _, prop = text.rpartition(".")
    return PropId(component_id, prop)


def stringify_id(component_id: object) -> str:
    """Return an id as text: a dict becomes compact JSON with sorted keys (R-47).

    Numbers and text are written as JavaScript writes them, so that the keys are equal in the page,
    the DOM and the worker (Dash writes `1.0` and non-ASCII text differently on each side).

    >>> stringify_id({"type": "x", "index": 1})
    '{"index":1,"type":"x"}'
    >>> stringify_id({"index": MATCH})
    '{"index":["MATCH"]}'
    """
    if not isinstance(component_id, dict):
        return component_id  # type: ignore[return-value]  # as in Dash, other values are returned unchanged
    items = (f"{_quote(key)}:{_value_text(component_id[key])}" for key in sorted(component_id))
    return "{" + ",".join(items) + "}"


def parse_id(text: str) -> str | PatternId:
    """Return the id that `stringify_id` turned into `text`.

    Raises:
        ValueError: the text begins with `{` but is no JSON object.
    """
    if not text.startswith("{"):
        return text
    return {key: _parse_value(value) for key, value in loads(text).items()}


def is_pattern(component_id: object) -> bool:
    """Return whether this is a dict id with at least one wildcard."""
    return isinstance(component_id, dict) and any(
        isinstance(value, Wildcard) for value in component_id.values()
    )


is_wildcard_id = is_pattern


def wildcard_keys(component_id: object, *wildcards: Wildcard) -> tuple[str, ...]:
    """Return the sorted keys whose value is one of these wildcards; without any, of all."""
    if not isinstance(component_id, dict):
        return ()
    wanted = wildcards or tuple(Wildcard)
    return tuple(sorted(key for key, value in component_id.items() if value in wanted))


def match_values(pattern: Mapping[str, object], concrete: Mapping[str, object]) -> DictId | None:
    """Return the values under the pattern's MATCH keys, or None if the id does not fit.

    ALL and ALLSMALLER fit any value here; `matches` compares ALLSMALLER with bound values. The keys
    must be equal (S-12), and fixed values strictly: `1` is neither `"1"` nor `True` (S-17).

    >>> match_values({"type": "row", "index": MATCH}, {"type": "row", "index": 3})
    {'index': 3}
    """
    if pattern.keys() != concrete.keys():
        return None
    found: DictId = {}
    for key, wanted in pattern.items():
        value = concrete[key]
        if wanted is MATCH:
            found[key] = value  # type: ignore[assignment]  # concrete ids hold scalars only
        elif not isinstance(wanted, Wildcard) and not _same(wanted, value):
            return None
    return found


def matches(
    pattern: Mapping[str, object],
    concrete: Mapping[str, object],
    bound: Mapping[str, IdValue] | None = None,
) -> bool:
    """Return whether a concrete id fits a pattern, given the MATCH values of the invocation.

    With `bound`, MATCH fits the bound value and ALLSMALLER values that sort before it. A key that
    is not bound fits every value. Bound values are compared by `id_value_order`, so that `"1"`
    equals `1` (Dash's `idMatch`).
    """
    if match_values(pattern, concrete) is None:
        return False
    return all(
        _fits_bound(pattern[key], concrete[key], limit)
        for key, limit in (bound or {}).items()
        if key in pattern
    )


def ids_overlap(one: object, other: object) -> bool:
    """Return whether two ids of dependencies may mean a common component (S-11).

    A wildcard overlaps every fixed value, ALL every wildcard, each wildcard itself. MATCH and
    ALLSMALLER do not overlap.
    """
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return type(one) is type(other) and one == other
    return one.keys() == other.keys() and all(
        _values_overlap(value, other[key]) for key, value in one.items()
    )


def id_value_order(value: object) -> tuple[int, float | bool | str]:
    """Return the sort key of a value in a dict id (S-17).

    Numbers and numeric strings come first, by value, then False, True, then other strings.

    >>> sorted(["b", True, "10", 9, False, "a"], key=id_value_order)
    [9, '10', False, True, 'a', 'b']
    """
    if isinstance(value, bool):
        return 1, value
    if isinstance(value, int | float):
        return 0, value
    text = str(value)
    number = parse_number(text)
    return (2, text) if number is None else (0, number)


def validate_dependency_id(component_id: object) -> None:
    """Check the id of a dependency, as far as Dash does at registration (S-12).

    Raises:
        InvalidComponentIdError: a string id contains `.` or `{`.
        IncorrectTypeException: neither str nor dict, or a dict with a key that is no string.
    """
    if isinstance(component_id, str):
        _validate_text_id(component_id)
    elif isinstance(component_id, dict):
        for key in component_id:
            if not isinstance(key, str):
                raise IncorrectTypeException(
                    f"Wildcard ID keys must be non-empty strings, but {component_id!r} has the "
                    f"key {key!r}. Write it as a string."
                )
    else:
        raise IncorrectTypeException(
            f"component_id must be a string or dict, found {component_id!r}. "
            "Give the id of a component, or the component itself."
        )


def _validate_text_id(component_id: str) -> None:
    found = [character for character in INVALID_ID_CHARACTERS if character in component_id]
    if found:
        raise InvalidComponentIdError(
            f"The element `{component_id}` contains `{'`, `'.join(found)}` in its ID. "
            f"Characters `{'`, `'.join(INVALID_ID_CHARACTERS)}` are not allowed in IDs: rename it, "
            "or use a dict id."
        )


def _quote(text: str) -> str:
    return dumps(text, ensure_ascii=False)


def _value_text(value: object) -> str:
    if isinstance(value, Wildcard):
        return value.to_json()
    if isinstance(value, float):
        return format_number(value)
    return dumps(value, ensure_ascii=False)


def _parse_value(value: object) -> IdValue | Wildcard:
    if isinstance(value, list):
        return Wildcard(value[0])
    return value  # type: ignore[return-value]  # checked where ids are made


def _fits_bound(wanted: object, value: object, limit: IdValue) -> bool:
    if wanted is MATCH:
        return id_value_order(value) == id_value_order(limit)
    return wanted is not ALLSMALLER or id_value_order(value) < id_value_order(limit)


def _same(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def _values_overlap(one: object, other: object) -> bool:
    if isinstance(one, Wildcard) and isinstance(other, Wildcard):
        return one is other or ALL in (one, other)
    return isinstance(one, Wildcard) or isinstance(other, Wildcard) or one == other
