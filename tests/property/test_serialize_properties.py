"""Serialization: both encoders agree on generated values, and their result is strict JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from pyrt.model.components import LIBRARIES
from pyrt.model.serialize import encode, to_json_value

Div = LIBRARIES["html"].make("Div")

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.dates(),
    st.datetimes(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
    st.uuids(),
)
keys = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.dates())
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(keys, inner, max_size=4),
        inner.map(Div),
    ),
    max_leaves=20,
)


@given(values)
def test_both_ways_to_plain_data_agree(value):
    """R-65, R-67."""
    assert encode(value).decode() == to_json_value(value)


@given(values)
def test_plain_data_is_strict_json_and_does_not_change_any_more(value):
    plain = to_json_value(value)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert to_json_value(plain) == plain
    assert encode(plain).decode() == plain
