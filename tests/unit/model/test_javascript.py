"""Numbers, text and equality by the rules of JavaScript."""

import math

import pytest

from pyrt.model.javascript import format_number, is_equal, parse_number, to_number, to_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1"),
        (1.0, "1"),
        (-2.5, "-2.5"),
        (1e16, "10000000000000000"),
        (1e21, "1e+21"),
        (1.5e22, "1.5e+22"),
        (0.0001, "0.0001"),
        (1e-5, "0.00001"),
        (-1.25e-6, "-0.00000125"),
        (1e-7, "1e-7"),
    ],
)
def test_numbers_are_spelled_as_in_javascript(number, text):
    assert format_number(number) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [(" 12 ", 12), ("-1.5e3", -1500), (".5", 0.5), ("5.", 5), ("0xff", 255), ("0b11", 3)],
)
def test_numeric_text_is_read_as_in_javascript(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "  ", "abc", "1_000", "nan", "inf", "1e999", "- 1"])
def test_other_text_is_no_number(text):
    assert parse_number(text) is None


def test_arithmetic_reads_null_and_blank_text_as_zero():
    assert list(map(to_number, (None, "", " ", True, "3", 2.5))) == [0, 0, 0, 1, 3, 2.5]
    assert list(map(to_number, ([], [5], ["0x10"]))) == [0, 5, 16]
    assert all(map(math.isnan, map(to_number, ("x", [1, 2], {}))))


def test_text_is_made_of_any_value():
    assert to_text([1, None, "a", [2.0, True]]) == "1,,a,2,true"
    assert to_text([[None, False], {}, 1.0]) == ",false,[object Object],1"
    assert to_text(None) == "null"


def test_true_does_not_equal_one_at_any_depth():
    assert is_equal({"a": [1, 2.0]}, {"a": [1.0, 2]})
    assert not is_equal({"a": [1]}, {"a": [True]})
    assert not is_equal([1], [1, 2])
    assert not is_equal({"a": 1}, {"b": 1})
