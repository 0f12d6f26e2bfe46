"""`Patch`: records changes to a property in a callback; `apply_patch` applies them to its value.

A patch is sent as data (S-100). The worker applies it here, the page in `web/src/mirror/patch.ts`,
with the results of Dash's renderer (`dash-renderer/src/actions/patch.ts`): values are JSON,
arithmetic is JavaScript's. Values in a patch are those of the app until `serialize` converts them.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any, Never, Self

from pyrt.model.errors import CallbackError
from pyrt.model.javascript import format_number, is_equal, to_number, to_text

MARK = "__dash_patch_update"

type Key = str | int
type Operation = dict[str, Any]

# The value that `p.x += 1` assigns to `p.x` after the addition is recorded.
_RECORDED: Any = object()


class Patch:
    """Records changes to a property whose value the callback does not know; write-only (S-101).

    Examples:
        >>> patch = Patch()
        >>> patch["items"].append(3)
        >>> patch.total += 3
        >>> [(step["operation"], step["location"]) for step in patch.to_plotly_json()["operations"]]
        [('Append', ['items']), ('Add', ['total'])]
    """

    _location: list[Key]
    _operations: list[Operation]

    def __init__(self, location: list[Key] | None = None, parent: "Patch | None" = None) -> None:
        state = vars(self)  # an assignment would be recorded
        of_parent = {} if parent is None else vars(parent)
        state["_location"] = location or list(of_parent.get("_location", ()))
        state["_operations"] = of_parent.get("_operations", [])

    def __getstate__(self) -> dict[str, Any]:
        return vars(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)

    def __repr__(self) -> str:
        return f"<dash.Patch at {self._location}, write-only>"

    def __iter__(self) -> Never:
        raise TypeError("A Patch is write-only: it does not know the items of the value.")

    def __getitem__(self, key: Key) -> "Patch":
        return Patch([*self._location, _validate_key(key)], self)

    def __delitem__(self, key: Key) -> None:
        self._record("Delete", [*self._location, _validate_key(key)])

    def __setitem__(self, key: Key, value: object) -> None:
        _validate_key(key)
        if value is not _RECORDED:
            self._record("Assign", [*self._location, key], value=value)

    def __getattr__(self, key: str) -> "Patch":
        # `hasattr` of a protocol's method must be false.
        if key == "tolist" or (key.startswith("__") and key.endswith("__")):
            raise AttributeError(key)
        return self[key]

    def __setattr__(self, key: str, value: object) -> None:
        self[key] = value

    def __delattr__(self, key: str) -> None:
        del self[key]

    def __iadd__(self, other: object) -> Self:
        if isinstance(other, list | tuple):
            self.extend(other)
            return self._after_in_place()
        return self._in_place("Add", other)

    def __isub__(self, other: object) -> Self:
        return self._in_place("Sub", other)

    def __imul__(self, other: object) -> Self:
        return self._in_place("Mul", other)

    def __itruediv__(self, other: object) -> Self:
        return self._in_place("Div", other)

    def __ior__(self, other: Mapping[str, object]) -> Self:
        self.update(other)
        return self._after_in_place()

    def insert(self, index: int, item: object) -> None:
        """Add an item before an index of a list, counted from the end if negative."""
        self._record("Insert", self._location, index=index, value=item)

    def append(self, item: object) -> None:
        """Add an item at the end of a list."""
        self._record("Append", self._location, value=item)

    def prepend(self, item: object) -> None:
        """Add an item at the start of a list."""
        self._record("Prepend", self._location, value=item)

    def clear(self) -> None:
        """Empty a list, a dict or a string."""
        self._record("Clear", self._location)

    def reverse(self) -> None:
        """Reverse a list or a string."""
        self._record("Reverse", self._location)

    def extend(self, item: Sequence[object]) -> None:
        """Append the items of another list to a list."""
        if isinstance(item, list | tuple):
            self._record("Extend", self._location, value=item)
        else:
            raise TypeError(f"{self!r} is extended by a list or tuple, not by {item!r}.")

    def remove(self, item: object) -> None:
        """Remove all items of a list that are equal to this one."""
        self._record("Remove", self._location, value=item)

    def update(self, E: Mapping[str, object] | None = None, **F: object) -> None:  # noqa: N803  # dict.update's names
        """Merge keys into a dict."""
        self._record("Merge", self._location, value={**(E or {}), **F})

    def sort(self) -> Never:
        """Raise: the name is reserved."""
        raise KeyError("A Patch cannot sort. To change the key of that name: patch['sort']")

    def to_plotly_json(self) -> dict[str, object]:
        """Return the patch as data, with the changes recorded in all of its parts (S-100)."""
        return {MARK: MARK, "operations": self._operations}

    def _record(self, operation: str, location: list[Key], **params: object) -> None:
        self._operations.append({"operation": operation, "location": location, "params": params})

    def _in_place(self, operation: str, other: object) -> Self:
        self._record(operation, self._location, value=other)
        return self._after_in_place()

    def _after_in_place(self) -> Self:
        return _RECORDED if self._location else self


def is_patch(value: object) -> bool:
    """Return whether a value is a `Patch`, or one as data."""
    return isinstance(value, Patch) or (isinstance(value, dict) and MARK in value)


def apply_patch(operations: Sequence[Operation], value: object) -> object:
    """Return the value after these operations, in order; the old one is not changed (S-103).

    Args:
        operations: `[{operation, location, params}]`, JSON.
        value: the value of the property, JSON.

    Raises:
        CallbackError: an operation does not fit the value at its location.
    """
    for operation in operations:
        name, params = operation["operation"], operation["params"]
        location = _resolve(operation["location"], value)
        if name == "Assign":
            value = _set(value, location, params["value"])
        elif name == "Delete":
            value = _delete(value, location)
        elif name in _CHANGES:
            value = _set(value, location, _change(name, location, _get(value, location), params))
        else:
            raise CallbackError(f"A Patch has the operation {name!r}, which does not exist.")
    return value


class _Undefined:
    """The value at a location that does not exist."""

    def __repr__(self) -> str:
        return "undefined"


_UNDEFINED = _Undefined()


def _validate_key(key: Any) -> Key:  # noqa: ANN401  # any subscript
    if isinstance(key, slice):
        raise TypeError(f"A Patch changes one item at a time, so it takes no slice: {key!r}.")
    return key  # type: ignore[no-any-return]  # JSON has no other keys


def _resolve(location: Sequence[Key], value: object) -> list[Key]:
    """Return the location with negative indexes counted from the start (S-102)."""
    resolved: list[Key] = []
    for key in location:
        if _is_index(key) and int(key) < 0:
            container = _get(value, resolved)
            if not isinstance(container, list | str):
                raise CallbackError(
                    f"A Patch counts from the end at {list(location)}, but there is {container!r}, "
                    "which is no list."
                )
            resolved.append(len(container) + int(key))
        else:
            resolved.append(key)
    return resolved


def _is_index(key: object) -> bool:
    return isinstance(key, int) and not isinstance(key, bool)


def _key_text(key: Key) -> str:
    return key if isinstance(key, str) else format_number(key)


def _get(value: Any, location: Sequence[Key]) -> Any:  # noqa: ANN401  # JSON of any shape
    for key in location:
        if isinstance(value, list) and isinstance(key, int):
            value = value[key] if 0 <= key < len(value) else _UNDEFINED
        elif isinstance(value, dict):
            value = value.get(_key_text(key), _UNDEFINED)
        else:
            return _UNDEFINED
    return value


def _set(value: Any, location: Sequence[Key], new: object) -> Any:  # noqa: ANN401  # JSON of any shape
    """Return a value with `new` at the location; missing containers are created."""
    if not location:
        return new
    key, *rest = location
    if rest:
        inner = _get(value, [key])
        if not isinstance(inner, list | dict) and inner is not None:
            inner = [] if _is_index(rest[0]) else {}
        new = _set(inner, rest, new)
    if isinstance(value, list) and isinstance(key, int):
        if key < 0:
            return value
        return [*value[:key], *[None] * (key - len(value)), new, *value[key + 1 :]]
    return {**_as_dict(value), _key_text(key): new}


def _delete(value: Any, location: Sequence[Key]) -> Any:  # noqa: ANN401  # JSON of any shape
    if not location or _get(value, location) is _UNDEFINED:
        return value
    *above, key = location
    container = _get(value, above)
    if isinstance(container, list):
        index = int(key)
        return _set(value, above, [*container[:index], *container[index + 1 :]])
    return _set(value, above, {k: v for k, v in container.items() if k != _key_text(key)})


def _change(name: str, location: list[Key], old: object, params: Mapping[str, Any]) -> object:
    try:
        return _CHANGES[name](old, params)
    except _Unfit:
        raise CallbackError(
            f"A Patch cannot do {name} at {location or 'the top'}: there is {_shorten(old)}."
        ) from None


class _Unfit(Exception):  # noqa: N818  # never leaves this module
    """An operation does not fit the value that it is applied to."""


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."


_SHOWN_CHARS = 100  # of a value, in error messages


def _as_items(old: object) -> list[Any]:
    """Return the items of a list or string; none of other values, as in JavaScript."""
    return old if isinstance(old, list) else list(old) if isinstance(old, str) else []


def _as_list(old: object) -> list[Any]:
    if not isinstance(old, list):
        raise _Unfit
    return old


def _as_dict(old: object) -> dict[str, Any]:
    if isinstance(old, list):
        return {str(index): item for index, item in enumerate(old)}
    return old if isinstance(old, dict) else {}


def _extend(old: object, params: Mapping[str, Any]) -> object:
    if isinstance(old, str) and isinstance(params["value"], str):
        return old + params["value"]
    return [*_as_list(old), *params["value"]]


def _insert(old: object, params: Mapping[str, Any]) -> object:
    items, index = _as_list(old), int(params["index"])
    index = index + len(items) if index < 0 else index
    index = index if 0 <= index < len(items) else len(items)
    return [*items[:index], params["value"], *items[index:]]


def _remove(old: object, params: Mapping[str, Any]) -> object:
    return [item for item in _as_list(old) if not is_equal(item, params["value"])]


def _clear(old: object, _: Mapping[str, Any]) -> object:
    return type(old)() if isinstance(old, list | dict | str) else None


def _reverse(old: object, _: Mapping[str, Any]) -> object:
    if not isinstance(old, list | str):
        raise _Unfit
    return old[::-1]


def _add(old: object, params: Mapping[str, Any]) -> object:
    other = params["value"]
    if isinstance(old, str | list | dict) or isinstance(other, str | list | dict):
        return to_text(old) + to_text(other)
    return _finite(to_number(old) + to_number(other))


def _divide(old: object, params: Mapping[str, Any]) -> object:
    divisor = to_number(params["value"])
    return _finite(to_number(old) / divisor) if divisor else None


_CHANGES: Mapping[str, Callable[[Any, Mapping[str, Any]], object]] = {
    "Append": lambda old, params: [*_as_items(old), params["value"]],
    "Prepend": lambda old, params: [params["value"], *_as_items(old)],
    "Insert": _insert,
    "Extend": _extend,
    "Remove": _remove,
    "Clear": _clear,
    "Reverse": _reverse,
    "Merge": lambda old, params: {**_as_dict(old), **params["value"]},
    "Add": _add,
    "Sub": lambda old, params: _finite(to_number(old) - to_number(params["value"])),
    "Mul": lambda old, params: _finite(to_number(old) * to_number(params["value"])),
    "Div": _divide,
}


def _finite(number: float) -> float | None:
    """Return a number as JSON of the page is read: integral ones as int, None for NaN."""
    if not isfinite(number):
        return None
    return int(number) if number.is_integer() else number
