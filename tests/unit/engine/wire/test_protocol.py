"""The wire: messages written, messages read, and invalid ones. See also tests/protocol."""

import json
from pathlib import Path
from typing import Any

import pytest

from pyrt.engine.wire import messages, protocol
from pyrt.engine.wire.messages import ON_PAGE, Edit
from pyrt.model.arrays import Buffer
from pyrt.model.errors import ProtocolError
from pyrt.model.serialize import Encoded
from pyrt.model.serialize import encode as encode_value
from tests.support.messages import ENGINE_MESSAGES, PAGE_MESSAGES, decode_worker, encode

FIXTURES = Path(__file__).parents[3] / "protocol"


def fixtures(name):
    return json.loads((FIXTURES / name).read_text())


def name_of(message):
    return message["type"]


@pytest.mark.parametrize("data", fixtures("page.json"), ids=name_of)
def test_a_message_of_the_page_survives_reading_and_writing(data):
    message = protocol.decode(data)
    assert type(message).__name__ == data["type"]
    assert encode(message) == data
    assert protocol.decode(encode(message)) == message


@pytest.mark.parametrize("data", fixtures("worker.json"), ids=name_of)
def test_a_message_of_the_worker_survives_reading_and_writing(data):
    message = decode_worker(data)
    assert type(message).__name__ == data["type"]
    assert encode(message) == data


def test_every_message_has_a_fixture():
    for kinds, name in ((PAGE_MESSAGES, "page.json"), (ENGINE_MESSAGES, "worker.json")):
        assert {kind.__name__ for kind in kinds} == {data["type"] for data in fixtures(name)}


def buffer(number):
    return Buffer(memoryview(bytes([number])), "uint8", (1,), as_spec=False)


def test_values_that_are_encoded_already_are_embedded_as_they_are():
    change = ("a", {"x": Encoded('{"much":[1,2]}'), "y": 'quo"te', "z": None})
    text, buffers = protocol.encode_batch([messages.Update(1, 2, [change])])
    assert json.loads(text)[0]["changes"] == [
        {"id": "a", "props": {"x": {"much": [1, 2]}, "y": 'quo"te', "z": None}}
    ]
    assert buffers == []


def test_buffers_are_counted_through_the_whole_batch():
    figure = Encoded('{"x":{"_pyrt_buffer":0,"dtype":"uint8","shape":[1]}}', (buffer(1),))
    both: list[Any] = [
        messages.Layout(1, figure),
        messages.Update(1, 1, [("g", {"figure": figure})]),
    ]
    text, buffers = protocol.encode_batch(both)
    layout, update = json.loads(text)
    assert layout["layout"]["x"]["_pyrt_buffer"] == 0
    assert update["changes"][0]["props"]["figure"]["x"]["_pyrt_buffer"] == 1
    assert len(buffers) == 2


def test_what_the_page_holds_itself_is_named_and_not_sent():
    """S-98."""
    update = messages.Update(1, 1, [("a", {"x": ON_PAGE, "y": 1})], "callback", 7)
    assert encode(update)["changes"] == [{"id": "a", "props": {"y": 1}, "kept": ["x"]}]


def test_an_edit_is_read_with_all_it_may_have():
    component = {"type": "Div", "namespace": "ns", "props": {}}
    data = {
        "type": "SetProps",
        "seq": 3,
        "seen": 2,
        "changes": [
            {"path": ["props", "children", 0], "id": "a", "props": {"x": 1}, "origin": "internal"},
            {"path": ["x"], "props": {}, "origin": "external", "insert": component},
            {"path": ["x"], "props": {}, "origin": "external", "remove": True},
        ],
    }
    message: Any = protocol.decode(data)
    assert message.changes == [
        Edit(["props", "children", 0], {"x": 1}, "a"),
        Edit(["x"], origin="external", insert=component),
        Edit(["x"], origin="external", remove=True),
    ]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (None, "A message is null and no object."),
        ([], "A message is a list and no object."),
        ({}, "There is no message of type None."),
        ({"type": "Nope"}, "There is no message of type 'Nope'."),
        ({"type": ["Hello"]}, "There is no message of type ['Hello']."),
        ({"type": "Status", "seq": 1, "pending": 0}, "There is no message of type 'Status'."),
        ({"type": "Hello"}, "Hello lacks one of: seq, lazy, rendered."),
        ({"type": "Hello", "seq": "1"}, "Hello.seq must be a number of a message, but it is '1'."),
        (
            {"type": "Hello", "seq": True},
            "Hello.seq must be a number of a message, but it is True.",
        ),
        ({"type": "Hello", "seq": -1}, "Hello.seq must be a number of a message, but it is -1."),
        ({"type": "Hello", "seq": 1, "lazy": "x"}, "Hello.lazy is a str, but it must be a list."),
        ({"type": "Hello", "seq": 1, "lazy": [1]}, "Hello.lazy[0] is a int, but it must be text."),
        (
            {"type": "SetProps", "seq": 1, "seen": 0, "changes": [{"path": [], "props": []}]},
            "SetProps.changes[0].props is a list, but it must be an object.",
        ),
        (
            {"type": "SetProps", "seq": 1, "seen": 0, "changes": [{"path": [1.5]}]},
            "SetProps.changes[0].path[0] is no step of a path: 1.5.",
        ),
        (
            {"type": "SetProps", "seq": 1, "seen": 0, "changes": [{"path": [], "insert": {}}]},
            "SetProps.changes[0].insert is no component.",
        ),
        (
            {"type": "ClientsideResult", "seq": 1, "run": 1, "outcome": "maybe"},
            "ClientsideResult.outcome must be one of value, prevented, error: 'maybe'.",
        ),
    ],
)
def test_what_is_no_message_is_refused_with_the_place(data, complaint):
    with pytest.raises(ProtocolError) as caught:
        protocol.decode(data)
    assert str(caught.value) == complaint


@pytest.mark.parametrize("text", ["", "{", "nonsense", "[" * 100_000, '{"type":"Hello"}', "1"])
def test_a_batch_that_is_no_list_is_refused(text):
    with pytest.raises(ProtocolError):
        protocol.parse_batch(text)


def test_large_values_beside_the_text_are_put_where_it_refers_to_them():
    """In props that have changed, and in results; anywhere else it is a value like others."""
    reference = {"_pyrt_packed": 0}
    batch: list[object] = [
        {"changes": [{"props": {"a": {"_pyrt_packed": 1}, "b": {"c": reference}}}, {}]},
        {"values": [{"value": reference}, {"noUpdate": True}, None]},
        {"changes": [{"props": {"a": {"_pyrt_packed": 0, "more": 1}}}, 5], "values": 1},
        "no message",
    ]
    protocol.insert_values(batch, ["first", "second"])
    assert batch == [
        {"changes": [{"props": {"a": "second", "b": {"c": reference}}}, {}]},
        {"values": [{"value": "first"}, {"noUpdate": True}, None]},
        {"changes": [{"props": {"a": {"_pyrt_packed": 0, "more": 1}}}, 5], "values": 1},
        "no message",
    ]


@pytest.mark.parametrize("index", [2, -1, "0", True, None])
def test_a_large_value_that_did_not_come_is_named(index):
    with pytest.raises(ProtocolError) as caught:
        protocol.insert_values([{"values": [{"value": {"_pyrt_packed": index}}]}], ["a", "b"])
    assert str(caught.value) == (
        f"The page sent 2 large values, and not the one that it calls {index!r}."
    )


def test_messages_travel_in_the_order_in_which_they_were_collected():
    text, _ = protocol.encode_batch(
        [messages.RunEnded(1, "done"), messages.Status(4, 0), messages.Failure("layout", "t", "m")]
    )
    assert [message["type"] for message in json.loads(text)] == ["RunEnded", "Status", "Failure"]
    assert protocol.encode_batch([]) == ("[]", [])


def test_a_layout_is_embedded_with_the_value_it_was_made_of():
    encoded = encode_value({"type": "Div", "namespace": "ns", "props": {"children": "é"}})
    written: Any = encode(messages.Layout(1, encoded))
    assert written["layout"]["props"] == {"children": "é"}
