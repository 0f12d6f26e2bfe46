"""What a user could do to a component: which values its control lets them choose.

A value is refused as the component would refuse it: the control is disabled, the value is no option
or out of range. The rules are those of Dash's own components; others take any value.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pyrt.agents.components import Described
from pyrt.agents.limits import to_json

_CHOICES = frozenset({"Dropdown", "RadioItems", "Checklist"})
_MANY = frozenset({"Checklist"})
_SLIDERS = frozenset({"Slider", "RangeSlider"})
_DATES = frozenset({"DatePickerSingle", "DatePickerRange"})
_TEXTS = frozenset({"Input", "Textarea"})
_VALUES = frozenset({"value", "date", "start_date", "end_date", "n_clicks", "checked"})
_SHOWN = 20  # options in a message


def refuse(component: Described, prop: str, value: object) -> str:
    """Return why a user could not give this value to the component; empty if they could."""
    props: Mapping[str, Any] = component["props"]
    kind = str(component.get("type"))
    if prop in _VALUES or prop == "submit_n_clicks":
        if props.get("disabled"):
            return "it is disabled"
        if props.get("readOnly") and kind in _TEXTS:
            return "it is read-only"
    if prop == "n_clicks" and props.get("disable_n_clicks"):
        return "it takes no clicks"
    if value is None:
        if kind == "Dropdown" and prop == "value" and props.get("clearable") is False:
            return "it cannot be cleared"
        return ""
    check = next((check for kinds, of, check in _CHECKS if kind in kinds and prop in of), None)
    return check(kind, props, value) if check else ""


def _choose(kind: str, props: Mapping[str, Any], value: object) -> str:
    options = dict(_options(props.get("options")))
    if props.get("options") is None:
        return ""
    is_many = kind in _MANY or bool(props.get("multi"))
    if is_many != isinstance(value, list):
        return "it takes a list of values" if is_many else "it takes one value, and no list"
    for each in value if isinstance(value, list) else [value]:
        key = _key(each)
        if key not in options:
            return f"{_show(each)} is not one of its options: {_list(options)}"
        if options[key]:
            return f"the option {_show(each)} is disabled"
    return ""


def _options(options: object) -> Iterator[tuple[str, bool]]:
    """Yield the values of options, as keys, and whether each is disabled."""
    if isinstance(options, dict):
        yield from ((_key(each), False) for each in options)
        return
    for option in options if isinstance(options, list) else ():
        if isinstance(option, dict):
            yield _key(option.get("value")), bool(option.get("disabled"))
        else:
            yield _key(option), False


def _key(value: object) -> str:
    return to_json(value)


def _show(value: object) -> str:
    return to_json(value)[:200]


def _list(options: Mapping[str, bool]) -> str:
    names = [name for name, disabled in options.items() if not disabled]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _slide(kind: str, props: Mapping[str, Any], value: object) -> str:
    is_many = kind == "RangeSlider"
    if is_many != isinstance(value, list):
        return "it takes a list of numbers" if is_many else "it takes one number"
    places = _places(props)
    for each in value if isinstance(value, list) else [value]:
        reason = _in_range(props, each)
        if reason:
            return reason
        if places and _number(each) not in places:
            return f"{_show(each)} is not one of its marks"
    return ""


def _places(props: Mapping[str, Any]) -> set[float | None]:
    """Return the only places of a slider without steps; empty if it has steps."""
    marks = props.get("marks")
    has_steps = props.get("step", 1) is not None
    return set() if has_steps or not isinstance(marks, dict) else set(map(_number, marks))


def _in_range(props: Mapping[str, Any], value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{_show(value)} is no number"
    least, most = _number(props.get("min")), _number(props.get("max"))
    if least is not None and value < least:
        return f"{_show(value)} is less than its least value, {_show(props['min'])}"
    if most is not None and value > most:
        return f"{_show(value)} is more than its greatest value, {_show(props['max'])}"
    return ""


def _number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]  # a number or a text in HTML's attributes
    except (TypeError, ValueError):
        return None


def _type(_: str, props: Mapping[str, Any], value: object) -> str:
    if props.get("type") == "number":
        return _in_range(props, value)
    longest = _number(props.get("maxLength"))
    if isinstance(value, str) and longest is not None and len(value) > longest:
        return f"its text has at most {longest:.0f} characters"
    return ""


def _pick(_: str, props: Mapping[str, Any], value: object) -> str:
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return f"{_show(value)} is no date, such as 2024-06-15"
    least, most = _date(props.get("min_date_allowed")), _date(props.get("max_date_allowed"))
    if least is not None and day < least:
        return f"{day} is not allowed: min_date_allowed is {least}"
    if most is not None and day > most:
        return f"{day} is not allowed: max_date_allowed is {most}"
    if any(_date(each) == day for each in props.get("disabled_days") or ()):
        return f"{day} is one of its disabled days"
    return ""


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _open_tab(_: str, props: Mapping[str, Any], value: object) -> str:
    children = props.get("children")
    tabs = children if isinstance(children, list) else [children]
    known = {}
    for number, tab in enumerate(tabs, 1):
        of = tab.get("props", {}) if isinstance(tab, dict) else {}
        known[_key(of.get("value", f"tab-{number}"))] = bool(of.get("disabled"))
    if _key(value) not in known:
        return f"{_show(value)} is not one of its tabs: {_list(known)}"
    return f"the tab {_show(value)} is disabled" if known[_key(value)] else ""


_CHECKS = (
    (_CHOICES, {"value"}, _choose),
    (_SLIDERS, {"value", "drag_value"}, _slide),
    (_TEXTS, {"value"}, _type),
    (_DATES, {"date", "start_date", "end_date"}, _pick),
    (frozenset({"Tabs"}), {"value"}, _open_tab),
)
