"""S-50, S-110 to S-113: the callback context."""

import warnings

import pytest
from dash import html

from pyrt.engine.call.context import callback_context, ctx
from pyrt.model import environment
from pyrt.model.attributes import AttributeDict
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.errors import MissingCallbackContextException
from pyrt.model.ids import ALL, MATCH
from tests.support.fake_page import Page


def page_of(*ids, **props):
    return Page(html.Div([html.Div(id=component_id, **props) for component_id in ids]))


def facts_of(page, *dependencies, change, facts, **options):
    """Return what `facts()` gives inside of a callback, after a change."""
    found = []
    result = options.pop("result", None)

    def function(*_, **__):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            found.append(facts())
        return result

    page.callback(*dependencies, prevent_initial_call=True, **options)(function)
    page.open()
    page.change(*change)
    assert page.failures == []
    return found[0]


@pytest.mark.parametrize("name", ["triggered", "inputs", "set_props", "cookies", "response"])
def test_outside_of_a_callback_there_is_no_context(name):
    """S-110."""
    with pytest.raises(MissingCallbackContextException, match=f"dash.callback_context.{name} is"):
        getattr(ctx, name)


def test_there_are_no_other_attributes():
    """S-107."""
    assert callback_context is ctx
    assert "triggered_id" in dir(ctx)
    with pytest.raises(AttributeError):
        ctx.nonsense  # noqa: B018  # the access is tested
    with pytest.raises(AttributeError):
        ctx.__wrapped__  # noqa: B018  # the access is tested


def test_what_triggered_a_call():
    """S-111: in order of change."""
    page = page_of("a", "b", "out")
    triggered, first, ids = facts_of(
        page,
        Output("out", "title"),
        Input("a", "title"),
        Input("b", "title"),
        Input("b", "lang"),
        change=[("b", {"lang": "x", "title": "y"}), ("a", {"title": 1})],
        facts=lambda: (ctx.triggered, ctx.triggered_id, ctx.triggered_prop_ids),
    )
    assert triggered == [
        {"prop_id": "b.lang", "value": "x"},
        {"prop_id": "b.title", "value": "y"},
        {"prop_id": "a.title", "value": 1},
    ]
    assert first == "b"
    assert ids == {"b.lang": "b", "b.title": "b", "a.title": "a"}


def test_on_an_initial_call_nothing_triggered_and_the_list_only_looks_empty():
    """S-111."""
    page = page_of("a", "out")
    seen = []

    @page.callback(Output("out", "title"), Input("a", "title"))
    def function(_):
        seen.append((bool(ctx.triggered), list(ctx.triggered)))
        seen.append((ctx.triggered_id, ctx.triggered_prop_ids))

    page.open()
    assert seen == [(False, [{"prop_id": ".", "value": None}]), (None, {})]


def test_dict_ids_are_attribute_dicts():
    page = page_of({"type": "row", "index": 1}, {"type": "row", "index": 2}, "out")
    component_id, ids = facts_of(
        page,
        Output("out", "title"),
        Input({"type": "row", "index": ALL}, "title"),
        change=[({"type": "row", "index": 2}, {"title": "x"})],
        facts=lambda: (ctx.triggered_id, ctx.triggered_prop_ids),
    )
    assert component_id == {"type": "row", "index": 2}
    assert component_id.index == 2
    assert list(ids) == ['{"index":2,"type":"row"}.title']


def test_inputs_and_states_by_prop_id():
    """S-50: wildcards flattened."""
    page = page_of("a", {"i": 1}, {"i": 2}, "out", title="t")
    inputs, states = facts_of(
        page,
        Output("out", "title"),
        Input("a", "title"),
        Input({"i": ALL}, "title"),
        State("a", "lang"),
        change=[("a", {"title": "x"})],
        facts=lambda: (ctx.inputs, ctx.states),
    )
    assert inputs == {"a.title": "x", '{"i":1}.title': "t", '{"i":2}.title': "t"}
    assert states == {"a.lang": None}
    assert type(inputs) is AttributeDict


def test_lists_have_the_shape_of_the_request():
    """S-50: a value that was never set is absent."""
    page = page_of("a", {"i": 1}, "out")
    inputs, states, outputs = facts_of(
        page,
        [Output("out", "title"), Output({"i": ALL}, "lang")],
        Input("a", "title"),
        Input({"i": ALL}, "title"),
        State("a", "dir"),
        change=[("a", {"title": "x"})],
        facts=lambda: (ctx.inputs_list, ctx.states_list, ctx.outputs_list),
        result=["t", ["l"]],
    )
    assert inputs == [
        {"id": "a", "property": "title", "value": "x"},
        [{"id": {"i": 1}, "property": "title"}],
    ]
    assert states == [{"id": "a", "property": "dir"}]
    assert outputs == [
        {"id": "out", "property": "title"},
        [{"id": {"i": 1}, "property": "lang"}],
    ]


def test_outputs_of_a_scalar_callback_and_of_none():
    """S-50."""
    outputs = facts_of(
        page_of("a", "out"),
        Output("out", "title"),
        Input("a", "title"),
        change=[("a", {"title": "x"})],
        facts=lambda: (ctx.outputs_list, ctx.outputs_grouping, ctx.states_list),
    )
    assert outputs == ({"id": "out", "property": "title"},) * 2 + ([],)
    nothing = facts_of(
        page_of("a"),
        Input("a", "title"),
        change=[("a", {"title": "x"})],
        facts=lambda: (ctx.outputs_list, ctx.outputs_grouping, ctx.using_outputs_grouping),
    )
    assert nothing == ([], [], False)


def test_groupings_have_the_shape_of_the_declaration():
    page = page_of("a", {"i": 1}, "out")
    args, outputs, using = facts_of(
        page,
        output={"x": Output("out", "title"), "y": [Output("out", "lang")]},
        inputs={
            "one": Input("a", "title"),
            "more": (Input({"i": ALL}, "title"), State("a", "dir")),
        },
        change=[("a", {"title": "x"})],
        facts=lambda: (
            ctx.args_grouping,
            ctx.outputs_grouping,
            (ctx.using_args_grouping, ctx.using_outputs_grouping),
        ),
        result={"x": 1, "y": [2]},
    )
    assert args.one == {
        "id": "a",
        "property": "title",
        "value": "x",
        "str_id": "a",
        "triggered": True,
    }
    assert args.more[0][0].str_id == '{"i":1}'
    assert args.more[0][0].triggered is False
    assert args.more[0][0].id.i == 1
    assert args.more[1].value is None
    assert outputs.x == {"id": "out", "property": "title"}
    assert outputs.y == [{"id": "out", "property": "lang"}]
    assert using == (True, True)


def test_plain_lists_are_no_grouping():
    using = facts_of(
        page_of("a", "out"),
        [Output("out", "title"), Output("out", "lang")],
        [Input("a", "title"), State("a", "lang")],
        change=[("a", {"title": "x"})],
        facts=lambda: (ctx.using_args_grouping, ctx.using_outputs_grouping, ctx.args_grouping),
        result=[1, 2],
    )
    assert using[:2] == (False, False)
    assert [entry.property for entry in using[2]] == ["title", "lang"]


def test_lists_are_deprecated_where_groupings_say_more():
    page = page_of("a", "out")
    caught: list[str] = []

    @page.callback(output={"x": Output("out", "title")}, inputs={"a": Input("a", "title")})
    def function(a):
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            ctx.inputs_list, ctx.states_list, ctx.outputs_list  # noqa: B018  # the access is tested
        caught.extend(str(warning.message) for warning in found)
        return {"x": 1}

    page.open()
    assert caught == [
        "inputs_list is deprecated, use args_grouping instead",
        "states_list is deprecated, use args_grouping instead",
        "outputs_list is deprecated, use outputs_grouping instead",
    ]


def test_an_optional_input_that_is_missing_is_in_the_lists():
    """S-11."""
    inputs = facts_of(
        page_of("a", "out"),
        Output("out", "title"),
        Input("a", "title"),
        Input("gone", "title", allow_optional=True),
        change=[("a", {"title": "x"})],
        facts=lambda: ctx.inputs_list,
    )
    assert inputs[1] == {"id": "gone", "property": "title", "value": None}


def test_the_facts_of_the_page_stand_for_those_of_a_request():
    """S-113."""
    page = page_of("a", "out")
    before = environment.current()
    seen = []

    @page.callback(Output("out", "title"), Input("a", "title"), prevent_initial_call=True)
    def function(_):
        seen.append((ctx.cookies, ctx.origin, ctx.remote, ctx.path, ctx.args.getlist("x")))

    page.open()
    try:
        page.send("SetEnvironment", cookie="theme=dark", location={"origin": "https://x.org"})
        page.set("a", title=1)
    finally:
        environment.use(before)
    assert seen == [
        ({"theme": "dark"}, "https://x.org", "127.0.0.1", "/_dash-update-component?", [])
    ]


def test_timings_are_noted_once_for_each_name():
    page = page_of("a", "out")

    def facts():
        ctx.record_timing("query", 0.1234, "the query")
        with pytest.raises(KeyError, match="Duplicate resource name"):
            ctx.record_timing("query", 1)
        return ctx.timing_information

    found = facts_of(
        page,
        Output("out", "title"),
        Input("a", "title"),
        change=[("a", {"title": 1})],
        facts=facts,
    )
    assert found == {"query": {"dur": 123, "desc": "the query"}}


def test_the_match_value_is_in_the_outputs():
    """S-13."""
    outputs = facts_of(
        page_of({"i": 1}, {"i": 2}),
        Output({"i": MATCH}, "lang"),
        Input({"i": MATCH}, "title"),
        change=[({"i": 2}, {"title": "x"})],
        facts=lambda: ctx.outputs_list,
    )
    assert outputs == {"id": {"i": 2}, "property": "lang"}


def test_a_duplicate_output_is_listed_with_its_hash():
    """S-9, S-50, S-107: as in Dash, so that callbacks with one output can be told apart."""
    seen = []
    page = Page(html.Div([html.Div(id="a"), html.Div(id="b")]))
    output = Output("b", "title", allow_duplicate=True)
    callback = page.callback(output, Input("a", "title"), prevent_initial_call=True)
    callback(lambda _: seen.append((ctx.outputs_list, ctx.outputs_grouping)))
    (declared,) = page.registry
    page.open()
    page.set("a", title=1)
    prop = declared.callback_id.partition(".")[2]
    assert prop.startswith("title@")
    assert len(prop) == len("title@") + 64
    assert seen == [({"id": "b", "property": prop}, {"id": "b", "property": prop})]
    assert page["b", "title"] is None
