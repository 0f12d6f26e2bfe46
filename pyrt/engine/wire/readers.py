"""Readers of JSON data, derived from annotations: a message is read as its dataclass is declared.

    reader_of(SetProps)(data, "SetProps")    the message, or a ProtocolError

A key of the JSON is the camelCase name of a field. An entry that is absent or null keeps the
default of its field. A reader is built when it is first needed, so that importing costs nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeAliasType, Union, cast, get_args, get_origin

from pyrt.engine.wire.messages import DryComponent, PropKey, Step
from pyrt.model.errors import ProtocolError

# Takes data and where in a message it stands; returns the value of the annotated type.
type Reader = Callable[[object, str], Any]


def reader_of(annotation: object) -> Reader:
    """Return the reader of a type, an alias of the messages, or a dataclass.

    Raises:
        TypeError: there is no JSON for this type.
    """
    reader = READERS.get(annotation)
    if reader is None:
        reader = READERS[annotation] = _derive(annotation)
    return reader


def _derive(annotation: object) -> Reader:
    if isinstance(annotation, TypeAliasType):
        return reader_of(annotation.__value__)
    if is_dataclass(annotation):
        return _record(cast("type", annotation))
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return _one_of(args)
    if origin is Sequence:
        return _list_of(reader_of(args[0]))
    if origin is Mapping:
        return _object if args[1] is object else _object_of(reader_of(args[1]))
    some = [arg for arg in args if arg is not NoneType]
    if origin in {Union, UnionType} and len(some) == 1:
        return reader_of(some[0])
    raise TypeError(f"There is no reader for {annotation!r}.")


def camel_case(name: str) -> str:
    """Return the key in JSON for the name of a field."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def describe(value: object) -> str:
    """Return the type of a value, for an error message."""
    return "null" if value is None else f"a {type(value).__name__}"


# --- structures


def _record(kind: type) -> Reader:
    known = {camel_case(item.name): (item.name, reader_of(item.type)) for item in fields(kind)}

    def read(value: object, where: str) -> object:
        given = {}
        for key, entry in _object(value, where).items():
            if entry is not None and key in known:
                name, reader = known[key]
                given[name] = reader(entry, f"{where}.{key}")
        try:
            return kind(**given)
        except TypeError:
            missing = [key for key, (name, _) in known.items() if name not in given]
            raise ProtocolError(f"{where} lacks one of: {', '.join(missing)}.") from None

    return read


def _list_of(reader: Reader) -> Reader:
    def read(value: object, where: str) -> object:
        if not isinstance(value, list):
            raise ProtocolError(f"{where} is {describe(value)}, but it must be a list.")
        return [reader(item, f"{where}[{index}]") for index, item in enumerate(value)]

    return read


def _object_of(reader: Reader) -> Reader:
    def read(value: object, where: str) -> object:
        items = _object(value, where).items()
        return {key: reader(item, f"{where}[{key}]") for key, item in items}

    return read


def _one_of(allowed: Sequence[object]) -> Reader:
    def read(value: object, where: str) -> object:
        if value not in allowed:
            raise ProtocolError(
                f"{where} must be one of {', '.join(map(str, allowed))}: {value!r:.80}."
            )
        return value

    return read


# --- single values


def _exactly(kind: type, name: str) -> Reader:
    def read(value: object, where: str) -> object:
        if type(value) is not kind:
            raise ProtocolError(f"{where} is {describe(value)}, but it must be {name}.")
        return value

    return read


def _number(value: object, where: str) -> int:
    # JavaScript has one kind of number. Counts arrive without a fraction.
    if type(value) is not int or not 0 <= value <= MAX_SAFE_INTEGER:
        raise ProtocolError(f"{where} must be a number of a message, but it is {value!r:.80}.")
    return value


def _seconds(value: object, where: str) -> float:
    if type(value) not in {int, float} or not value >= 0:  # type: ignore[operator]
        raise ProtocolError(f"{where} must be a number of seconds, but it is {value!r:.80}.")
    return value  # type: ignore[return-value]


def _step(value: object, where: str) -> object:
    if type(value) is not str and (type(value) is not int or value < 0):
        raise ProtocolError(f"{where} is no step of a path: {value!r:.80}.")
    return value


def _component(value: object, where: str) -> object:
    if not isinstance(value, dict) or not isinstance(value.get("props"), dict):
        raise ProtocolError(f"{where} is no component.")
    return value


def _prop_key(value: object, where: str) -> object:
    data = _object(value, where)
    return _text(data.get("id"), where), _text(data.get("property"), where)


def _anything(value: object, _: str) -> object:
    return value


MAX_SAFE_INTEGER = 2**53
_text = _exactly(str, "text")
_object = _exactly(dict, "an object")

# The readers known so far, by annotation.
READERS: dict[object, Reader] = {
    str: _text,
    bool: _exactly(bool, "true or false"),
    int: _number,
    float: _seconds,
    object: _anything,
    DryComponent: _component,
    PropKey: _prop_key,
    Step: _step,
}
