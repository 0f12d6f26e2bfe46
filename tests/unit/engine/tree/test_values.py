"""S-51: a callback that changes its arguments changes nothing else."""

import copy as copying
import json
import pickle
from typing import Any

import pytest

from pyrt.engine.tree.values import BIG, Held, copy, is_big, read

ROWS = [{"n": n, "tags": ["a"]} for n in range(BIG)]


def test_text_is_decoded_once_and_only_when_it_is_read():
    decoded = []

    def decode():
        decoded.append(1)
        return {"a": 1}

    held = Held(decode=decode)
    assert decoded == []
    assert read(held) == {"a": 1}
    assert read(held) is read(held)
    assert decoded == [1]
    assert read("plain") == "plain"


def test_a_small_value_is_copied_for_each_reader():
    held = Held({"a": [1]})
    one, other = held.lend(), held.lend()
    assert one == other == {"a": [1]}
    one["a"].append(2)
    assert held.lend() == other == {"a": [1]}
    assert type(one) is dict


@pytest.mark.parametrize("value", [None, 1, 1.5, "text", True])
def test_atoms_are_lent_as_they_are(value):
    assert Held(value).lend() is value


def test_a_copy_has_no_held_values_and_shares_nothing():
    inner = {"x": [1]}
    value = {"a": [Held(inner)]}
    copied = copy(value)
    assert copied == {"a": [{"x": [1]}]}
    assert copied["a"][0] is not inner


def test_big_means_many_parts_not_long_text():
    assert is_big(ROWS)
    assert is_big({"data": [ROWS]})
    assert not is_big("x" * 10_000_000)
    assert not is_big([1] * (BIG - 1))


def test_a_big_value_is_copied_once_as_long_as_nobody_changes_the_copy():
    held = Held(ROWS)
    lent = held.lend()
    assert lent == ROWS
    assert lent is not ROWS
    assert held.lend() is lent


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
def test_any_change_of_a_lent_copy_is_noticed(change):
    """The next reader gets what the engine has, whatever was done to the copy."""
    held = Held(copy(ROWS))
    lent = held.lend()
    change(lent)
    assert held.lend() == ROWS
    assert held.read() == ROWS
    assert held.lend() is not lent


def test_a_lent_copy_reads_as_ordinary_json():
    lent: Any = Held(ROWS).lend()
    assert isinstance(lent, list)
    assert isinstance(lent[0], dict)
    assert json.loads(json.dumps(lent)) == ROWS
    assert lent[0] == {"n": 0, "tags": ["a"]}
    assert repr(lent[0]) == "{'n': 0, 'tags': ['a']}"
    assert [*lent[0].items()] == [("n", 0), ("tags", ["a"])]


def test_copies_of_a_lent_copy_are_free():
    held = Held(ROWS)
    lent = held.lend()
    for mine in (copying.copy(lent), copying.deepcopy(lent), pickle.loads(pickle.dumps(lent))):
        assert mine == ROWS
        mine.append(None)
    other: Any = copying.deepcopy(lent)
    other[0]["n"] = None
    assert held.lend() is lent
    assert lent == ROWS
