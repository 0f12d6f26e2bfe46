"""The values that a user can give to a prop."""

import pytest

from pyrt.precompute.choices import find_choices

CASES = {
    "options": ("RadioItems", "value", {"options": ["a", 2]}, ["a", 2]),
    "with labels": (
        "RadioItems",
        "value",
        {"options": [{"label": "A", "value": 1}, {"label": "B", "value": 2, "disabled": True}]},
        [1],
    ),
    "as a dictionary": ("RadioItems", "value", {"options": {"x": "X", "y": "Y"}}, ["x", "y"]),
    "may be empty": ("Dropdown", "value", {"options": ["a"]}, ["a", None]),
    "may not be empty": ("Dropdown", "value", {"options": ["a"], "clearable": False}, ["a"]),
    "several": (
        "Dropdown",
        "value",
        {"options": ["a", "b"], "multi": True},
        [[], ["a"], ["b"], ["a", "b"]],
    ),
    "mantine": ("Select", "value", {"data": [{"value": "a", "label": "A"}]}, ["a"]),
    "tabs": (
        "Tabs",
        "value",
        {"children": [{"type": "Tab", "props": {"value": "x"}}, {"type": "Tab", "props": {}}]},
        ["x", "tab-2"],
    ),
    "tabs of bootstrap": (
        "Tabs",
        "active_tab",
        {"children": {"type": "Tab", "props": {"label": "only"}}},
        ["tab-0"],
    ),
    "steps": ("Slider", "value", {"min": 0, "max": 0.3, "step": 0.1}, [0, 0.1, 0.2, 0.3]),
    "small steps": ("Slider", "value", {"min": 0, "max": 2e-05, "step": 1e-05}, [0, 1e-05, 2e-05]),
    "marks": (
        "Slider",
        "value",
        {
            "min": 0,
            "max": 10,
            "step": None,
            "marks": {"10": "ten", "0": "none", "2.5": "", "99": ""},
        },
        [0, 2.5, 10],
    ),
    "days": (
        "DatePickerSingle",
        "date",
        {
            "min_date_allowed": "2026-02-27",
            "max_date_allowed": "2026-03-01T00:00:00",
            "disabled_days": ["2026-02-28"],
        },
        ["2026-02-27", "2026-03-01"],
    ),
    "switch": ("BooleanSwitch", "on", {}, [False, True]),
}


@pytest.mark.parametrize(("kind", "prop", "props", "values"), CASES.values(), ids=CASES)
def test_values_that_are_few(kind, prop, props, values):
    found = find_choices(kind, prop, props)
    assert found is not None
    assert found.values == values
    assert list(map(type, found.values)) == list(map(type, values))
    assert found.is_set == isinstance(values[0], list)


MANY = {
    "text": ("Input", "value", {}),
    "another prop": ("Dropdown", "options", {"options": ["a"]}),
    "no options": ("Dropdown", "value", {}),
    "options of another form": ("RadioItems", "value", {"options": [{"label": "A"}]}),
    "none": ("RadioItems", "value", {"options": []}),
    "a hundred and one": ("RadioItems", "value", {"options": list(range(101))}),
    "seven of which any": ("Checklist", "value", {"options": list(range(7))}),
    "steps that are not given": ("Slider", "value", {"min": 0, "max": 10}),
    "steps that are too small": ("Slider", "value", {"min": 0, "max": 10, "step": 0.01}),
    "no step at all": ("Slider", "value", {"min": 0, "max": 10, "step": 0}),
    "no first day": ("DatePickerSingle", "date", {"max_date_allowed": "2026-03-01"}),
    "a year": (
        "DatePickerSingle",
        "date",
        {"min_date_allowed": "2025-03-01", "max_date_allowed": "2026-03-01"},
    ),
    "tabs that are no tabs": ("Tabs", "value", {"children": [{"type": "Div", "props": {}}]}),
}


@pytest.mark.parametrize(("kind", "prop", "props"), MANY.values(), ids=MANY)
def test_values_that_are_many_or_unknown(kind, prop, props):
    assert find_choices(kind, prop, props) is None
