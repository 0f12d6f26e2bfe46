"""Ids: text and order of generated ids, and overlap of patterns."""

from hypothesis import given
from hypothesis import strategies as st

from pyrt.model.ids import (
    ALL,
    ALLSMALLER,
    MATCH,
    id_value_order,
    ids_overlap,
    match_values,
    parse_id,
    stringify_id,
)

values = st.one_of(st.text(), st.booleans(), st.integers(), st.floats(allow_nan=False))
ids = st.dictionaries(st.text(min_size=1), values, min_size=1)
patterns = st.dictionaries(
    st.sampled_from("abc"),
    st.one_of(st.sampled_from([MATCH, ALL, ALLSMALLER]), st.integers(0, 2)),
    min_size=1,
)
concrete = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), min_size=1)


@given(st.dictionaries(st.text(min_size=1), st.one_of(st.text(), st.booleans(), st.integers())))
def test_an_id_comes_back_from_its_text(component_id):
    assert parse_id(stringify_id(component_id)) == component_id


@given(ids)
def test_the_text_does_not_depend_on_the_order_of_keys(component_id):
    backwards = dict(reversed(component_id.items()))
    assert stringify_id(backwards) == stringify_id(component_id)


@given(st.lists(values))
def test_all_values_of_ids_can_be_put_in_order(many):
    once = sorted(many, key=id_value_order)
    keys = [id_value_order(value) for value in once]
    assert keys == sorted(keys)


@given(patterns, concrete)
def test_a_pattern_that_matches_an_id_overlaps_it(pattern, component_id):
    """S-11 and S-13 agree."""
    matched = match_values(pattern, component_id) is not None
    assert ids_overlap(pattern, component_id) is matched
    assert ids_overlap(component_id, pattern) is matched
