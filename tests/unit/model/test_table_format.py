"""Number formats of DataTable (dash_table.Format)."""

import pytest

from pyrt.model.table_format import (
    Align,
    Format,
    Group,
    Prefix,
    Scheme,
    Sign,
    Symbol,
    Trim,
    money,
    percentage,
)


def specifier(made):
    return made.to_plotly_json()["specifier"]


def test_a_new_format_is_empty():
    assert Format().to_plotly_json() == {
        "locale": {},
        "nully": "",
        "prefix": None,
        "specifier": "",
    }


def test_parts_stand_in_the_order_of_d3():
    made = Format(
        align=Align.left,
        fill="-",
        sign=Sign.positive,
        symbol=Symbol.yes,
        padding=True,
        padding_width=12,
        group=True,
        precision=2,
        trim=Trim.yes,
        scheme=Scheme.fixed,
    )
    assert specifier(made) == "-<+$012,.2~f"


def test_methods_can_be_chained_and_parts_taken_back():
    made = Format().precision(3).padding_width(5).group(Group.yes).scheme(Scheme.exponent)
    assert specifier(made) == "5,.3e"
    assert specifier(made.precision(None).padding_width(None).group(False)) == "e"  # noqa: FBT003  # as in Dash


def test_a_fill_counts_only_with_an_alignment():
    assert specifier(Format(fill="x")) == ""
    assert specifier(Format(fill="x", align=Align.right)) == "x>"


def test_the_locale_and_the_unit():
    made = (
        Format()
        .symbol_suffix(" EUR")
        .decimal_delimiter(",")
        .group_delimiter(".")
        .groups([3, 2])
        .nully("-")
        .si_prefix(Prefix.kilo)
        .to_plotly_json()
    )
    assert made == {
        "locale": {"symbol": ["", " EUR"], "decimal": ",", "group": ".", "grouping": [3, 2]},
        "nully": "-",
        "prefix": 1000,
        "specifier": "",
    }
    assert Format().groups(4).symbol_prefix("x").to_plotly_json()["locale"] == {
        "grouping": [4],
        "symbol": ["x", ""],
    }


@pytest.mark.parametrize(
    ("part", "value", "error"),
    [
        ("nonsense", 1, TypeError),
        ("align", "left", TypeError),
        ("fill", "ab", ValueError),
        ("fill", 1, TypeError),
        ("precision", -1, ValueError),
        ("precision", "2", TypeError),
        ("groups", [], ValueError),
        ("groups", [0], ValueError),
        ("groups", ["3"], TypeError),
        ("si_prefix", 5, TypeError),
        ("to_plotly_json", 1, TypeError),
    ],
)
def test_wrong_parts_are_refused(part, value, error):
    with pytest.raises(error):
        Format(**{part: value})


def test_templates():
    assert specifier(money(2)) == "$,.2f"
    assert specifier(money(0, Sign.parantheses)) == "($,.0f"
    assert specifier(percentage(1)) == ".1%"
    assert specifier(percentage(1, rounded=True)) == ".1p"
    with pytest.raises(TypeError, match="expected rounded to be a boolean"):
        percentage(1, 1)  # type: ignore[arg-type]
