"""S-31, S-14, S-15, S-19, S-38 to S-41: errors that are reported when a page is opened."""

import pytest
from dash import dcc, html

from pyrt.engine.check.validation import find_prop_names, inspect_declarations
from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.tree.layout import Layout
from pyrt.model.callback import CallbackRegistry
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.ids import ALL, ALLSMALLER, MATCH
from tests.support.fake_page import Page


def inspect(*declarations, **options):
    """Return what is reported about callbacks with these dependencies."""
    registry = CallbackRegistry()
    for dependencies in declarations:
        registry.callback(*dependencies, **options)(lambda *_: None)
    return inspect_declarations(CallbackGraph(registry, Layout({})).callbacks)


def titles(reports):
    return [report.title for report in reports]


def test_good_callbacks_are_not_reported():
    """S-14, S-15, dvcv005, dvcv017."""
    assert not inspect(
        [Output("a", "x"), Input("b", "x"), State("c", "x")],
        [Output("b", "x"), Output("c", "x"), Input("c", "x")],
        [Output({"a": MATCH, "b": ALL}, "x"), Input({"a": MATCH}, "x"), State({"c": ALL}, "x")],
        [Output({"d": MATCH}, "x"), Input({"d": ALLSMALLER}, "x"), Input("any", "x")],
        [Output("fixed", "x"), Input({"a": MATCH}, "x"), State({"b": MATCH}, "x")],
        [Output({"e": ALL}, "x"), Input({"a": MATCH}, "x")],
        [Input({"a": MATCH}, "x")],
        [],
    )


def test_a_callback_that_can_never_be_called():
    """S-31, dvcv001b."""
    (report,) = inspect([Output("a", "x")], prevent_initial_call=True)
    assert report.title == "A callback is missing Inputs"
    assert "there are no `Input` elements." in report.message
    assert "  a.x\n" in report.message
    assert "test_validation.py:" in report.message


def test_empty_ids_and_props():
    """S-31, dvcv002."""
    reports = inspect([[Output("a", "x"), Output("", "")], [Input("", "")]])
    assert sorted(titles(reports)) == sorted(
        ["Callback property error", "Callback item missing ID"] * 2
    )
    assert 'Output[1].id = ""' in reports[1].message
    assert 'Input[0].property = ""' in reports[2].message
    assert titles(inspect([Output("a", "x"), Input({}, "x")])) == ["Callback item missing ID"]


def test_dict_ids_with_keys_and_values_that_cannot_be():
    """S-31, S-12, S-13, dvcv007."""
    reports = inspect(
        [Output({"": 1, "a": [4], "c": ALLSMALLER}, "x"), Input({"b": {"c": 1}}, "x")]
    )
    assert set(titles(reports)) == {"Callback wildcard ID error"}
    text = "\n".join(report.message for report in reports)
    assert 'Output[0].id has key ""' in text
    assert 'Output[0].id["a"] = [4]' in text
    assert 'Output[0].id["c"] = ALLSMALLER\nAllowed wildcards for Outputs are:\nALL, MATCH' in text
    assert 'Input[0].id["b"] = {"c":1}' in text


def test_an_output_twice_in_one_callback():
    """S-19, dvcv003."""
    reports = inspect(
        [[Output("a", "x"), Output("a", "x")], Input("b", "x")],
        [[Output({"a": 1}, "x"), Output({"a": ALL}, "x")], Input("b", "x")],
    )
    assert titles(reports) == [
        "Duplicate callback Outputs",
        "Overlapping wildcard callback outputs",
    ]
    assert "Output 1 (a.x) is already used by this callback." in reports[0].message
    assert 'Output 1 ({"a":ALL}.x)' in reports[1].message
    assert 'overlaps another output ({"a":1}.x)\nused in this callback.' in reports[1].message


def test_an_output_in_two_callbacks():
    """S-19, dvcv004, dvcv011."""
    reports = inspect(
        [Output("a", "x"), Input("b", "x")],
        [[Output("c", "x"), Output("a", "x")], Input("b", "x")],
        [Output({"i": ALL, "j": 1}, "x"), Input("b", "x")],
        [Output({"i": 1, "j": ALL}, "x"), Input("b", "x")],
    )
    assert titles(reports) == [
        "Duplicate callback outputs",
        "Overlapping wildcard callback outputs",
    ]
    assert "Output 1 (a.x) is already in use." in reports[0].message
    assert "`allow_duplicate=True`" in reports[0].message
    assert "used in a different callback." in reports[1].message


def test_duplicates_that_are_allowed_are_none():
    """S-19, S-37."""
    assert not inspect(
        [Output("a", "x"), Input("b", "x")],
        [Output("a", "x", allow_duplicate=True), Input("c", "x")],
        [Output("a", "x", allow_duplicate=True), Input("d", "x")],
        prevent_initial_call=True,
    )


def test_wildcards_that_nothing_binds():
    """S-14, S-15, dvcv006."""
    reports = inspect(
        [
            [Output({"b": MATCH}, "x"), Output({"b": ALL, "c": 1}, "x")],
            Input({"b": MATCH, "c": 2}, "x"),
        ],
        [
            Output({"a": MATCH}, "x"),
            [Input({"b": MATCH}, "x"), Input({"c": ALLSMALLER}, "x")],
            State({"d": MATCH, "dd": MATCH}, "x"),
        ],
        [Output("fixed", "x"), Input({"c": ALLSMALLER}, "x")],
    )
    assert titles(reports) == [
        "Mismatched `MATCH` wildcards across `Output`s",
        *["`Input` / `State` wildcards not in `Output`s"] * 4,
    ]
    assert "does not have MATCH wildcards on the same keys as\nOutput 0" in reports[0].message
    assert 'State 0 ({"d":MATCH,"dd":MATCH}.x)' in reports[3].message
    assert "has MATCH or ALLSMALLER on key(s) d, dd" in reports[3].message
    assert 'where Output 0 ({"a":MATCH}.x)' in reports[3].message


# --- what a session makes of it


def broken_page(**config):
    page = Page(html.Div([html.Div(id="a"), html.Div(id="b"), html.Div(id="c")]), **config)
    page.callback(Output("a", "children"), Input("b", "children"))(lambda value: 1)
    page.callback(Output("a", "children"), Input("c", "children"))(lambda value: 2)
    return page.open()


def test_with_dev_tools_a_mistake_disables_all_callbacks():
    """S-31."""
    page = broken_page(validate_callbacks=True)
    assert page.failures == ["Duplicate callback outputs"]
    page.set("b", children="x")
    assert page.take_calls() == []
    page.assert_quiet()


def test_without_dev_tools_a_mistake_is_only_worth_a_line():
    """S-33."""
    lines: list[str] = []
    page = broken_page(log=lines.append)
    assert page.failures == []
    assert lines[0].startswith("Duplicate callback outputs: In the callback for output(s):")
    page.set("b", children="x")
    assert page["a", "children"] == 1


def two_pages(**config):
    page = Page(html.Div([html.Div(id="a"), html.Button(id="b")]), **config)
    page.callback(Output("a", "children"), Input("b", "n_clicks"), State("what", "x"))(print)
    page.callback(Output("a", "title"), Input("nowhere", "n_clicks"), prevent_initial_call=True)(
        print
    )
    return page


def missing(page):
    return [
        line.strip()
        for message in page.of_type("Failure")
        for line in message["message"].splitlines()
        if message["title"] == "ID not found in layout" and line.startswith('  "')
    ]


def test_ids_that_are_not_in_the_layout_are_reported():
    """S-38, dvcv008."""
    page = two_pages().open()
    assert missing(page) == ['"nowhere"', '"what"']
    texts = [message["message"] for message in page.of_type("Failure")]
    assert "Attempting to connect a callback Input item to component:" in texts[0]
    assert "a.title" in texts[0]
    assert "Attempting to connect a callback State item to component:" in texts[1]


def test_states_of_callbacks_of_other_pages_are_not_reported():
    """S-38, dvcv014: their Outputs are, and that is enough."""
    page = Page(html.Div(html.Button(id="go")))
    page.callback(
        Output("elsewhere", "children"), Input("go", "n_clicks"), State("field", "value")
    )(print)
    page.open()
    assert missing(page) == ['"elsewhere"']


def test_a_layout_for_validation_replaces_the_first_one():
    """S-38, S-43, dvcv015."""
    whole = html.Div([html.Div(id=name) for name in ("a", "b", "nowhere", "what")])
    page = two_pages(validation_layout=lambda: whole).open()
    assert missing(page) == []
    assert missing(two_pages(validation_layout=lambda: None).open()) == ['"nowhere"', '"what"']


def test_a_layout_for_validation_that_fails_is_reported():
    """S-43."""
    page = two_pages(validation_layout=lambda: 1 / 0).open()
    assert page.failures[0] == "Error loading the validation layout"
    assert missing(page) == ['"nowhere"', '"what"']


def test_ids_may_be_missing_when_exceptions_are_suppressed():
    """S-38, S-40."""
    assert missing(two_pages(suppress_callback_exceptions=True).open()) == []


def test_ids_may_be_missing_where_all_who_use_them_say_so():
    """S-41."""
    page = Page(html.Div(html.Div(id="a")))
    page.callback(Output("a", "title"), Input("one", "title"), optional=True)(print)
    page.callback(Output("a", "children"), Input("two", "title", allow_optional=True))(str)
    page.callback(Output("a", "lang"), Input("three", "title", allow_optional=True))(str)
    page.callback(Output("a", "dir"), Input("three", "title"), prevent_initial_call=True)(str)
    page.open()
    assert missing(page) == ['"three"']


def test_props_that_a_component_does_not_have_are_reported():
    """S-39, dvcv010: also where ids are suppressed; data-* is fine."""
    layout = html.Div([html.Div(id="a"), dcc.Input(id={"i": 1})])
    page = Page(layout, suppress_callback_exceptions=True)
    page.callback(Output("a", "xyz"), Input("a", "data-x"), State("a", "value"))(lambda *_: 1)
    page.callback(
        Output({"i": MATCH}, "no"),
        Input({"i": MATCH}, "value"),
        State({"i": MATCH}, "boo"),
        State({"i": ALL}, "nope"),
    )(lambda *_: 1)
    page.open()
    found = [
        line
        for message in page.of_type("Failure")
        for line in message["message"].splitlines()
        if line.startswith("Property")
    ]
    assert found == [
        f'Property "{prop}" was used with component ID:' for prop in ("xyz", "no", "value", "nope")
    ]
    first = page.of_type("Failure")[0]
    assert first["title"] == "Invalid prop for this component"
    assert '  "a"\nin one of the Output items of a callback.' in first["message"]
    assert "This ID is assigned to a dash_html_components.Div component" in first["message"]


@pytest.mark.parametrize(
    ("namespace", "kind"),
    [("dash_html_components", "Nope"), ("unheard_of", "Div"), ("", "")],
)
def test_of_an_unknown_class_nothing_is_known_to_be_wrong(namespace, kind):
    """S-39."""
    assert find_prop_names(namespace, kind) is None


def test_ids_inserted_later_are_never_inspected():
    """S-40."""
    page = Page(html.Div([html.Div(id="a"), html.Button(id="go")]))

    @page.callback(Output("a", "children"), Input("go", "n_clicks"), prevent_initial_call=True)
    def insert(_):
        return html.Div(id="new")

    page.callback(
        Output("new", "xyz"), Input("go", "title"), optional=True, prevent_initial_call=True
    )(print)
    page.open()
    page.set("go", n_clicks=1)
    assert page.failures == []
