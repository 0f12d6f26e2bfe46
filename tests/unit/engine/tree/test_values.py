"""S-51: a callback that changes its arguments changes nothing else."""

import copy as copying
import json
import pickle
from typing import Any

import pytest

from pyrt.engine.tree.values import MIN_COW_PARTS, LazyValue, copy_value, is_big, read_value

ROWS = [{"n": n, "tags": ["a"]} for n in range(MIN_COW_PARTS)]


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


def test_a_small_value_is_copied_for_each_reader():
    lazy = LazyValue({"a": [1]})
    one, other = lazy.copy_for_callback(), lazy.copy_for_callback()
    assert one == other == {"a": [1]}
    one["a"].append(2)
    assert lazy.copy_for_callback() == other == {"a": [1]}
    assert type(one) is dict


@pytest.mark.parametrize("value", [None, 1, 1.5, "text", True])
def test_atoms_are_not_copied(value):
    assert LazyValue(value).copy_for_callback() is value


def test_a_copy_has_no_held_values_and_shares_nothing():
    inner = {"x": [1]}
    value = {"a": [LazyValue(inner)]}
    copied = copy_value(value)
    assert copied == {"a": [{"x": [1]}]}
    assert copied["a"][0] is not inner


def test_big_means_many_parts_not_long_text():
    assert is_big(ROWS)
    assert is_big({"data": [ROWS]})
    assert not is_big("x" * 10_000_000)
    assert not is_big([1] * (MIN_COW_PARTS - 1))


def test_a_big_value_is_copied_once_as_long_as_the_copy_is_unchanged():
    lazy = LazyValue(ROWS)
    given = lazy.copy_for_callback()
    assert given == ROWS
    assert given is not ROWS
    assert lazy.copy_for_callback() is given


CHANGES = {
    "set item": lambda v: v.__setitem__(0, None),
    "set slice": lambda v: v.__setitem__(slice(0, 2), []),
    "delete": lambda v: v.__delitem__(0),
    "append": lambda v: v.append(1),
    "extend": lambda v: v.extend([1]),
    "insert": lambda v: v.insert(0, 1),
    "pop": lambda v: v.pop(),
    "remove": lambda v: v.remove(v[0]),
    "clear": lambda v: v.clear(),
    "reverse": lambda v: v.reverse(),
    "sort": lambda v: v.sort(key=lambda row: -row["n"]),
    "iadd": lambda v: v.__iadd__([1]),
    "imul": lambda v: v.__imul__(2),
    "inner set": lambda v: v[5].__setitem__("n", "changed"),
    "inner delete": lambda v: v[5].__delitem__("n"),
    "inner pop": lambda v: v[5].pop("n"),
    "inner popitem": lambda v: v[5].popitem(),
    "inner clear": lambda v: v[5].clear(),
    "inner update": lambda v: v[5].update(x=1),
    "inner setdefault": lambda v: v[5].setdefault("x", 1),
    "inner ior": lambda v: v[5].__ior__({"x": 1}),
    "deep": lambda v: v[5]["tags"].append("b"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_of_a_copy_is_noticed(change):
    """The next reader gets the engine's value, whatever was changed in the copy."""
    lazy = LazyValue(copy_value(ROWS))
    given = lazy.copy_for_callback()
    change(given)
    assert lazy.copy_for_callback() == ROWS
    assert lazy.read() == ROWS
    assert lazy.copy_for_callback() is not given


def test_a_copy_reads_as_ordinary_json():
    given: Any = LazyValue(ROWS).copy_for_callback()
    assert isinstance(given, list)
    assert isinstance(given[0], dict)
    assert json.loads(json.dumps(given)) == ROWS
    assert given[0] == {"n": 0, "tags": ["a"]}
    assert repr(given[0]) == "{'n': 0, 'tags': ['a']}"
    assert [*given[0].items()] == [("n", 0), ("tags", ["a"])]


def test_copies_of_a_copy_are_independent():
    lazy = LazyValue(ROWS)
    given = lazy.copy_for_callback()
    for mine in (copying.copy(given), copying.deepcopy(given), pickle.loads(pickle.dumps(given))):
        assert mine == ROWS
        mine.append(None)
    other: Any = copying.deepcopy(given)
    other[0]["n"] = None
    assert lazy.copy_for_callback() is given
    assert given == ROWS
