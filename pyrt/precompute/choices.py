"""The values that a user can give to a prop of a component, where they are few.

    dcc.Dropdown(["a", "b"], "a", clearable=False)    value: "a", "b"
    dcc.Checklist(["a", "b"])                         value: [], ["a"], ["b"], ["a", "b"]
    dcc.Slider(0, 2, 1)                               value: 0, 1, 2
    dcc.DatePickerSingle(min_date_allowed=..., ...)   date: each allowed day

Components are known by the name of their class, whichever package it is from: dash-bootstrap and
dash-mantine-components name theirs like those of dcc.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any, TypeGuard

MAX_VALUES = 100  # of one prop
MAX_SET_OPTIONS = 6  # of a list of which any part can be chosen

type Props = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choices:
    """The values of a prop.

    Attributes:
        values: as JSON.
        is_set: whether each value is a list in which the order does not matter, or null.
    """

    values: Sequence[object]
    is_set: bool = False


def find_choices(kind: str, prop: str, props: Props) -> Choices | None:
    """Return the values that a user can give to a prop; None if they are many, or not known.

    Args:
        kind: the name of the component's class.
        prop: the prop.
        props: the component's props, as JSON.
    """
    find = _FINDERS.get((kind, prop))
    found = find(props) if find else None
    return found if found and 0 < len(found.values) <= MAX_VALUES else None


def _one_of(props: Props) -> Choices | None:
    values = _options(props)
    return None if values is None else Choices(values)


def _dropdown(props: Props) -> Choices | None:
    if props.get("multi"):
        return _any_of(props)
    values = _options(props)
    if values is None:
        return None
    return Choices(values if props.get("clearable") is False else [*values, None])


def _any_of(props: Props) -> Choices | None:
    values = _options(props)
    if values is None or len(values) > MAX_SET_OPTIONS:
        return None
    sizes = range(len(values) + 1)
    return Choices([list(part) for size in sizes for part in combinations(values, size)], True)  # noqa: FBT003  # is_set


def _options(props: Props) -> list[object] | None:
    """Return the values of `options` or `data`, in any form that components take.

    A list of values, a list of `{label, value}`, or one dictionary `{value: label}`. Those that are
    disabled are left out.
    """
    given = props.get("options", props.get("data"))
    if isinstance(given, Mapping):
        return list(given)
    if not isinstance(given, list):
        return None
    values: list[object] = []
    for option in given:
        if isinstance(option, Mapping):
            if "value" not in option:
                return None
            if not option.get("disabled"):
                values.append(option["value"])
        else:
            values.append(option)
    return values


def _tabs(key: str) -> Callable[[Props], Choices | None]:
    """Return the finder for a container of tabs.

    Args:
        key: the prop of a tab that identifies it; without one, it is called `tab-1` by its place.
    """

    def find(props: Props) -> Choices | None:
        children = props.get("children")
        tabs = children if isinstance(children, list) else [children]
        values: list[object] = []
        for position, tab in enumerate(tabs, 1):
            if not isinstance(tab, Mapping) or tab.get("type") != "Tab":
                return None
            own = tab.get("props", {})
            if not own.get("disabled"):
                values.append(own.get(key) or _unnamed(key, position))
        return Choices(values)

    return find


def _unnamed(key: str, position: int) -> str:
    return f"tab-{position}" if key == "value" else f"tab-{position - 1}"


def _slider(props: Props) -> Choices | None:
    low, high = props.get("min"), props.get("max")
    marks, step = props.get("marks"), props.get("step")
    if "step" in props and step is None and isinstance(marks, Mapping):
        numbers = sorted(_number(mark) for mark in marks)
        inside = [n for n in numbers if _is_between(n, low, high)]
        return Choices(inside)
    if not (_is_number(low) and _is_number(high) and _is_number(step)) or step <= 0:
        return None
    count = int((high - low) / step + 1e-9) + 1
    if count > MAX_VALUES:
        return None
    digits = max(_digits(low), _digits(step))
    return Choices(
        [_number(str(round(low + position * step, digits))) for position in range(count)]
    )


def _is_between(number: float, low: object, high: object) -> bool:
    return not (_is_number(low) and number < low) and not (_is_number(high) and number > high)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _digits(number: float) -> int:
    exponent = Decimal(repr(number)).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _number(text: str) -> int | float:
    """Return a number as JSON gives it: one without a fraction is an int."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _day(props: Props) -> Choices | None:
    try:
        first = date.fromisoformat(str(props.get("min_date_allowed"))[:10])
        last = date.fromisoformat(str(props.get("max_date_allowed"))[:10])
    except ValueError:
        return None
    count = (last - first).days + 1
    if not 0 < count <= MAX_VALUES:
        return None
    closed = {str(day)[:10] for day in props.get("disabled_days") or ()}
    days = [(first + timedelta(days)).isoformat() for days in range(count)]
    values: list[object] = [day for day in days if day not in closed]
    return Choices([*values, None] if props.get("clearable") else values)


def _switch(_: Props) -> Choices:
    return Choices([False, True])


_FINDERS: Mapping[tuple[str, str], Callable[[Props], Choices | None]] = {
    ("Dropdown", "value"): _dropdown,
    ("Select", "value"): _one_of,
    ("SegmentedControl", "value"): _one_of,
    ("RadioItems", "value"): _one_of,
    ("Checklist", "value"): _any_of,
    ("Tabs", "value"): _tabs("value"),
    ("Tabs", "active_tab"): _tabs("tab_id"),
    ("Slider", "value"): _slider,
    ("DatePickerSingle", "date"): _day,
    ("Switch", "value"): _switch,
    ("Switch", "checked"): _switch,
    ("Checkbox", "value"): _switch,
    ("Checkbox", "checked"): _switch,
    ("BooleanSwitch", "on"): _switch,
    ("ToggleSwitch", "value"): _switch,
}
