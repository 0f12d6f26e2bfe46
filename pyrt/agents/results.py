"""Results of tools in the form of MCP: `{content, structuredContent?, isError?}`.

What a callback has written is given as it would go to a page; a table is added as text, and a
figure as a picture where kaleido is installed.
"""

import base64
import logging
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyrt.agents.callback_tool import Target
from pyrt.agents.limits import MAX_RESULT, MAX_ROWS, cut, cut_text, to_json
from pyrt.agents.roles import FIGURE, TABLE

type Result = dict[str, Any]
type Content = dict[str, Any]

logger = logging.getLogger("pyrt.agents")

IMAGE_SIZE = (700, 450)  # pixels
_ARRAY_KEYS = frozenset({"dtype", "bdata", "shape"})
_CODES = {"f8": "d", "f4": "f", "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I"}
_PROPS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": "object"},
}
RESULT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "multi": {"type": "boolean"},
        "response": {**_PROPS, "description": "{id: {property: value}} of the outputs"},
        "sideUpdate": {**_PROPS, "description": "the same, of set_props"},
    },
    "required": ["response"],
}


def text(value: str, *, is_error: bool = False) -> Result:
    """Return a result that is a text."""
    return {
        "content": [{"type": "text", "text": cut_text(value)}],
        **({"isError": True} if is_error else {}),
    }


def data(value: Mapping[str, Any], *more: Content) -> Result:
    """Return a result that is a JSON object, as text and as data; cut if it is large."""
    kept, note = cut(with_numbers(dict(value)))
    notes = [{"type": "text", "text": note}] if note else []
    content = [{"type": "text", "text": to_json(kept)}, *notes, *more]
    return {"content": content, "structuredContent": kept}


def with_numbers(value: Any) -> Any:  # noqa: ANN401  # JSON
    """Return JSON with lists of numbers in place of plotly's arrays of bytes."""
    if isinstance(value, list):
        return [with_numbers(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() <= _ARRAY_KEYS and "bdata" in value:
        return _decode(value)
    return {key: with_numbers(each) for key, each in value.items()}


def _decode(packed: Mapping[str, Any]) -> Any:  # noqa: ANN401  # JSON
    code, text = _CODES.get(str(packed.get("dtype"))), packed["bdata"]
    if code is None or not isinstance(text, str):
        return dict(packed)
    try:
        numbers = array(code, base64.b64decode(text, validate=True)).tolist()
    except ValueError:  # not from plotly
        return dict(packed)
    plain: list[Any] = [None if each != each else each for each in numbers]  # noqa: PLR0124  # NaN
    shape = [int(each) for each in str(packed.get("shape") or "").split(",") if each.strip()]
    for size in reversed(shape[1:]):
        plain = [plain[at : at + size] for at in range(0, len(plain), size)]
    return plain


def format_response(response: Mapping[str, Any], targets: Sequence[Target]) -> Result:
    """Return the result of a callback.

    Args:
        response: `{multi, response, sideUpdate?}` (S-54).
        targets: what the callback writes.
    """
    return data(response, *_enrich(response.get("response") or {}, targets))


def _enrich(response: Mapping[str, Any], targets: Sequence[Target]) -> Iterator[Content]:
    for target in targets:
        value = response.get(target.component_id, {}).get(target.prop)
        if TABLE.fits(target.kind, target.prop) and is_table(value):
            yield {"type": "text", "text": cut_text(write_table(value), MAX_RESULT)}
        elif FIGURE.fits(target.kind, target.prop) and isinstance(value, dict):
            picture = draw(value)
            if picture is not None:
                yield picture


def is_table(value: object) -> bool:
    """Return whether this is a list of rows."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def write_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as a table in Markdown, the first 50 of them."""
    columns = list(dict.fromkeys(key for row in rows[:MAX_ROWS] for key in row))
    lines = [
        f"*{len(rows)} rows \u00d7 {len(columns)} columns*",
        "",
        " | ".join(map(_cell, columns)),
        " | ".join("---" for _ in columns),
        *(" | ".join(_cell(row.get(each, "")) for each in columns) for row in rows[:MAX_ROWS]),
    ]
    if len(rows) > MAX_ROWS:
        lines += ["", f"({len(rows) - MAX_ROWS} more rows)"]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def draw(figure: Mapping[str, Any]) -> Content | None:
    """Return a figure as a picture; None if plotly or kaleido cannot draw it here."""
    try:
        import kaleido  # noqa: F401, PLC0415  # optional
        import plotly.graph_objects as go  # noqa: PLC0415  # optional

        width, height = IMAGE_SIZE
        drawn = go.Figure(figure).to_image(format="png", width=width, height=height)
    except ImportError:
        return None
    except Exception:  # kaleido needs a browser, and fails in many ways without one
        logger.debug("A figure could not be drawn.", exc_info=True)
        return None
    return {
        "type": "image",
        "data": base64.b64encode(drawn).decode("ascii"),
        "mimeType": "image/png",
    }
