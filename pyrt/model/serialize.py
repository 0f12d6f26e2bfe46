"""Values of callbacks and layouts as JSON, with errors that have the path (R-65, R-66, S-61).

`encode` is the fast path: the C encoder writes JSON text, and calls Python for objects that are not
JSON.
`Encoded` keeps the text, and is decoded when it is read. `to_json_value` returns plain data.
`simplify` has all conversions; numpy, pandas and PIL are never imported.

In the `figure` of a Graph, large numeric arrays become `Buffer`s beside the text, in which
`{"_pyrt_buffer": n, "dtype": "float64", "shape": [..]}` refers to buffer n. Elsewhere an array
becomes a list, because components and clientside functions expect one.
"""

import gc
import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from pyrt.model.arrays import Buffer, swap_arrays
from pyrt.model.component import Component, is_component
from pyrt.model.errors import InvalidCallbackReturnValue
from pyrt.model.javascript import MAX_EXACT, join_surrogates, order_keys, round_integer

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None

_BUFFER_INDEX = re.compile(r'(?<={"_pyrt_buffer":)\d+')
_DIGIT_KEY = re.compile('[0-9]":')  # faster, and says no for most texts
_INDEX_KEY = re.compile('[{,]"[0-9]+":')
_LARGE_INTEGER = re.compile(r"(?<![.0-9])[0-9]{16}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BUFFER = re.compile(r'{"_pyrt_buffer":(\d+)[^}]*}')


@dataclass(frozen=True, slots=True)
class Encoded:
    """A value as JSON text, and the buffers that the text refers to."""

    text: str
    buffers: tuple[Buffer, ...] = ()

    @property
    def size(self) -> int:
        """The size in bytes; the text counts as if it were ASCII."""
        return len(self.text) + sum(buffer.data.nbytes for buffer in self.buffers)

    def text_after(self, count: int) -> str:
        """Return the text for a message that already has `count` buffers."""
        if not self.buffers or not count:
            return self.text
        # In a string, the quotes of the key would be escaped, so this matches references only.
        return _BUFFER_INDEX.sub(lambda match: str(int(match.group()) + count), self.text)

    def whole_text(self) -> str:
        """Return JSON with the arrays in it, for HTTP responses, which have no buffers."""
        if not self.buffers:
            return self.text
        return _BUFFER.sub(lambda match: _dump(self.buffers[int(match[1])].to_json()), self.text)

    def decode(self) -> Json:
        """Return the value as a callback reads it: plain data, as a page would send it.

        Numbers that JavaScript writes without a fraction are ints, those beyond 53 bits are
        rounded, and keys that are integers come first (R-67). A buffer becomes a typed
        array in Dash's form if it was in a plotly figure, else a list.
        """
        hook = self._restore if self.buffers else None
        value: Json = json.loads(self.text, parse_float=_parse_float, object_hook=hook)
        has_index = _DIGIT_KEY.search(self.text) and _INDEX_KEY.search(self.text)
        if has_index or _LARGE_INTEGER.search(self.text):
            return _through_javascript(value)
        return value

    def _restore(self, part: dict[str, Json]) -> Json:
        index = part.get("_pyrt_buffer")
        return self.buffers[index].to_json() if isinstance(index, int) else part


def encode(value: object, *, where: str = "A callback", figure: bool = False) -> Encoded:
    """Return a value as JSON text and buffers.

    Args:
        value: anything, such as a component with its tree, or a `Patch`.
        where: the subject of the error message: name and position of the callback.
        figure: whether the value is the `figure` of a Graph.

    Raises:
        InvalidCallbackReturnValue: a part of the value cannot become JSON.
    """
    encoder = _Encoder()
    try:
        text = encoder.encode(encoder.take_out_arrays(value) if figure else value)
    except Exception:  # noqa: BLE001  # conversions call other packages
        # The slow way accepts more kinds of dict keys, and raises an error with the path.
        text = encoder.encode(to_json_value(value, where=where))
        encoder.buffers.clear()
    if "NaN" in text or "Infinity" in text:  # also found in strings, where it only costs time
        text = _dump(json.loads(text, parse_constant=lambda _: None))
    if not text.isascii():
        text = _SURROGATE.sub(_escape, join_surrogates(text))
    return Encoded(text, tuple(encoder.buffers))


def _escape(surrogate: "re.Match[str]") -> str:
    """Return half a character as JSON can have it in UTF-8."""
    return f"\\u{ord(surrogate[0]):04x}"


def to_json_value(value: object, *, where: str = "A callback") -> Json:
    """Return a value as plain data, as `encode(value).decode()` does; faster for small ones.

    Raises:
        InvalidCallbackReturnValue: a part of the value cannot become JSON.
    """
    try:
        return _convert(value)
    except _Unfit as unfit:
        raise InvalidCallbackReturnValue(unfit.explain(where)) from unfit.__cause__
    except RecursionError:
        raise InvalidCallbackReturnValue(
            f"{where} returned a value that contains itself, or is nested too deep, which is not "
            "JSON serializable."
        ) from None


def simplify(value: Any) -> object:  # noqa: ANN401, PLR0911  # a table of conversions
    """Convert an object that is no JSON, one level deep (R-65, R-66).

    Raises:
        TypeError: objects of this type cannot be converted.
    """
    if isinstance(value, type):
        raise TypeError
    if hasattr(value, "to_plotly_json"):  # components, figures, Patch, NoUpdate, Format
        return value.to_plotly_json()
    kind = type(value)
    package, name = kind.__module__.partition(".")[0], kind.__name__
    if name in {
        "NaTType",
        "NAType",
        "MaskedConstant",
    }:  # before dates: NaT is an instance of datetime
        return None
    if isinstance(value, date | time):
        return value.isoformat()
    if package == "numpy" and getattr(getattr(value, "dtype", None), "kind", "") == "M":
        return _date_texts(value)
    if hasattr(value, "isoformat"):  # pandas.Timedelta
        return value.isoformat()
    if hasattr(value, "tolist"):  # arrays and scalars of numpy, Series, Index, array.array
        return value.tolist()
    convert = _BY_TYPE.get((package, name)) or next(
        (
            _BY_TYPE[key]
            for base in kind.__mro__
            if (key := (base.__module__.partition(".")[0], base.__name__)) in _BY_TYPE
        ),
        None,
    )
    if convert is not None:
        return convert(value)
    if hasattr(value, "__dataclass_fields__"):
        return {
            field: getattr(value, field)
            for field in value.__dataclass_fields__
            if not field.startswith("_")
        }
    raise TypeError


def _date_texts(value: Any) -> object:  # noqa: ANN401  # an array or a scalar of numpy
    if not getattr(value, "shape", ()):
        plain = value.tolist()  # a date, a datetime, None, or an int of nanoseconds
        if not isinstance(plain, int):
            return plain
    return value.astype(str).tolist()


def _image_uri(value: Any) -> str:  # noqa: ANN401  # a PIL image
    from io import BytesIO  # noqa: PLC0415  # few apps show images

    content = BytesIO()
    value.save(content, format="PNG")
    return f"data:image/png;base64,{b64encode(content.getvalue()).decode()}"


# By package and class name, so that none of these modules has to be imported.
_BY_TYPE: Mapping[tuple[str, str], Callable[[Any], object]] = {
    ("decimal", "Decimal"): float,
    ("enum", "Enum"): lambda value: value.value,
    ("uuid", "UUID"): str,
    ("PIL", "Image"): _image_uri,
}


class _Encoder:
    """One call of `encode`: the C encoder, and the buffers found so far."""

    def __init__(self) -> None:
        self.buffers: list[Buffer] = []
        self.encode = json.JSONEncoder(
            default=self._simplify, ensure_ascii=False, separators=(",", ":")
        ).encode

    def take_out_arrays(self, figure: object) -> object:
        """Return a figure with its large arrays replaced by references."""
        return swap_arrays(figure, self.buffers)

    def _simplify(self, value: object) -> object:
        if not is_component(value):
            return simplify(value)
        parts: dict[str, Any] = value.to_plotly_json()  # type: ignore[attr-defined]  # a component
        if parts["type"] == "Graph" and parts["namespace"] == "dash_core_components":
            props = parts["props"]
            if "figure" in props:
                parts["props"] = {**props, "figure": self.take_out_arrays(props["figure"])}
        return parts


_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

# JavaScript writes integral numbers up to here without an exponent.
_FIRST_EXPONENT = 1e21


def _round(number: float) -> Json:
    """Return a number as a page would send it: integral ones as int, None for NaN."""
    if type(number) is int:
        return number if -MAX_EXACT <= number <= MAX_EXACT else _round_integer(number)
    if number.is_integer():
        return round_integer(int(number)) if abs(number) < _FIRST_EXPONENT else number
    return number if abs(number) < float("inf") else None  # a comparison with NaN is false


def _parse_float(text: str) -> Json:
    return _round(float(text))


def _convert(value: Any) -> Json:  # noqa: ANN401, C901, PLR0911  # one return per type
    kind = type(value)
    if kind is str:
        return value if value.isascii() else join_surrogates(value)
    if kind in _SCALAR_TYPES:
        return value  # type: ignore[no-any-return]  # one of these
    if kind is int or kind is float:
        return _round(value)
    if kind is dict:
        return _convert_dict(value)
    if kind is list or kind is tuple:
        return _convert_list(value)
    if is_component(value):
        return _convert_component(value)
    if isinstance(value, dict):
        return _convert_dict(value)
    if isinstance(value, list | tuple):
        return _convert_list(value)
    if isinstance(value, str):
        return join_surrogates(str.__str__(value))
    if isinstance(value, int | float):
        return _round(float(value) if isinstance(value, float) else int(value))
    return _convert_object(value)


_SCALAR_TYPES = frozenset({bool, type(None)})


def _round_integer(value: int) -> Json:
    rounded = round_integer(value)
    return rounded if abs(rounded) < float("inf") else None


def _through_javascript(value: Json) -> Json:
    """Return plain data with integers and the order of keys as they come back from a page."""
    if type(value) is dict:
        return order_keys({key: _through_javascript(item) for key, item in value.items()})
    if type(value) is list:
        return [_through_javascript(item) for item in value]
    return _round_integer(value) if type(value) is int else value


def _convert_dict(value: Mapping[object, object]) -> Json:
    done: dict[str, Json] = {}
    for key, item in value.items():
        try:
            name = key if type(key) is str else _key_text(key)
            done[name if name.isascii() else join_surrogates(name)] = _convert(item)
        except _Unfit as unfit:
            unfit.add(f"[{key!r}]")
            raise
    return order_keys(done)


def _convert_list(value: list[object] | tuple[object, ...]) -> Json:
    done: list[Json] = []
    for index, item in enumerate(value):
        try:
            done.append(_convert(item))
        except _Unfit as unfit:
            unfit.add(f"[{index}]")
            raise
    return done


def _convert_object(value: object) -> Json:
    try:
        simple = simplify(value)
    except Exception as error:  # noqa: BLE001  # conversions call other packages
        raise _Unfit(value) from (None if type(error) is TypeError else error)
    return _convert(simple)


def _convert_component(component: Component) -> Json:
    parts = component.to_plotly_json()
    props = parts["props"]
    assert isinstance(props, dict)
    done: dict[str, Json] = {}
    for name, item in props.items():
        try:
            done[name] = _convert(item)
        except _Unfit as unfit:
            label = f"#{props['id']}" if isinstance(props.get("id"), str) else ""
            unfit.add(f"{parts['type']}{label}.{name}")
            raise
    return {**parts, "props": done}  # type: ignore[dict-item]  # type and namespace are text


def _key_text(key: object) -> str:
    """Return a dict key as text, as JSON encoders do; dates and numpy scalars included."""
    if isinstance(key, str):
        return str.__str__(key)
    plain = _convert(key)
    if isinstance(plain, str):
        return plain
    if isinstance(plain, dict | list):
        raise _Unfit(key)
    # As Python writes it, not JavaScript: the key 1.0 is "1.0" in Dash, too.
    return json.dumps(key if isinstance(key, int | float) or key is None else plain)


class _Unfit(Exception):  # noqa: N818  # never leaves this module
    """A value cannot become JSON; callers add the steps of its path."""

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value
        self.path: list[str] = []

    def add(self, step: str) -> None:
        self.path.insert(0, step)

    def explain(self, where: str) -> str:
        kind, text = type(self.value), _safe_repr(self.value)
        shown = text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."
        if isinstance(self.value, type):
            hint = f"Did you forget the brackets of {self.value.__name__}()?"
        else:
            hint = _HINTS.get(kind.__name__, "Convert it before you return it.")
        return (
            f"{where} returned a value having type `{kind.__name__}`, which is not JSON "
            f"serializable.\nPath: {' > '.join(self.path) or 'the value itself'}\n"
            f"Value: {shown}\nProperties can be components, strings, numbers, dictionaries, None, "
            f"or lists of those. {hint}"
        )


def _safe_repr(value: object) -> str:
    try:
        return repr(value)
    except BaseException:  # noqa: BLE001  # the app's code; or it is nested too deep
        return f"<{type(value).__name__}, whose repr fails>"


_SHOWN_CHARS = 200  # of a value, in error messages
_HINTS = {
    "set": "Make a list of it: sorted(...).",
    "frozenset": "Make a list of it: sorted(...).",
    "DataFrame": 'Make records of it: frame.to_dict("records").',
    "bytes": "Decode it, or send it in base64.",
    "generator": "Make a list of it: list(...).",
    "coroutine": "Await it first.",
}


# --- large values

LONG = 100_000  # bytes or characters, from which on garbage collections are noticeable


def without_collections[T, R](make: Callable[[T], R], data: T) -> R:
    """Return what a function makes of some data, without collections meanwhile.

    For functions that make a value and no garbage, as `json.loads` does.
    """
    if not gc.isenabled():
        return make(data)
    gc.disable()
    try:
        return make(data)
    finally:
        gc.enable()
