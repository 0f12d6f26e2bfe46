"""What props mean to agents."""

import pytest

from pyrt.agents.roles import FIGURE, TABLE, describe_prop, schema_of_role


@pytest.mark.parametrize(
    ("kind", "prop", "expected"),
    [
        ("DataTable", "data", "a table"),
        ("AgGrid", "rowData", "a table"),
        ("Store", "data", "data that the page keeps"),
        ("Download", "data", "a file to download"),
        ("Markdown", "children", "text in Markdown"),
        ("Div", "children", "content of the page"),
        ("Graph", "figure", "a chart"),
        (None, "figure", "a chart"),
        ("Dropdown", "options", "the choices of a control"),
        ("Div", "title", ""),
    ],
)
def test_the_role_of_one_component_counts_before_that_of_all(kind, prop, expected):
    assert describe_prop(kind, prop) == expected


def test_a_dropdown_takes_one_value_or_a_list():
    one = schema_of_role("Dropdown", "value", {})
    assert one is not None
    assert {each["type"] for each in one["anyOf"]} == {"string", "number", "boolean"}
    assert schema_of_role("Dropdown", "value", {"multi": True}) == {"type": "array", "items": one}


def test_dates_and_figures_have_schemas_and_most_props_none():
    date, figure = (
        schema_of_role(*prop, {}) for prop in (("DatePickerRange", "end_date"), ("Graph", "figure"))
    )
    assert date is not None
    assert date["format"] == "date"
    assert figure is not None
    assert figure["properties"]["data"]["type"] == "array"
    assert schema_of_role("Input", "value", {}) is None


def test_tables_and_figures_are_recognised():
    assert TABLE.fits("DataTable", "data")
    assert not TABLE.fits("Store", "data")
    assert FIGURE.fits("AnyChart", "figure")
