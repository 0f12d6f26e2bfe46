"""S-51: each call gets values of its own, of the types that JSON gives."""

import base64
import heapq
import json
import marshal
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrt.engine.tree.values import (
    LazyValue,
    copy_value,
    pack,
    packed_value,
    read_value,
    unpack,
)

ROWS = [{"n": n, "half": n / 2, "tags": ["a", None, True]} for n in range(20_000)]

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30
)


def test_text_is_decoded_once_and_only_when_it_is_read():
    decoded = []

    def decode():
        decoded.append(1)
        return {"a": 1}

    lazy = LazyValue(decode=decode)
    assert decoded == []
    assert read_value(lazy) == {"a": 1}
    assert read_value(lazy) is read_value(lazy)
    assert decoded == [1]
    assert read_value("plain") == "plain"


@pytest.mark.parametrize("value", [None, 1, 1.5, "text", True])
def test_atoms_are_not_copied(value):
    assert LazyValue(value).copy_for_callback() is value


def test_a_copy_has_no_held_values_and_shares_nothing():
    inner = {"x": [1]}
    value = {"a": [LazyValue(inner)], "b": 1}
    copied = copy_value(value)
    assert copied == {"a": [{"x": [1]}], "b": 1}
    assert copied["a"][0] is not inner


@given(values)
def test_copies_are_equal_independent_and_of_exact_types(value):
    lazy = LazyValue(value)
    text = exact(value)
    for copied in (lazy.copy_for_callback(), unpack(pack(value)), copy_value(value)):
        assert exact(copied) == text
        change_everywhere(copied)
    assert exact(lazy.copy_for_callback()) == text
    assert exact(lazy.read()) == text


PACKED_BY_PAGE = json.loads(
    (Path(__file__).parents[3] / "protocol" / "values.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("given_form", PACKED_BY_PAGE, ids=lambda each: each["name"])
def test_what_the_page_packs_is_read_as_its_json(given_form):
    """web/test/wire/marshal.test.ts makes the bytes."""
    lazy = packed_value(base64.b64decode(given_form["marshal"]))
    first, second = lazy.copy_for_callback(), lazy.copy_for_callback()
    assert (
        exact(first) == exact(second) == exact(lazy.read()) == exact(json.loads(given_form["json"]))
    )
    change_everywhere(first)
    assert second == lazy.copy_for_callback() == lazy.read()


def exact(value):
    """Return a text that differs where values or their types do."""
    if type(value) is dict:
        return {key: exact(item) for key, item in value.items()}
    if type(value) is list:
        return [exact(item) for item in value]
    assert type(value) in {str, int, float, bool, type(None)}
    return repr(value)


def change_everywhere(value):
    if type(value) is list:
        for item in value:
            change_everywhere(item)
        value.append("changed")
    elif type(value) is dict:
        for item in value.values():
            change_everywhere(item)
        value["changed"] = True


def test_what_c_code_changes_is_seen_by_no_other_call():
    lazy = LazyValue(list(range(100_000, 0, -1)))
    given_to_one: Any = lazy.copy_for_callback()
    heapq.heapify(given_to_one)
    heapq.heappush(given_to_one, -1)
    assert lazy.copy_for_callback() == lazy.read() == list(range(100_000, 0, -1))


def test_c_code_reads_a_large_copy_as_json():
    given_to_one: Any = LazyValue(ROWS).copy_for_callback()
    assert type(given_to_one) is list
    assert type(given_to_one[0]) is dict
    assert type(given_to_one[0]["tags"]) is list
    assert json.loads(json.dumps(given_to_one)) == ROWS
    assert marshal.loads(marshal.dumps(given_to_one)) == ROWS
    assert pickle.loads(pickle.dumps(given_to_one, protocol=2)) == ROWS


def test_one_call_may_keep_what_another_changes():
    lazy: Any = LazyValue(ROWS)
    kept, changed = lazy.copy_for_callback(), lazy.copy_for_callback()
    changed[0]["n"] = "changed"
    changed.append(0)
    assert kept == lazy.read() == ROWS


def test_deep_values_are_copied_too():
    """marshal stops at 2,000 levels."""
    value: object = "end"
    for _ in range(5000):
        value = [value]
    lazy = LazyValue(value)
    assert lazy.copy_for_callback() is not value
    depth, inner = 0, lazy.copy_for_callback()
    while isinstance(inner, list):
        (inner,) = inner
        depth += 1
    assert (depth, inner) == (5000, "end")


def test_what_is_no_json_cannot_be_packed():
    with pytest.raises(ValueError, match="object"):
        pack([object()])
