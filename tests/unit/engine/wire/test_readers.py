"""Readers made from annotations: accepted values, and errors with the path of a wrong value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import pytest

from pyrt.engine.wire.messages import DryComponent, PageMessage, Path, PropKey, Step
from pyrt.engine.wire.readers import camel_case, describe, reader_of
from pyrt.model.errors import ProtocolError


@dataclass
class Inner:
    name: str
    is_last: bool | None = None


@dataclass
class Outer:
    inner: Inner
    several: Sequence[Inner] = ()


def read(annotation, value):
    return reader_of(annotation)(value, "M.x")


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (int, 3, 3),
        (str, "a", "a"),
        (bool, True, True),
        (float, 1.5, 1.5),
        (float, 2, 2),
        (object, None, None),
        (str | None, "a", "a"),
        (Literal["a", "b"], "b", "b"),
        (Sequence[int], [1, 2], [1, 2]),
        (Mapping[str, object], {"a": None}, {"a": None}),
        (Mapping[str, Mapping[str, object]], {"a": {"b": 1}}, {"a": {"b": 1}}),
        (Path, [0, "a"], [0, "a"]),
        (Step, 0, 0),
        (Step, "props", "props"),
        (PropKey, {"id": "a", "property": "b"}, ("a", "b")),
        (DryComponent, {"props": {}}, {"props": {}}),
        (Inner, {"name": "n", "isLast": True, "more": 1}, Inner("n", is_last=True)),
        (Inner, {"name": "n", "isLast": None}, Inner("n")),
        (Outer, {"inner": {"name": "n"}}, Outer(Inner("n"))),
    ],
)
def test_a_value_is_read_by_its_annotation(annotation, value, expected):
    assert read(annotation, value) == expected


@pytest.mark.parametrize(
    ("annotation", "value", "complaint"),
    [
        (int, True, "M.x must be a number of a message, but it is True."),
        (int, 1.0, "M.x must be a number of a message, but it is 1.0."),
        (int, 2**53 + 1, "M.x must be a number of a message, but it is 9007199254740993."),
        (float, -1, "M.x must be a number of seconds, but it is -1."),
        (str, None, "M.x is null, but it must be text."),
        (bool, 1, "M.x is a int, but it must be true or false."),
        (Literal["a", "b"], "c", "M.x must be one of a, b: 'c'."),
        (Literal["a", "b"], ["a"], "M.x must be one of a, b: ['a']."),
        (Sequence[int], [1, "2"], "M.x[1] must be a number of a message, but it is '2'."),
        (Mapping[str, object], [], "M.x is a list, but it must be an object."),
        (
            Mapping[str, Mapping[str, object]],
            {"a": 1},
            "M.x[a] is a int, but it must be an object.",
        ),
        (Step, -1, "M.x is no step of a path: -1."),
        (PropKey, {"id": "a"}, "M.x is null, but it must be text."),
        (DryComponent, {"props": []}, "M.x is no component."),
        (Inner, {}, "M.x lacks one of: name, isLast."),
        (Outer, {"inner": {"name": 1}}, "M.x.inner.name is a int, but it must be text."),
        (
            Outer,
            {"inner": {"name": "n"}, "several": [{"name": "n", "isLast": 0}]},
            "M.x.several[0].isLast is a int, but it must be true or false.",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(annotation, value, complaint):
    with pytest.raises(ProtocolError) as caught:
        read(annotation, value)
    assert str(caught.value) == complaint


def test_a_type_without_json_is_a_mistake_in_a_message():
    with pytest.raises(TypeError, match="no reader for <class 'bytes'>"):
        reader_of(bytes)


def test_every_message_of_the_page_has_a_reader():
    assert all(reader_of(kind) for kind in get_args(PageMessage.__value__))


def test_a_reader_is_made_once():
    assert reader_of(Sequence[str]) is reader_of(Sequence[str])


def test_keys_are_in_camel_case():
    assert [camel_case(name) for name in ("seq", "update_seq", "a_b_c")] == [
        "seq",
        "updateSeq",
        "aBC",
    ]


def test_types_are_named_in_messages():
    assert (describe(None), describe([]), describe("")) == ("null", "a list", "a str")
