"""The directions that only tests need: encode messages of the page, decode the worker's."""

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any, get_args

from pyrt.engine.wire.messages import ON_PAGE, EngineMessage, PageMessage, PropKey, WorkerChange
from pyrt.engine.wire.protocol import encode_batch
from pyrt.engine.wire.readers import READERS, camel_case, reader_of
from pyrt.model.errors import ProtocolError

PAGE_MESSAGES = get_args(PageMessage.__value__)
ENGINE_MESSAGES = get_args(EngineMessage.__value__)


def encode(message):
    """Return one message as JSON data; it must have no buffers."""
    if isinstance(message, ENGINE_MESSAGES):
        text, _ = encode_batch([message])
        return json.loads(text)[0]
    return {"type": type(message).__name__, **_plain(message)}


def _plain(record):
    data: dict[str, Any] = {}
    for item in fields(record):
        value = getattr(record, item.name)
        if value is not None and Sequence[PropKey] in (item.type, *get_args(item.type)):
            value = [_prop_key(each) for each in value]
        elif value is not None and PropKey in get_args(item.type):
            value = _prop_key(value)
        elif isinstance(value, list | tuple):
            value = [_plain(each) if is_dataclass(each) else each for each in value]
        if value is not None:
            data[camel_case(item.name)] = value
    return data


def _prop_key(value):
    component_id, prop = value
    return {"id": component_id, "property": prop}


def decode_worker(data):
    """Return a message of the worker, from its JSON data."""
    kind = next((kind for kind in ENGINE_MESSAGES if kind.__name__ == data["type"]), None)
    if kind is None:
        raise ProtocolError(f"There is no message of type {data['type']!r}.")
    return reader_of(kind)(data, kind.__name__)


def _read_change(value, _):
    return value["id"], {**value["props"], **dict.fromkeys(value.get("kept", ()), ON_PAGE)}


READERS[WorkerChange] = _read_change
