"""Large numeric arrays of figures, which are sent to the page as bytes and not as text.

plotly.js accepts typed arrays in place of lists. The JSON of a plotly figure has each array as
base64 text, which costs two copies here and decoding in the page. This module takes the bytes out
of the figure instead, by the same rules (plotly 6, `_plotly_utils/utils.py`,
`to_typed_array_spec`). It uses numpy only if the app has imported it.
"""

import sys
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

# Below these sizes text is as fast. In a figure of plain dicts, the limit is higher, because a
# clientside function may push to a list, and cannot push to a typed array.
SPEC_SIZE_BYTES = 2048
LIST_LENGTH = 10_000  # items

# dtype: plotly's short name, code of the memoryview
_TYPES = {
    "int8": ("i1", "b"),
    "uint8": ("u1", "B"),
    "int16": ("i2", "h"),
    "uint16": ("u2", "H"),
    "int32": ("i4", "i"),
    "uint32": ("u4", "I"),
    "float32": ("f4", "f"),
    "float64": ("f8", "d"),
}

# 64-bit integers, which JavaScript's typed arrays lack, become the first type that fits.
_SMALLER = {"int64": ("int8", "int16", "int32"), "uint64": ("uint8", "uint16", "uint32")}

_INFINITY = float("inf")
# JavaScript writes integral numbers up to here without an exponent.
_FIRST_EXPONENT = 1e21

# Keys that plotly does not convert, and the template, which is large and has no data.
_SKIPPED = frozenset({"geojson", "layer", "layers", "range", "template"})


@dataclass(frozen=True, slots=True)
class Buffer:
    """The bytes of one array, little-endian and in C order.

    Attributes:
        data: the bytes.
        dtype: name of the numpy type, such as `float64`.
        shape: of the array.
        as_spec: whether Python reads it as plotly's typed array specification, or as a list.
    """

    data: memoryview
    dtype: str
    shape: tuple[int, ...]
    as_spec: bool

    def to_json(self) -> Any:  # noqa: ANN401  # JSON
        """Return the array as a callback reads it in the figure, which is as in Dash."""
        if self.as_spec:
            return _make_spec(self.data, self.dtype, self.shape)
        items = self.data.cast(_TYPES[self.dtype][1], self.shape).tolist()  # type: ignore[call-overload]  # a shape of any length
        return _as_json(items) if self.dtype.startswith("float") else items


def swap_arrays(figure: object, buffers: list[Buffer]) -> object:
    """Return a figure as data, with its large arrays replaced by references to `buffers`.

    Args:
        figure: a plotly figure, or a dict of the same form; it is not changed.
        buffers: the arrays are appended to it.
    """
    numpy: Any = sys.modules.get("numpy")
    parts = _figure_parts(figure)
    if parts is not None:
        return _swap(parts, buffers, numpy, as_spec=True)
    if numpy is None:
        return figure
    return _swap(figure, buffers, numpy, as_spec=False)


def _figure_parts(figure: Any) -> dict[str, object] | None:  # noqa: ANN401  # JSON, numpy or plotly
    """Return the parts that `Figure.to_dict()` copies; None if `figure` is something else."""
    plotly: Any = sys.modules.get("plotly.basedatatypes")
    base = getattr(plotly, "BaseFigure", None)
    if base is None or not isinstance(figure, base):
        return None
    kind = type(figure)
    if kind.to_plotly_json is not base.to_plotly_json or kind.to_dict is not base.to_dict:
        return None
    try:
        parts = {"data": figure._data, "layout": figure._layout}  # noqa: SLF001  # to_dict() copies
        frames = [frame._props for frame in figure._frame_objs]  # noqa: SLF001  # to_dict() copies
    except AttributeError:  # another version of plotly
        return None
    return {**parts, "frames": frames} if frames else parts


def _swap(value: Any, buffers: list[Buffer], numpy: Any, *, as_spec: bool) -> Any:  # noqa: ANN401  # JSON, numpy or plotly
    kind = type(value)
    if kind is dict:
        return {
            key: item
            if type(item) is str or key in _SKIPPED
            else _swap(item, buffers, numpy, as_spec=as_spec)
            for key, item in value.items()
        }
    if kind is list or kind is tuple:
        if value and type(value[0]) in {str, int, float}:  # data, which may be long
            return value
        return [_swap(item, buffers, numpy, as_spec=as_spec) for item in value]
    if numpy is None or kind in {str, int, float, bool, type(None)}:
        return value
    if not as_spec and hasattr(value, "to_plotly_json"):  # a trace in a plain dict
        return _swap(value.to_plotly_json(), buffers, numpy, as_spec=False)
    array = _as_array(value, numpy)
    return value if array is None else _take_out(value, array, buffers, as_spec=as_spec)


def _as_array(value: Any, numpy: Any) -> Any:  # noqa: ANN401  # JSON, numpy or plotly
    """Return a numpy array or pandas column as an array of a type JavaScript has, or None."""
    if not isinstance(getattr(value, "dtype", None), numpy.dtype):
        return None
    if not isinstance(value, numpy.ndarray):
        if not hasattr(value, "to_numpy"):
            return None
        value = value.to_numpy()
    if value.size == 0 or value.ndim == 0:
        return None
    name = str(value.dtype)
    if name in _SMALLER:
        name = next((small for small in _SMALLER[name] if _fits(value, numpy.iinfo(small))), name)
        value = value.astype(name)
    return numpy.ascontiguousarray(value) if name in _TYPES else None


def _fits(array: Any, limits: Any) -> bool:  # noqa: ANN401  # JSON, numpy or plotly
    return bool(limits.min <= array.min() and array.max() <= limits.max)


def _take_out(original: Any, array: Any, buffers: list[Buffer], *, as_spec: bool) -> object:  # noqa: ANN401  # JSON, numpy or plotly
    """Append the array to `buffers` and return a reference; a small one in its text form."""
    dtype, shape = str(array.dtype), tuple(array.shape)
    if as_spec and array.nbytes < SPEC_SIZE_BYTES:
        return _make_spec(array.data.cast("B"), dtype, shape)
    if not as_spec and array.size < LIST_LENGTH:
        return original
    if not as_spec or array.flags.writeable:
        array = array.copy()  # the app may change it later; plotly's own are read-only copies
    buffers.append(Buffer(array.data.cast("B"), dtype, shape, as_spec))
    reference = {"_pyrt_buffer": len(buffers) - 1, "dtype": dtype, "shape": list(shape)}
    return reference if as_spec else {**reference, "list": True}


def _make_spec(data: memoryview, dtype: str, shape: tuple[int, ...]) -> dict[str, str]:
    spec = {"dtype": _TYPES[dtype][0], "bdata": b64encode(data).decode()}
    if len(shape) > 1:
        spec["shape"] = ", ".join(map(str, shape))
    return spec


def _as_json(items: Any) -> Any:  # noqa: ANN401  # lists of floats
    """Return floats as a page would send them: integral ones as ints, None for NaN (R-67)."""
    if items and isinstance(items[0], list):
        return [_as_json(part) for part in items]
    return [
        (int(item) if item.is_integer() and abs(item) < _FIRST_EXPONENT else item)
        if abs(item) < _INFINITY
        else None
        for item in items
    ]
