"""Values of props: decoded when first read, and copied for callbacks, big ones copy-on-write.

A callback may change the values it is given (S-51), so it never gets the objects of the engine. A
small value is copied for each call. To copy a big one takes longer than most callbacks run, so it
is copied once, into containers that record their first change. This copy is reused until then:

    LazyValue
    |-- value    the engine's object; decoded when first needed
    `-- copy     given to one callback after another, until one of them changes it

The copy is complete, so C code can read it as ordinary dicts and lists. C code that changes a list
without calling its methods (`heapq`) is not recorded: later readers of the copy see such a change,
the engine never does.
"""

from collections.abc import Callable
from typing import Any

SCALAR_TYPES = frozenset({str, int, float, bool, type(None)})
MIN_COW_PARTS = 1000  # list items and dict entries from which on a value is copied on write


class LazyValue:
    """The value of a prop that is not stored as plain JSON: not yet decoded, or big.

    Args:
        value: the plain value; ignored if there is a `decode`.
        decode: returns the value; called when it is first needed.
    """

    __slots__ = ("_cow", "_decode", "_value")

    def __init__(self, value: object = None, decode: Callable[[], object] | None = None) -> None:
        self._value = value
        self._decode = decode
        self._cow: _CowCopy | None = None

    def read(self) -> object:
        """Return the engine's own value; do not change it."""
        if self._decode is not None:
            self._value = self._decode()
            self._decode = None
        return self._value

    def copy_for_callback(self) -> object:
        """Return a copy that a callback may change; a big one is shared until its first change."""
        value = self.read()
        if type(value) in SCALAR_TYPES:
            return value
        if self._cow is None and not is_big(value):
            return copy_value(value)
        if self._cow is None or self._cow.changed:
            self._cow = _CowCopy(value)
        return self._cow.value


def read_value(value: object) -> object:
    """Return the engine's own value of a prop, whether it is a `LazyValue` or not."""
    return value.read() if type(value) is LazyValue else value


def copy_value(value: object) -> object:
    """Return a deep copy as plain JSON; the value may contain `LazyValue`s."""
    kind = type(value)
    if kind is dict:
        return {
            key: item if type(item) in SCALAR_TYPES else copy_value(item)
            for key, item in value.items()  # type: ignore[attr-defined]  # it is a dict
        }
    if kind is list:
        return [item if type(item) in SCALAR_TYPES else copy_value(item) for item in value]  # type: ignore[attr-defined]  # a list
    return copy_value(value.read()) if kind is LazyValue else value  # type: ignore[attr-defined]  # a LazyValue


def is_big(value: object) -> bool:
    """Return whether a value has at least `MIN_COW_PARTS` parts; stops counting there."""
    parts, queue = 0, [value]
    while queue:
        part = queue.pop()
        if type(part) is dict:
            queue.extend(part.values())
            parts += len(part)
        elif type(part) is list:
            queue.extend(part)
            parts += len(part)
        if parts >= MIN_COW_PARTS:
            return True
    return False


class _CowCopy:
    """One copy of a big value, and whether a callback has changed it."""

    __slots__ = ("changed", "value")

    def __init__(self, value: object) -> None:
        self.changed = False
        self.value = self._copy(value)

    def _copy(self, value: object) -> object:
        kind = type(value)
        if kind is dict:
            items = {
                key: item if type(item) in SCALAR_TYPES else self._copy(item)
                for key, item in value.items()  # type: ignore[attr-defined]  # it is a dict
            }
            copied: _CowDict | _CowList = _CowDict(items)
        elif kind is list:
            copied = _CowList(
                [item if type(item) in SCALAR_TYPES else self._copy(item) for item in value]  # type: ignore[attr-defined]  # a list
            )
        else:
            return value
        copied.cow = self
        return copied


# The methods below pass their arguments on to dict and list, whatever these are.
# ruff: noqa: ANN401


def _recording_change(method: Any) -> Any:
    def change(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.cow.changed = True
        return method(self, *args, **kwargs)

    change.__name__ = method.__name__
    return change


class _CowDict(dict[str, Any]):
    __slots__ = ("cow",)
    cow: _CowCopy

    __setitem__ = _recording_change(dict.__setitem__)
    __delitem__ = _recording_change(dict.__delitem__)
    __ior__ = _recording_change(dict.__ior__)
    clear = _recording_change(dict.clear)
    pop = _recording_change(dict.pop)
    popitem = _recording_change(dict.popitem)
    setdefault = _recording_change(dict.setdefault)
    update = _recording_change(dict.update)

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


class _CowList(list[Any]):
    __slots__ = ("cow",)
    cow: _CowCopy

    __setitem__ = _recording_change(list.__setitem__)
    __delitem__ = _recording_change(list.__delitem__)
    __iadd__ = _recording_change(list.__iadd__)
    __imul__ = _recording_change(list.__imul__)
    append = _recording_change(list.append)
    clear = _recording_change(list.clear)
    extend = _recording_change(list.extend)
    insert = _recording_change(list.insert)
    pop = _recording_change(list.pop)
    remove = _recording_change(list.remove)
    reverse = _recording_change(list.reverse)
    sort = _recording_change(list.sort)

    def __reduce__(self) -> Any:
        return list, (list(self),)
