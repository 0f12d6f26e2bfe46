"""Values of props: decoded when first read, and copied for callbacks.

A callback may keep and change the values it is given (S-51), so each call gets values of its own,
of exactly the types that JSON gives, however large they are:

    LazyValue
    |-- value    the engine's own; decoded when first needed
    `-- packed   its bytes, from which each copy is made: made once, by `marshal`, which is faster
                 than JSON and than any copying in Python
"""

import json
import marshal
from collections.abc import Callable
from functools import partial

from pyrt.model.serialize import LONG, without_collections

SCALAR_TYPES = frozenset({str, int, float, bool, type(None)})


class LazyValue:
    """The value of a prop that is not stored as plain JSON: not yet decoded, or packed.

    Args:
        value: the plain value; ignored if there is a `decode`.
        decode: returns the value; called when it is first needed.
        packed: what `pack` returns for the value, if it is known.
    """

    __slots__ = ("_decode", "_packed", "_value")

    def __init__(
        self,
        value: object = None,
        decode: Callable[[], object] | None = None,
        packed: bytes | None = None,
    ) -> None:
        self._value = value
        self._decode = decode
        self._packed = packed

    def read(self) -> object:
        """Return the engine's own value; do not change it."""
        if self._decode is not None:
            self._value = self._decode()
            self._decode = None
        return self._value

    def copy_for_callback(self) -> object:
        """Return a copy that a callback may keep and change."""
        if self._packed is None:
            value = self.read()
            if type(value) in SCALAR_TYPES:
                return value
            self._packed = pack(value)
        return unpack(self._packed)


def packed_value(packed: bytes) -> LazyValue:
    """Return the value whose bytes the page has made (web/src/wire/marshal.ts)."""
    return LazyValue(decode=partial(unpack, packed), packed=packed)


def read_value(value: object) -> object:
    """Return the engine's own value of a prop, whether it is a `LazyValue` or not."""
    return value.read() if type(value) is LazyValue else value


def pack(value: object) -> bytes:
    """Return plain JSON as bytes, for `unpack`.

    Raises:
        ValueError: a part of the value is no plain JSON.
    """
    try:
        return marshal.dumps(value)  # type: ignore[arg-type]  # JSON
    except ValueError:  # nested too deeply for marshal, or no plain JSON
        try:
            return _AS_TEXT + json.dumps(value).encode()
        except TypeError as error:
            raise ValueError(str(error)) from None


def unpack(packed: bytes) -> object:
    """Return the value from the bytes that `pack` made, new each time."""
    if packed.startswith(_AS_TEXT):
        return json.loads(packed[len(_AS_TEXT) :])
    if len(packed) < LONG:
        return marshal.loads(packed)  # noqa: S302  # made by `pack`
    return without_collections(marshal.loads, packed)


_AS_TEXT = b"json:"  # marshal's bytes of a list or dict never begin with it


def copy_value(value: object) -> object:
    """Return a deep copy as plain JSON; the value may contain `LazyValue`s."""
    if type(value) in SCALAR_TYPES:
        return value
    try:
        return unpack(marshal.dumps(value))  # type: ignore[arg-type]  # JSON, or ValueError
    except ValueError:  # it contains a `LazyValue`, or is nested too deeply for marshal
        return _copy_parts(value)


def _copy_parts(value: object) -> object:
    kind = type(value)
    if kind is dict:
        return {
            key: item if type(item) in SCALAR_TYPES else _copy_parts(item)
            for key, item in value.items()  # type: ignore[attr-defined]  # it is a dict
        }
    if kind is list:
        return [item if type(item) in SCALAR_TYPES else _copy_parts(item) for item in value]  # type: ignore[attr-defined]  # a list
    return copy_value(value.read()) if kind is LazyValue else value  # type: ignore[attr-defined]  # a LazyValue
