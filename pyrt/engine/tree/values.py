"""Values of props: kept as text until somebody reads them, and lent to callbacks as copies.

The engine's own values must never be reached by an author's code, which is free to change what it
is given (S-51). A small value is copied for each call. For a big one that would cost more than most
callbacks do; so it is copied once, into containers that notice when they are changed:

    LazyValue
    |-- value    the engine's own; made of `text` when first needed
    `-- loan     a copy of it, handed to one callback after another until one of them changes it

The copy is fully populated, so that it reads as ordinary dicts and lists, also for C code. C code
that changes a list behind its methods (`heapq`) is not noticed, and would be seen by later readers
of the copy, never by the engine. This module imports nothing of pyrt.
"""

from collections.abc import Callable
from typing import Any

SCALAR_TYPES = frozenset({str, int, float, bool, type(None)})
MIN_COW_PARTS = 1000  # parts of a value from which on it is lent instead of copied


class LazyValue:
    """A value of a prop that is not stored plainly: encoded still, or big.

    Args:
        value: the plain value; ignored when there is a `decode`.
        decode: makes the value when it is first needed.
    """

    __slots__ = ("_cow", "_decode", "_value")

    def __init__(self, value: object = None, decode: Callable[[], object] | None = None) -> None:
        self._value = value
        self._decode = decode
        self._cow: _CowCopy | None = None

    def read(self) -> object:
        """Return the engine's own value, which must not be changed."""
        if self._decode is not None:
            self._value = self._decode()
            self._decode = None
        return self._value

    def copy_for_callback(self) -> object:
        """Return a copy for a callback."""
        value = self.read()
        if type(value) in SCALAR_TYPES:
            return value
        if self._cow is None and not is_big(value):
            return copy(value)
        if self._cow is None or self._cow.changed:
            self._cow = _CowCopy(value)
        return self._cow.value


def read(value: object) -> object:
    """Return the engine's own value of a prop, stored plainly or not."""
    return value.read() if type(value) is LazyValue else value


def copy(value: object) -> object:
    """Return a copy of plain JSON (with `LazyValue` values in it) as plain JSON."""
    kind = type(value)
    if kind is dict:
        return {
            key: item if type(item) in SCALAR_TYPES else copy(item)
            for key, item in value.items()  # type: ignore[attr-defined]  # it is a dict
        }
    if kind is list:
        return [item if type(item) in SCALAR_TYPES else copy(item) for item in value]  # type: ignore[attr-defined]
    return copy(value.read()) if kind is LazyValue else value  # type: ignore[attr-defined]


def is_big(value: object) -> bool:
    """Return whether a value has at least `MIN_COW_PARTS` parts; looks at no more than these."""
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
    """One copy of a big value, and whether somebody changed it."""

    __slots__ = ("changed", "value")

    def __init__(self, value: object) -> None:
        self.changed = False
        self.value = self._guard(value)

    def _guard(self, value: object) -> object:
        kind = type(value)
        if kind is dict:
            items = {
                key: item if type(item) in SCALAR_TYPES else self._guard(item)
                for key, item in value.items()  # type: ignore[attr-defined]  # it is a dict
            }
            guarded: _Dict | _List = _Dict(items)
        elif kind is list:
            guarded = _List(
                [item if type(item) in SCALAR_TYPES else self._guard(item) for item in value]  # type: ignore[attr-defined]
            )
        else:
            return value
        guarded.cow = self
        return guarded


# Anything may be given to the methods of a dict or a list; what they do with it is their business.
# ruff: noqa: ANN401


def _noticing(method: Any) -> Any:
    def change(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.cow.changed = True
        return method(self, *args, **kwargs)

    change.__name__ = method.__name__
    return change


class _Dict(dict[str, Any]):
    __slots__ = ("cow",)
    cow: _CowCopy

    __setitem__ = _noticing(dict.__setitem__)
    __delitem__ = _noticing(dict.__delitem__)
    __ior__ = _noticing(dict.__ior__)
    clear = _noticing(dict.clear)
    pop = _noticing(dict.pop)
    popitem = _noticing(dict.popitem)
    setdefault = _noticing(dict.setdefault)
    update = _noticing(dict.update)

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


class _List(list[Any]):
    __slots__ = ("cow",)
    cow: _CowCopy

    __setitem__ = _noticing(list.__setitem__)
    __delitem__ = _noticing(list.__delitem__)
    __iadd__ = _noticing(list.__iadd__)
    __imul__ = _noticing(list.__imul__)
    append = _noticing(list.append)
    clear = _noticing(list.clear)
    extend = _noticing(list.extend)
    insert = _noticing(list.insert)
    pop = _noticing(list.pop)
    remove = _noticing(list.remove)
    reverse = _noticing(list.reverse)
    sort = _noticing(list.sort)

    def __reduce__(self) -> Any:
        return list, (list(self),)
