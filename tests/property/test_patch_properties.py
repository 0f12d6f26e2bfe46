"""Patch: generated sequences of operations, applied to generated values."""

import copy
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from pyrt.model.errors import CallbackError
from pyrt.model.patch import apply_patch

scalars = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text("ab", max_size=2))
keys = st.sampled_from(["a", "b", 0, 1, -1, 5])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=8,
)
locations = st.lists(keys, max_size=3)


def operation(name, **params):
    return st.fixed_dictionaries(
        {
            "operation": st.just(name),
            "location": locations,
            "params": st.fixed_dictionaries(params),
        }
    )


operations = st.one_of(
    operation("Assign", value=values),
    operation("Delete"),
    operation("Append", value=values),
    operation("Prepend", value=values),
    operation("Insert", value=values, index=st.integers(-4, 4)),
    operation("Extend", value=st.lists(values, max_size=2)),
    operation("Merge", value=st.dictionaries(st.sampled_from("ab"), values)),
    operation("Remove", value=values),
    operation("Clear"),
    operation("Reverse"),
    operation("Add", value=scalars),
    operation("Sub", value=scalars),
    operation("Mul", value=scalars),
    operation("Div", value=scalars),
)


@given(values, st.lists(operations, max_size=4))
def test_a_patch_changes_no_value_but_makes_a_new_one(old, steps):
    """S-103."""
    before = copy.deepcopy((old, steps))
    with suppress(CallbackError):
        apply_patch(steps, old)
    assert (old, steps) == before


@given(values, st.lists(operations, max_size=3), st.lists(operations, max_size=3))
def test_two_patches_do_what_one_with_all_their_operations_does(old, first, second):
    """S-103."""
    try:
        one_by_one = apply_patch(second, apply_patch(first, old))
    except CallbackError:
        return
    assert apply_patch([*first, *second], old) == one_by_one


@given(st.lists(values), values, st.integers(-6, 6))
def test_an_inserted_item_is_in_the_list_and_the_others_keep_their_order(old, item, index):
    """S-101."""
    step = {"operation": "Insert", "location": [], "params": {"value": item, "index": index}}
    new = apply_patch([step], old)
    assert isinstance(new, list)
    place = next(
        place
        for place in range(len(new))
        if new[place] == item and new[:place] + new[place + 1 :] == old
    )
    expected = index + len(old) if index < 0 else index
    assert place == expected or not 0 <= expected < len(old) or new[expected] == item
