"""Patch: the recorded operations, and their application to a value."""

import copy
import pickle
from typing import Any

import pytest

from pyrt.model.errors import CallbackError
from pyrt.model.patch import Patch, apply_patch, is_patch


def record(change):
    patch: Any = Patch()
    change(patch)
    return patch.to_plotly_json()["operations"]


def change(old, change):
    """Apply what a function does to a patch to a value, which must stay as it was."""
    before = copy.deepcopy(old)
    new = apply_patch(record(change), old)
    assert old == before
    return new


def step(operation, location, **params):
    return {"operation": operation, "location": location, "params": params}


def test_all_operations_are_recorded_in_order():
    """S-100, S-101."""

    def changes(p):
        p["a"] = 1
        p.b.c[0] = 2
        del p["x"]
        del p.y.z
        p.l.append(1)
        p.l.prepend(2)
        p.l.insert(-1, 3)
        p.l.extend([4])
        p.l += (5,)
        p.n += 1
        p.n -= 2
        p.n *= 3
        p.n /= 4
        p.d.update({"k": 1}, m=2)
        p.d |= {"z": 3}
        p.l.remove(9)
        p.l.clear()
        p.l.reverse()

    assert record(changes) == [
        step("Assign", ["a"], value=1),
        step("Assign", ["b", "c", 0], value=2),
        step("Delete", ["x"]),
        step("Delete", ["y", "z"]),
        step("Append", ["l"], value=1),
        step("Prepend", ["l"], value=2),
        step("Insert", ["l"], value=3, index=-1),
        step("Extend", ["l"], value=[4]),
        step("Extend", ["l"], value=(5,)),
        step("Add", ["n"], value=1),
        step("Sub", ["n"], value=2),
        step("Mul", ["n"], value=3),
        step("Div", ["n"], value=4),
        step("Merge", ["d"], value={"k": 1, "m": 2}),
        step("Merge", ["d"], value={"z": 3}),
        step("Remove", ["l"], value=9),
        step("Clear", ["l"]),
        step("Reverse", ["l"]),
    ]


def test_a_patch_of_the_whole_value_can_be_changed_in_place():
    patch: Any = Patch()
    same = patch
    patch += 1
    patch += [2]
    patch |= {"a": 3}
    assert patch is same
    names = [entry["operation"] for entry in patch.to_plotly_json()["operations"]]
    assert names == ["Add", "Extend", "Merge"]


def test_dicts_of_the_app_are_not_changed_by_update():
    mine = {"a": 1}
    Patch().update(mine, b=2)
    assert mine == {"a": 1}


def test_a_patch_is_write_only():
    """S-101."""
    patch: Any = Patch()
    with pytest.raises(TypeError, match="write-only"):
        list(patch)
    with pytest.raises(TypeError, match="takes no slice"):
        patch[1:2] = 3
    with pytest.raises(TypeError, match="takes no slice"):
        patch[1:2].append(3)
    with pytest.raises(KeyError, match="A Patch cannot sort"):
        patch.a.sort()
    with pytest.raises(TypeError, match="is extended by a list or tuple"):
        patch.extend("abc")
    assert repr(patch.a[3]) == "<dash.Patch at ['a', 3], write-only>"
    assert not hasattr(patch, "tolist")
    assert patch.to_plotly_json()["operations"] == []


def test_a_patch_can_be_copied_and_pickled():
    patch: Any = Patch()
    patch.a = 1
    for copied in (copy.deepcopy(patch), pickle.loads(pickle.dumps(patch))):
        copied.b = 2
        assert len(copied.to_plotly_json()["operations"]) == 2
    assert len(patch.to_plotly_json()["operations"]) == 1


def test_a_patch_is_recognised_recorded_or_as_data():
    """S-100."""
    assert is_patch(Patch())
    assert is_patch(Patch().to_plotly_json())
    assert not is_patch({"operations": []})
    assert not is_patch([Patch()])


def test_assigning_makes_the_containers_that_are_missing():
    """S-101."""
    assert change({}, lambda p: p["a"]["b"].__setitem__("c", 1)) == {"a": {"b": {"c": 1}}}
    assert change({}, lambda p: p["a"].__setitem__(0, 1)) == {"a": [1]}
    assert change([1], lambda p: p.__setitem__(3, 2)) == [1, None, None, 2]
    assert change({"a": 5}, lambda p: p["a"].__setitem__("b", 1)) == {"a": {"b": 1}}
    assert change({"a": None}, lambda p: p["a"].__setitem__(0, 1)) == {"a": {"0": 1}}


def test_whole_values_are_replaced_along_the_path_only():
    """S-103."""
    old = {"a": {"x": 1}, "b": {"y": 2}}
    new: Any = apply_patch(record(lambda p: p["a"].__setitem__("x", 9)), old)
    assert new == {"a": {"x": 9}, "b": {"y": 2}}
    assert new["b"] is old["b"]
    assert new["a"] is not old["a"]


def test_negative_indexes_count_from_the_end_just_before_each_operation():
    """S-102."""

    def changes(p):
        p.append(4)
        p[-1] = 5
        del p[-2]

    assert change([1, 2, 3], changes) == [1, 2, 5]
    with pytest.raises(CallbackError, match=r"counts from the end at \['a', -1\]"):
        change({"a": {}}, lambda p: p["a"].__setitem__(-1, 2))


def test_numbers_are_keys_of_dicts_as_text():
    assert change({"1": "x"}, lambda p: p.__setitem__(1, "y")) == {"1": "y"}


def test_deleting_what_is_missing_does_nothing():
    """S-101."""

    def changes(p):
        del p["no"]
        del p["a"]["no"]
        del p["l"][7]
        del p["no"]["way"]

    assert change({"a": {"b": 1}, "l": [1]}, changes) == {"a": {"b": 1}, "l": [1]}
    assert change({"a": {"b": 1, "c": 2}}, lambda p: p["a"].__delitem__("b")) == {"a": {"c": 2}}


def test_lists_grow_at_both_ends_and_in_between():
    """S-101."""

    def changes(p):
        p.append(3)
        p.prepend(0)
        p.insert(1, "one")
        p.insert(-1, "last but one")
        p.insert(99, "end")
        p.extend([7, 8])

    assert change([1, 2], changes) == [0, "one", 1, 2, "last but one", 3, "end", 7, 8]


def test_appending_to_nothing_makes_a_list():
    """As `append` of the renderer's library does; S-104 names the others."""
    assert change({}, lambda p: p["l"].append(1)) == {"l": [1]}
    assert change({}, lambda p: p["l"].prepend(1)) == {"l": [1]}
    assert change(None, lambda p: p.append(1)) == [1]


@pytest.mark.parametrize(
    "operation",
    [
        lambda p: p["l"].insert(0, 1),
        lambda p: p["l"].extend([1]),
        lambda p: p["l"].remove(1),
        lambda p: p["l"].reverse(),
    ],
)
def test_other_list_operations_on_nothing_are_errors(operation):
    """S-104."""
    with pytest.raises(
        CallbackError, match=r"A Patch cannot do \w+ at \['l'\]: there is undefined"
    ):
        change({"a": 1}, operation)


def test_all_equal_items_are_removed():
    """S-101."""
    old = [1, {"a": [1]}, True, 1.0, {"a": [1]}, "1"]
    assert change(old, lambda p: p.remove(1)) == [{"a": [1]}, True, {"a": [1]}, "1"]
    assert change(old, lambda p: p.remove({"a": [1]})) == [1, True, 1.0, "1"]


def test_clearing_and_reversing_keep_the_kind():
    """S-101."""
    old = {"l": [1, 2], "d": {"x": 1}, "s": "abc", "n": 3}

    def clear(p):
        for key in old:
            p[key].clear()

    assert change(old, clear) == {"l": [], "d": {}, "s": "", "n": None}
    assert change(old, lambda p: p["l"].reverse())["l"] == [2, 1]
    assert change(old, lambda p: p["s"].reverse())["s"] == "cba"


def test_merging_is_shallow_and_begins_with_nothing():
    """S-101."""
    assert change({"a": {"x": {"y": 1}}}, lambda p: p["a"].update({"x": {}, "z": 2})) == {
        "a": {"x": {}, "z": 2}
    }
    assert change({}, lambda p: p["a"].update(b=1)) == {"a": {"b": 1}}


@pytest.mark.parametrize(
    ("old", "value", "new"),
    [
        (1, 2, 3),
        (1.5, 0.5, 2),
        (0.1, 0.2, 0.1 + 0.2),
        ("a", "b", "ab"),
        ("a", 1.0, "a1"),
        (1, "a", "1a"),
        (None, 3, 3),
        (True, 1, 2),
        ("x", None, "xnull"),
        ([1, 2], 3, "1,23"),
    ],
)
def test_adding_is_javascript_s_plus(old, value, new):
    """S-101."""
    result = change({"n": old}, lambda p: p.__setitem__("n", p["n"].__iadd__(value)))["n"]
    assert (result, type(result)) == (new, type(new))


def test_arithmetic_gives_ints_where_it_can_and_null_where_it_must():
    """S-101, S-104."""

    def changes(p):
        p.a -= 1
        p.b *= 3
        p.c /= 2
        p.d /= 0
        p.missing += 1
        p.text -= 1

    assert change({"a": 3, "b": "2", "c": 6, "d": 1, "text": "x"}, changes) == {
        "a": 2, "b": 6, "c": 3, "d": None, "missing": None, "text": None,
    }  # fmt: skip


def test_an_unknown_operation_is_refused():
    with pytest.raises(CallbackError, match="'Explode', which does not exist"):
        apply_patch([step("Explode", [])], {})
