"""Ids of components: their JSON, matching, order and overlap of patterns, and checks."""

import pytest

from pyrt.model.errors import IncorrectTypeException, InvalidComponentIdError
from pyrt.model.ids import (
    ALL,
    ALLSMALLER,
    MATCH,
    PropId,
    Wildcard,
    id_value_order,
    ids_overlap,
    is_pattern,
    match_values,
    matches,
    parse_id,
    parse_prop_id,
    stringify_id,
    validate_dependency_id,
    wildcard_keys,
)


def test_a_dict_id_is_spelled_with_sorted_keys_and_without_spaces():
    assert stringify_id({"type": "x", "index": 1}) == '{"index":1,"type":"x"}'
    assert stringify_id({"b": True, "a": None}) == '{"a":null,"b":true}'
    assert stringify_id("btn") == "btn"


def test_wildcards_are_spelled_as_lists_which_no_value_can_be():
    text = stringify_id({"type": MATCH, "index": ALLSMALLER, "z": ALL})
    assert text == '{"index":["ALLSMALLER"],"type":["MATCH"],"z":["ALL"]}'
    assert parse_id(text) == {"type": MATCH, "index": ALLSMALLER, "z": ALL}


def test_numbers_and_text_are_spelled_as_javascript_spells_them():
    assert stringify_id({"i": 1.0}) == '{"i":1}'
    assert stringify_id({"i": 0.1}) == '{"i":0.1}'
    assert stringify_id({"i": "é"}) == '{"i":"é"}'


def test_string_ids_are_not_parsed():
    assert parse_id("btn") == "btn"


def test_a_prop_id_is_split_at_its_last_dot():
    assert parse_prop_id('{"index":1.5}.value') == PropId('{"index":1.5}', "value")
    assert str(PropId("btn", "n_clicks")) == "btn.n_clicks"


def test_wildcards_are_themselves_and_print_their_names():
    assert [str(wildcard) for wildcard in Wildcard] == ["MATCH", "ALL", "ALLSMALLER"]
    assert repr(MATCH) == "<MATCH>"
    assert Wildcard("ALL") is ALL


def test_a_pattern_is_a_dict_with_a_wildcard():
    assert is_pattern({"type": "x", "index": ALL})
    assert not is_pattern({"type": "x", "index": 1})
    assert not is_pattern("ALL")


def test_wildcard_keys_are_found_by_kind():
    pattern = {"c": MATCH, "b": ALL, "a": MATCH, "d": 1}
    assert wildcard_keys(pattern) == ("a", "b", "c")
    assert wildcard_keys(pattern, MATCH) == ("a", "c")
    assert wildcard_keys("text") == ()


def test_two_ids_match_only_if_their_key_sets_are_equal():
    """S-12."""
    assert match_values({"a": ALL}, {"a": 1}) == {}
    assert match_values({"a": ALL}, {"a": 1, "b": 2}) is None
    assert match_values({"a": ALL, "b": 2}, {"a": 1}) is None


def test_match_takes_one_value_and_the_other_wildcards_any():
    """S-13."""
    pattern = {"a": MATCH, "b": ALL, "c": ALLSMALLER, "d": "x"}
    assert match_values(pattern, {"a": 7, "b": 1, "c": 2, "d": "x"}) == {"a": 7}
    assert match_values(pattern, {"a": 7, "b": 1, "c": 2, "d": "y"}) is None


@pytest.mark.parametrize(
    ("fixed", "value", "fits"),
    [(1, "1", False), (1, True, False), (1, 1.0, True), (0, False, False)],
)
def test_fixed_values_are_compared_strictly(fixed, value, fits):
    """S-17."""
    assert matches({"a": fixed}, {"a": value}) is fits


def test_bound_values_decide_match_and_allsmaller():
    """S-13: MATCH is the same in the whole invocation, ALLSMALLER is below it."""
    assert matches({"a": MATCH}, {"a": 3}, {"a": 3})
    assert not matches({"a": MATCH}, {"a": 4}, {"a": 3})
    assert matches({"a": ALLSMALLER}, {"a": 2}, {"a": 3})
    assert not matches({"a": ALLSMALLER}, {"a": 3}, {"a": 3})
    assert matches({"a": ALL}, {"a": 9}, {"a": 3})


def test_a_key_that_is_not_bound_fits_every_value():
    assert matches({"a": MATCH, "b": MATCH}, {"a": 3, "b": 9}, {"a": 3})


def test_values_sort_as_numbers_then_booleans_then_text():
    """S-17."""
    values = ["b", "B", True, "10", 9, False, "a", " 2 ", -1.5, "0x10"]
    expected = [-1.5, " 2 ", 9, "10", "0x10", False, True, "B", "a", "b"]
    assert sorted(values, key=id_value_order) == expected


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a", {"a": 1}, False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, {"a": ALLSMALLER}, True),
        ({"a": MATCH}, {"a": MATCH}, True),
        ({"a": MATCH}, {"a": ALL}, True),
        ({"a": ALLSMALLER}, {"a": ALL}, True),
        ({"a": MATCH}, {"a": ALLSMALLER}, False),
    ],
)
def test_two_ids_overlap_if_they_may_name_a_common_component(one, other, overlap):
    """S-11."""
    assert ids_overlap(one, other) is overlap
    assert ids_overlap(other, one) is overlap


def test_a_string_id_cannot_have_a_dot_or_a_brace():
    """S-12."""
    with pytest.raises(InvalidComponentIdError) as error:
        validate_dependency_id("a.{b")
    assert str(error.value) == (
        "The element `a.{b` contains `.`, `{` in its ID. Characters `.`, `{` are not allowed in "
        "IDs: rename it, or use a dict id."
    )


def test_an_id_is_a_string_or_a_dict_with_string_keys():
    """S-12."""
    with pytest.raises(IncorrectTypeException, match="must be a string or dict, found 3"):
        validate_dependency_id(3)
    with pytest.raises(IncorrectTypeException, match=r"has the key 1\. Write it"):
        validate_dependency_id({1: 2})
    validate_dependency_id({"a": ALL})
    validate_dependency_id("plain")
