"""The JSON of messages: `encode_batch` and `decode`. Wire keys are camelCase only in here.

`encode_batch` embeds values that were encoded before, without reading them again. `decode` believes
nothing: what the page sends may be anything, and ends in a ProtocolError that says what is wrong.
May import `messages`, `serialize` and what is below them.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pyrt.engine.wire import messages
from pyrt.engine.wire.messages import (
    ON_PAGE,
    Edit,
    Layout,
    LocalRun,
    PageMessage,
    RunEnded,
    RunStarted,
    SetProps,
    Status,
    Update,
    WorkerMessage,
)
from pyrt.model.arrays import Buffer
from pyrt.model.errors import ProtocolError
from pyrt.model.serialize import Encoded

# --- writing
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


_quoted: dict[str, str] = {}


def _quote(text: str) -> str:
    """Return the JSON of an id or a name; there are few, and they come again and again."""
    quoted = _quoted.get(text)
    if quoted is None:
        if len(_quoted) > _MANY:
            _quoted.clear()
        quoted = _quoted[text] = _dump(text)
    return quoted


_MANY = 10_000


@dataclass(slots=True)
class Batch:
    """The text of a list of messages being written, and the buffers it refers to."""

    parts: list[str] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)

    def value(self, value: object) -> str:
        """Return the JSON of a value, and take over its buffers."""
        if type(value) is Encoded:
            text = value.text_after(len(self.buffers))
            self.buffers.extend(value.buffers)
            return text
        return _dump(value)


def encode_batch(messages: Iterable[WorkerMessage | PageMessage]) -> tuple[str, list[Buffer]]:
    """Return the JSON of a list of messages, and the buffers that belong to it."""
    batch = Batch()
    for message in messages:
        batch.parts.append(_WRITERS.get(type(message), _write_plain)(message, batch))
    return f"[{','.join(batch.parts)}]", batch.buffers


def encode(message: WorkerMessage | PageMessage) -> dict[str, object]:
    """Return one message as JSON data; it must have no buffers."""
    text, _ = encode_batch([message])
    return json.loads(text)[0]  # type: ignore[no-any-return]  # a list of one object


def _write_plain(message: WorkerMessage | PageMessage, _: Batch) -> str:
    data: dict[str, object] = {"type": type(message).__name__}
    for name, wire_name in _wire_names(type(message)):
        value = getattr(message, name)
        if value is not None:
            data[wire_name] = value
    return _dump(data)


def _write_layout(message: Layout, batch: Batch) -> str:
    return f'{{"type":"Layout","seq":{message.seq},"layout":{batch.value(message.layout)}}}'


def _write_run_started(message: RunStarted, _: Batch) -> str:
    outputs = [{"id": component_id, "property": prop} for component_id, prop in message.outputs]
    return (
        f'{{"type":"RunStarted","run":{message.run},"callback":{_quote(message.callback)},'
        f'"outputs":{_dump(outputs)},"persistent":{"true" if message.persistent else "false"}}}'
    )


def _write_update(message: Update, batch: Batch) -> str:
    changes = ",".join(_write_change(*change, batch) for change in message.changes)
    run = f',"run":{message.run}' if message.run else ""
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


def _write_run_ended(message: RunEnded, _: Batch) -> str:
    return f'{{"type":"RunEnded","run":{message.run},"outcome":"{message.outcome}"}}'


def _write_status(message: Status, _: Batch) -> str:
    return f'{{"type":"Status","seq":{message.seq},"pending":{message.pending}}}'


def _write_set_props(message: SetProps, _: Batch) -> str:
    changes = [_edit_data(edit) for edit in message.changes]
    data = {"type": "SetProps", "seq": message.seq, "seen": message.seen, "changes": changes}
    return _dump({**data, "taken": list(message.taken)} if message.taken else data)


def _write_local_run(message: LocalRun, _: Batch) -> str:
    data = {name: getattr(message, attribute) for attribute, name in _wire_names(LocalRun)}
    changed = [{"id": key, "property": prop} for key, prop in message.changed]
    present = {name: value for name, value in data.items() if value is not None}
    return _dump({"type": "LocalRun", **present, "changed": changed})


def _edit_data(edit: Edit) -> dict[str, object]:
    data: dict[str, object] = {"path": edit.path, "props": edit.props, "origin": edit.origin}
    if edit.component_id is not None:
        data["id"] = edit.component_id
    if edit.insert is not None:
        data["insert"] = edit.insert
    if edit.remove:
        data["remove"] = True
    return data


_WRITERS: Mapping[type, Callable[..., str]] = {
    Layout: _write_layout,
    RunStarted: _write_run_started,
    Update: _write_update,
    RunEnded: _write_run_ended,
    Status: _write_status,
    SetProps: _write_set_props,
    LocalRun: _write_local_run,
}


def _wire_names(kind: type[WorkerMessage | PageMessage]) -> list[tuple[str, str]]:
    names = _WIRE_NAMES.get(kind)
    if names is None:
        names = _WIRE_NAMES[kind] = [(item.name, _camel(item.name)) for item in fields(kind)]
    return names


_WIRE_NAMES: dict[type, list[tuple[str, str]]] = {}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


# --- reading

type Reader = Callable[[object, str], Any]


def parse_batch(text: str) -> list[object]:
    """Return the messages of a batch as JSON data, not looked at yet.

    Raises:
        ProtocolError: the text is no JSON list.
    """
    try:
        batch = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"The page sent something that is no JSON: {error}") from error
    if not isinstance(batch, list):
        raise ProtocolError(f"The page sent {_kind(batch)} where a list of messages is expected.")
    return batch


def decode(data: object) -> PageMessage:
    """Return a message of the page out of its JSON data.

    Raises:
        ProtocolError: it is none that a page may send.
    """
    return _decode(data, _PAGE)  # type: ignore[return-value]  # the table has nothing else


def read_seq(data: object) -> int:
    """Return the number of a message, good or bad: it has been dealt with; 0 if it has none."""
    seq = data.get("seq") if isinstance(data, dict) else None
    return seq if type(seq) is int and 0 <= seq <= _MAX_SAFE_INTEGER else 0


def decode_worker(data: object) -> WorkerMessage:
    """Return a message of the worker out of its JSON data, for replays and tests.

    Raises:
        ProtocolError: it is none that a worker sends.
    """
    return _decode(data, _WORKER)  # type: ignore[return-value]  # the table has nothing else


def _decode(data: object, table: Mapping[str, "_Shape"]) -> object:
    if not isinstance(data, dict):
        raise ProtocolError(f"A message is {_kind(data)} and no object.")
    name = data.get("type")
    shape = table.get(name) if isinstance(name, str) else None
    if shape is None:
        raise ProtocolError(f"There is no message of type {name!r:.80}.")
    return shape.read(data, str(name))


class _Shape:
    """How to make an object out of a JSON object."""

    def __init__(self, kind: Callable[..., object], /, **readers: Reader) -> None:
        self._kind = kind
        self._readers = [(name, _camel(name), reader) for name, reader in readers.items()]

    def read(self, data: Mapping[str, object], where: str) -> object:
        """Return the object; entries that are absent or null keep their default."""
        given = {}
        for name, wire_name, reader in self._readers:
            value = data.get(wire_name)
            if value is not None:
                given[name] = reader(value, f"{where}.{wire_name}")
        try:
            return self._kind(**given)
        except TypeError:
            missing = [wire_name for name, wire_name, _ in self._readers if name not in given]
            raise ProtocolError(f"{where} lacks one of: {', '.join(missing)}.") from None


def _kind(value: object) -> str:
    return "null" if value is None else f"a {type(value).__name__}"


def _exactly(kind: type, name: str) -> Reader:
    def read(value: object, where: str) -> object:
        if type(value) is not kind:
            raise ProtocolError(f"{where} is {_kind(value)}, but it must be {name}.")
        return value

    return read


def _number(value: object, where: str) -> int:
    # JavaScript has one kind of number; what it counts in arrives without a fraction.
    if type(value) is not int or not 0 <= value <= _MAX_SAFE_INTEGER:
        raise ProtocolError(f"{where} must be a number of a message, but it is {value!r:.80}.")
    return value


def _seconds(value: object, where: str) -> float:
    if type(value) not in {int, float} or not value >= 0:  # type: ignore[operator]
        raise ProtocolError(f"{where} must be a number of seconds, but it is {value!r:.80}.")
    return value  # type: ignore[return-value]


def _list_of(reader: Reader) -> Reader:
    def read(value: object, where: str) -> object:
        if not isinstance(value, list):
            raise ProtocolError(f"{where} is {_kind(value)}, but it must be a list.")
        return [reader(item, f"{where}[{index}]") for index, item in enumerate(value)]

    return read


def _step(value: object, where: str) -> object:
    if type(value) is not str and (type(value) is not int or value < 0):
        raise ProtocolError(f"{where} is no step of a path: {value!r:.80}.")
    return value


def _anything(value: object, _: str) -> object:
    return value


def _one_of(*allowed: str) -> Reader:
    def read(value: object, where: str) -> object:
        if value not in allowed:
            raise ProtocolError(f"{where} must be one of {', '.join(allowed)}: {value!r:.80}.")
        return value

    return read


def _component(value: object, where: str) -> object:
    if not isinstance(value, dict) or not isinstance(value.get("props"), dict):
        raise ProtocolError(f"{where} is no component.")
    return value


def _edit(value: object, where: str) -> object:
    data = _object(value, where)
    return _EDIT.read({**data, "componentId": data.get("id")} if "id" in data else data, where)


def _output(value: object, where: str) -> object:
    data = _object(value, where)
    return _text(data.get("id"), where), _text(data.get("property"), where)


def _change(value: object, where: str) -> object:
    data = _object(value, where)
    kept = _list_of(_text)(data.get("kept", []), where)
    props = {**_object(data.get("props"), where), **dict.fromkeys(kept, ON_PAGE)}
    return _text(data.get("id"), where), props


def _props_by_id(value: object, where: str) -> object:
    """Read `{id: {prop: value}}`."""
    return {
        component_id: _object(props, f"{where}[{component_id}]")
        for component_id, props in _object(value, where).items()
    }


def _shapes(**readers: Mapping[str, Reader]) -> Mapping[str, _Shape]:
    return {name: _Shape(getattr(messages, name), **fields) for name, fields in readers.items()}


_MAX_SAFE_INTEGER = 2**53
_text = _exactly(str, "text")
_flag = _exactly(bool, "true or false")
_object = _exactly(dict, "an object")
_texts = _list_of(_text)
_items = _list_of(_anything)
_EDIT = _Shape(
    Edit,
    path=_list_of(_step),
    props=_object,
    component_id=_text,
    origin=_one_of("internal", "clientsideApi", "external", "persistence"),
    insert=_component,
    remove=_flag,
)
_PAGE = _shapes(
    Hello={"seq": _number, "lazy": _texts, "rendered": _flag},
    Rendered={"seq": _number, "update_seq": _number},
    SetProps={
        "seq": _number,
        "seen": _number,
        "changes": _list_of(_edit),
        "taken": _list_of(_number),
    },
    ClientsideResult={
        "seq": _number,
        "run": _number,
        "outcome": _one_of("value", "prevented", "error"),
        "values": _list_of(_object),
        "error": _object,
        "taken": _list_of(_number),
    },
    LocalRun={
        "seq": _number,
        "callback_index": _number,
        "run": _number,
        "changed": _list_of(_output),
        "taken": _list_of(_number),
        "outcome": _one_of("value", "prevented", "error"),
        "values": _list_of(_object),
        "error": _object,
    },
    Ready={"seq": _number, "run": _number},
    Loaded={"seq": _number, "types": _texts},
    Reload={"seq": _number},
    Eval={"seq": _number, "expression": _text},
    SetEnvironment={"seq": _number, "location": _object, "cookie": _text},
    RemoteUpdate={"seq": _number, "run": _number, "props": _props_by_id},
    RemoteResult={
        "seq": _number,
        "run": _number,
        "outcome": _one_of("value", "prevented", "error", "unreachable", "cancelled"),
        "response": _props_by_id,
        "side_update": _props_by_id,
        "cookies": _texts,
        "error": _object,
    },
)
_WORKER = _shapes(
    Layout={"seq": _number, "layout": _anything},
    RunStarted={
        "run": _number,
        "callback": _text,
        "outputs": _list_of(_output),
        "persistent": _flag,
    },
    CallClientside={
        "run": _number,
        "function": _object,
        "inputs": _items,
        "state": _items,
        "outputs": _anything,
        "triggered": _list_of(_object),
    },
    CallRemote={
        "run": _number,
        "executor": _one_of("job", "server"),
        "callback_position": _number,
        "request": _object,
        "output": _text,
        "transport": _one_of("fetch", "websocket"),
        "persistent": _flag,
        "retry": _flag,
        "interval": _number,
        "progress": _texts,
        "cache_key": _text,
        "expire": _seconds,
    },
    EndRemote={"run": _number},
    AwaitReady={"run": _number, "ids": _texts},
    Update={
        "update_seq": _number,
        "seq": _number,
        "changes": _list_of(_change),
        "origin": _one_of("callback", "sideUpdate"),
        "run": _number,
    },
    RunEnded={"run": _number, "outcome": _one_of("done", "prevented", "failed", "dropped")},
    Status={"seq": _number, "pending": _number},
    Failure={
        "kind": _one_of("callback", "layout", "validation", "protocol", "clientside"),
        "title": _text,
        "message": _text,
        "traceback": _text,
        "callback": _text,
        "run": _number,
    },
    Resources={"scripts": _items, "stylesheets": _items, "children_props": _object},
    SetDocument={"title": _text, "description": _text, "cookie": _text, "replace_url": _text},
    Callbacks={"callbacks": _list_of(_object), "inline_scripts": _list_of(_object)},
    EvalResult={"seq": _number, "value": _text, "error": _text},
)
