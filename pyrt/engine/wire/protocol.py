"""The JSON of messages: `encode_batch` writes the worker's, `decode` reads the page's.

`encode_batch` inserts values that are already JSON text without parsing them. `decode` checks all
of its input: for data that is not a message of the page it raises a ProtocolError that says what is
wrong, and where.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import get_args

from pyrt.engine.wire.messages import (
    ON_PAGE,
    EngineMessage,
    Layout,
    PageMessage,
    Precomputed,
    RunEnded,
    RunStarted,
    Status,
    Update,
)
from pyrt.engine.wire.readers import MAX_SAFE_INTEGER, Reader, camel_case, describe, reader_of
from pyrt.model.arrays import Buffer
from pyrt.model.errors import ProtocolError
from pyrt.model.serialize import LONG, Encoded, without_collections

# --- writing
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


_quoted: dict[str, str] = {}


def _quote(text: str) -> str:
    """Return the JSON of an id or a name. Cached: there are few, and they repeat."""
    quoted = _quoted.get(text)
    if quoted is None:
        if len(_quoted) > _MAX_QUOTED:
            _quoted.clear()
        quoted = _quoted[text] = _dump(text)
    return quoted


_MAX_QUOTED = 10_000


@dataclass(slots=True)
class Batch:
    """The text of a list of messages being written, and the buffers it refers to."""

    parts: list[str] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)

    def value(self, value: object) -> str:
        """Return the JSON of a value, and add its buffers to those of the batch."""
        if type(value) is Encoded:
            text = value.text_after(len(self.buffers))
            self.buffers.extend(value.buffers)
            return text
        return str(value) if type(value) is int else _dump(value)


def encode_batch(messages: Iterable[EngineMessage]) -> tuple[str, list[Buffer]]:
    """Return the JSON of a list of messages, and the buffers that it refers to."""
    batch = Batch()
    for message in messages:
        batch.parts.append(_WRITERS.get(type(message), _write_plain)(message, batch))
    return f"[{','.join(batch.parts)}]", batch.buffers


def _write_plain(message: EngineMessage, _: Batch) -> str:
    data: dict[str, object] = {"type": type(message).__name__}
    for name, wire_name in _wire_names(type(message)):
        value = getattr(message, name)
        if value is not None:
            data[wire_name] = value
    return _dump(data)


def _write_layout(message: Layout, batch: Batch) -> str:
    return f'{{"type":"Layout","seq":{message.seq},"layout":{batch.value(message.layout)}}}'


def _write_run_started(message: RunStarted, _: Batch) -> str:
    outputs = ",".join(
        [f'{{"id":{_quote(key)},"property":{_quote(prop)}}}' for key, prop in message.outputs]
    )
    return (
        f'{{"type":"RunStarted","run":{message.run},"callback":{_quote(message.callback)},'
        f'"outputs":[{outputs}],"persistent":{"true" if message.persistent else "false"}}}'
    )


def _write_update(message: Update, batch: Batch) -> str:
    changes = ",".join(_write_change(*change, batch) for change in message.changes)
    run = "" if message.run is None else f',"run":{message.run}'
    run += ',"confirm":true' if message.confirm else ""
    return (
        f'{{"type":"Update","updateSeq":{message.update_seq},"seq":{message.seq},"changes":[{changes}],'
        f'"origin":"{message.origin}"{run}}}'
    )


def _write_change(component_id: str, props: Mapping[str, object], batch: Batch) -> str:
    values = ",".join(
        [
            f"{_quote(name)}:{batch.value(value)}"
            for name, value in props.items()
            if value is not ON_PAGE
        ]
    )
    kept = [prop for prop, value in props.items() if value is ON_PAGE]
    tail = f',"kept":{_dump(kept)}' if kept else ""
    return f'{{"id":{_quote(component_id)},"props":{{{values}}}{tail}}}'


def _write_precomputed(message: Precomputed, batch: Batch) -> str:
    tables = []
    for table in message.tables:
        inputs = [
            {"id": each.id, "property": each.property, "values": each.values, "isSet": each.is_set}
            for each in table.inputs
        ]
        answers = ",".join(
            f'{{"positions":{[*answer.positions]},"changes":'
            f"[{','.join(_write_change(*change, batch) for change in answer.changes)}]}}"
            for answer in table.answers
        )
        tables.append(
            f'{{"callback":{_dump(table.callback)},"inputs":{_dump(inputs)},'
            f'"inputCount":{table.input_count},"answers":[{answers}]}}'
        )
    refused = _dump([*message.refused])
    return f'{{"type":"Precomputed","tables":[{",".join(tables)}],"refused":{refused}}}'


def _write_run_ended(message: RunEnded, _: Batch) -> str:
    return f'{{"type":"RunEnded","run":{message.run},"outcome":"{message.outcome}"}}'


def _write_status(message: Status, _: Batch) -> str:
    local = f',"local":{[*message.local]}' if message.local else ""
    called = f',"called":{[*message.called]}' if message.called else ""
    return f'{{"type":"Status","seq":{message.seq},"pending":{message.pending}{local}{called}}}'


_WRITERS: Mapping[type, Callable[..., str]] = {
    Layout: _write_layout,
    RunStarted: _write_run_started,
    Precomputed: _write_precomputed,
    Update: _write_update,
    RunEnded: _write_run_ended,
    Status: _write_status,
}


def _wire_names(kind: type[EngineMessage]) -> list[tuple[str, str]]:
    names = _WIRE_NAMES.get(kind)
    if names is None:
        names = _WIRE_NAMES[kind] = [(item.name, camel_case(item.name)) for item in fields(kind)]
    return names


_WIRE_NAMES: dict[type, list[tuple[str, str]]] = {}


# --- reading


def parse_batch(text: str) -> list[object]:
    """Return the messages of a batch as JSON data, which is not checked yet.

    Raises:
        ProtocolError: the text is no JSON list.
    """
    try:
        batch = json.loads(text) if len(text) < LONG else without_collections(json.loads, text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"The page sent something that is no JSON: {error}") from error
    if not isinstance(batch, list):
        raise ProtocolError(
            f"The page sent {describe(batch)} where a list of messages is expected."
        )
    return batch


def insert_values(batch: Iterable[object], values: Sequence[object]) -> None:
    """Put the values that came beside the text where the batch refers to them.

    Args:
        batch: from `parse_batch`; changed in place.
        values: the large ones of changed props and of results.

    Raises:
        ProtocolError: the batch refers to another one.
    """
    for message in batch:
        for entries in _places(message):
            for key, entry in entries.items():
                if isinstance(entry, dict) and len(entry) == 1 and _PACKED in entry:
                    index = entry[_PACKED]
                    if type(index) is not int or not 0 <= index < len(values):
                        raise ProtocolError(
                            f"The page sent {len(values)} large values, and not the one that it "
                            f"calls {index!r:.80}."
                        )
                    entries[key] = values[index]


_PACKED = "_pyrt_packed"


def _places(message: object) -> Iterator[dict[str, object]]:
    """Yield the objects of a message that may refer to values: props, and entries of a result."""
    if not isinstance(message, dict):
        return
    for change in _objects(message.get("changes")):
        yield from _objects([change.get("props")])
    yield from _objects(message.get("values"))


def _objects(value: object) -> Iterator[dict[str, object]]:
    """Yield those items of a list that are objects; nothing if it is no list."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def decode(data: object) -> PageMessage:
    """Return a message of the page, from its JSON data.

    Raises:
        ProtocolError: the data is no message that a page may send.
    """
    if not isinstance(data, dict):
        raise ProtocolError(f"A message is {describe(data)} and no object.")
    name = data.get("type")
    reader = _page_reader(name) if isinstance(name, str) else None
    if reader is None:
        raise ProtocolError(f"There is no message of type {name!r:.80}.")
    return reader(data, str(name))  # type: ignore[no-any-return]  # by its type


def _page_reader(name: str) -> Reader | None:
    reader = _PAGE_READERS.get(name)
    if reader is None:
        for kind in get_args(PageMessage.__value__):
            if kind.__name__ == name:
                reader = _PAGE_READERS[name] = reader_of(kind)
    return reader


_PAGE_READERS: dict[str, Reader] = {}


def read_seq(data: object) -> int:
    """Return the `seq` of a message, valid or not, because it counts as handled; 0 without one."""
    seq = data.get("seq") if isinstance(data, dict) else None
    return seq if type(seq) is int and 0 <= seq <= MAX_SAFE_INTEGER else 0
