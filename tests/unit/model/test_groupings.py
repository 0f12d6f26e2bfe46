"""`dash._grouping`, which packages that wrap callbacks import."""

import pytest
from dash._grouping import (
    flatten_grouping,
    grouping_len,
    make_grouping_by_index,
    make_grouping_by_key,
    map_grouping,
    validate_grouping,
)

from pyrt.model.errors import CallbackError

SHAPE = {"a": 1, "b": [2, (3, 4)]}


def test_groupings_are_flattened_and_made_again():
    assert flatten_grouping(SHAPE) == [1, 2, 3, 4]
    assert grouping_len(SHAPE) == 4
    made = make_grouping_by_index(SHAPE, "wxyz")
    assert made == {"a": "w", "b": ["x", ["y", "z"]]}
    assert made.a == "w"
    assert map_grouping(str, SHAPE) == {"a": "1", "b": ["2", ["3", "4"]]}
    assert make_grouping_by_key(SHAPE, {1: "one"}, "?") == {"a": "one", "b": ["?", ["?", "?"]]}


def test_a_schema_decides_what_a_leaf_is():
    assert flatten_grouping({"a": [1, 2], "b": 3}, {"a": 0, "b": 0}) == [[1, 2], 3]


@pytest.mark.parametrize(
    ("grouping", "schema"),
    [([1], [1, 2]), (1, [1]), ({"a": 1}, {"b": 1}), ([{"a": [1]}], [{"a": [1, 2]}])],
)
def test_what_does_not_fit_is_refused(grouping, schema):
    with pytest.raises(CallbackError, match="Expected a"):
        validate_grouping(grouping, schema)


def test_too_few_values_are_refused():
    with pytest.raises(ValueError, match="4 leaves, and not 1"):
        make_grouping_by_index(SHAPE, "a")
