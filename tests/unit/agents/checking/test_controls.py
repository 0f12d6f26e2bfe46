"""Which values a control lets its user choose."""

import pytest
from dash import dcc, html

from pyrt.agents.checking.controls import refuse
from tests.support.agents import component_of


def reason(component, prop, value):
    return refuse(component_of(component), prop, value)


OPTIONS = [{"label": "A", "value": "a"}, {"label": "B", "value": "b", "disabled": True}]


@pytest.mark.parametrize(
    ("component", "prop", "value"),
    [
        (dcc.Dropdown(["a", "b"]), "value", "b"),
        (dcc.Dropdown(["a", "b"], multi=True), "value", ["b", "a"]),
        (dcc.Dropdown({"a": "A"}), "value", "a"),
        (dcc.Dropdown([1, 2]), "value", 2),
        (dcc.Dropdown(["a"]), "value", None),
        (dcc.Dropdown(), "value", "anything"),
        (dcc.RadioItems(OPTIONS), "value", "a"),
        (dcc.Checklist(OPTIONS), "value", []),
        (dcc.Slider(0, 10), "value", 10),
        (dcc.RangeSlider(0, 10), "value", [0, 10]),
        (dcc.Slider(0, 10, step=None, marks={0: "0", 5: "5"}), "value", 5),
        (dcc.Input(type="number", min=1), "value", 1),
        (dcc.Input(maxLength=3), "value", "abc"),
        (dcc.DatePickerSingle(min_date_allowed="2024-01-01"), "date", "2024-01-01"),
        (dcc.Tabs([dcc.Tab(value="x"), dcc.Tab()]), "value", "tab-2"),
        (html.Button(), "n_clicks", 1),
        (dcc.Store(id="s"), "data", {"any": 1}),
    ],
)
def test_what_a_user_can_choose(component, prop, value):
    assert reason(component, prop, value) == ""


@pytest.mark.parametrize(
    ("component", "prop", "value", "why"),
    [
        (dcc.Dropdown(["a", "b"]), "value", "c", '"c" is not one of its options: "a", "b"'),
        (dcc.Dropdown([1]), "value", "1", '"1" is not one of its options: 1'),
        (dcc.Dropdown(["a"]), "value", ["a"], "it takes one value, and no list"),
        (dcc.Dropdown(["a"], multi=True), "value", "a", "it takes a list of values"),
        (dcc.Dropdown(["a"], clearable=False), "value", None, "it cannot be cleared"),
        (dcc.Dropdown(["a"], disabled=True), "value", "a", "it is disabled"),
        (dcc.RadioItems(OPTIONS), "value", "b", 'the option "b" is disabled'),
        (dcc.Checklist(["a"]), "value", ["z"], '"z" is not one of its options: "a"'),
        (dcc.Slider(0, 10), "value", 11, "11 is more than its greatest value, 10"),
        (dcc.Slider(0, 10), "value", "5", '"5" is no number'),
        (dcc.Slider(0, 10), "value", True, "true is no number"),
        (dcc.RangeSlider(0, 10), "value", 5, "it takes a list of numbers"),
        (dcc.RangeSlider(0, 10), "value", [-1, 5], "-1 is less than its least value, 0"),
        (dcc.Slider(0, 9, step=None, marks={0: "0"}), "value", 4, "4 is not one of its marks"),
        (dcc.Input(type="number", max=3), "value", 4, "4 is more than its greatest value, 3"),
        (dcc.Input(maxLength=2), "value", "abc", "its text has at most 2 characters"),
        (dcc.Input(readOnly=True), "value", "x", "it is read-only"),
        (dcc.DatePickerSingle(), "date", "soon", '"soon" is no date, such as 2024-06-15'),
        (
            dcc.DatePickerSingle(max_date_allowed="2024-01-01"),
            "date",
            "2024-01-02",
            "2024-01-02 is not allowed: max_date_allowed is 2024-01-01",
        ),
        (
            dcc.DatePickerRange(disabled_days=["2024-01-02"]),
            "end_date",
            "2024-01-02",
            "2024-01-02 is one of its disabled days",
        ),
        (dcc.Tabs([dcc.Tab(value="x", disabled=True)]), "value", "x", 'the tab "x" is disabled'),
        (dcc.Tabs([dcc.Tab(value="x")]), "value", "y", '"y" is not one of its tabs: "x"'),
        (html.Button(disabled=True), "n_clicks", 1, "it is disabled"),
        (html.Button(disable_n_clicks=True), "n_clicks", 1, "it takes no clicks"),
    ],
)
def test_what_a_user_cannot_choose(component, prop, value, why):
    assert reason(component, prop, value) == why


def test_many_options_are_not_all_named():
    text = reason(dcc.Dropdown(list(range(1000))), "value", -1)
    assert text.endswith("19 and 980 more")
