"""S-32: circular dependencies."""

import pytest
from dash import html

from pyrt.engine.check.cycles import find_cycle, refuse_background_loops
from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.tree.layout import Layout
from pyrt.model.callback import CallbackRegistry
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.errors import BackgroundCallbackError
from pyrt.model.ids import ALL, ALLSMALLER, MATCH
from tests.support.fake_page import Page


def cycle(*declarations):
    registry = CallbackRegistry()
    for dependencies in declarations:
        registry.callback(*dependencies)(lambda *_: None)
    report = find_cycle(CallbackGraph(registry, Layout({})).callbacks)
    return report and report.message.splitlines()[0].removeprefix("Dependency Cycle Found: ")


def link(source, target, prop="x"):
    return [Output(target, prop), Input(source, prop)]


def test_a_cycle_of_two_and_of_three():
    """S-32, dvcv012, dvcv013."""
    assert cycle(link("b", "a"), link("a", "b")) == "b.x -> a.x -> b.x"
    assert cycle(link("a", "b"), link("b", "c"), link("c", "a")) == "a.x -> b.x -> c.x -> a.x"


def test_chains_and_diamonds_are_no_cycles():
    assert cycle() is None
    assert cycle(link("a", "b"), link("b", "c"), link("a", "c")) is None
    assert cycle([Output("a", "x"), Input("a", "y")], [Output("a", "y"), Input("b", "x")]) is None


def test_state_closes_no_circle():
    assert cycle(link("a", "b"), [Output("a", "x"), Input("c", "x"), State("b", "x")]) is None


def test_a_callback_may_write_what_it_reads():
    """S-32, dvcv005."""
    assert cycle(link("a", "a")) is None
    assert cycle([[Output("b", "x"), Output("c", "x")], Input("c", "x")]) is None
    assert cycle([Output({"i": ALL}, "x"), Input({"i": 1}, "x")]) is None


def test_but_not_by_a_detour():
    """S-32, dvcv016."""
    found = cycle(
        [[Output("a", "x"), Output("b", "x")], [Input(i, "x") for i in "abc"]], link("a", "c")
    )
    assert "a.x__output -> c.x" in found
    assert "c.x -> a.x__output" in found


@pytest.mark.parametrize(
    ("one", "other", "circular"),
    [
        (link({"i": MATCH}, {"o": MATCH}), link({"o": MATCH}, {"i": MATCH}), True),
        (link({"i": MATCH}, {"i": MATCH, "o": 1}), link({"i": 1, "o": 1}, {"i": 1}), True),
        (link({"i": 1}, {"o": 1}), link({"o": 2}, {"i": 1}), False),
        (link({"i": 1}, {"o": 1}), link({"o": ALL}, {"i": 1}), True),
        (link({"i": 1, "t": "a"}, "x"), link("x", {"i": MATCH, "t": "b"}), False),
    ],
)
def test_wildcards_are_tried_with_the_values_that_callbacks_name(one, other, circular):
    assert bool(cycle(one, other)) is circular


def test_allsmaller_is_no_circle_as_it_always_goes_down():
    assert cycle([Output({"i": MATCH}, "x"), Input({"i": ALLSMALLER}, "x")]) is None
    rows = [Output({"i": MATCH, "t": "sum"}, "x"), Input({"i": ALLSMALLER, "t": "row"}, "x")]
    assert cycle(rows) is None
    assert cycle(rows, link({"i": 5, "t": "sum"}, {"i": 3, "t": "row"})) is not None
    assert cycle(rows, link({"i": 3, "t": "sum"}, {"i": 5, "t": "row"})) is None


def test_duplicate_outputs_are_not_seen():
    """S-37."""
    registry = CallbackRegistry()
    registry.callback(*link("a", "b"))(print)
    registry.callback(
        Output("a", "x", allow_duplicate=True), Input("b", "x"), prevent_initial_call=True
    )(print)
    assert find_cycle(CallbackGraph(registry, Layout({})).callbacks) is None


def test_a_long_chain_needs_no_deep_stack():
    links = [link(f"a{n}", f"a{n + 1}") for n in range(3000)]
    assert cycle(*links) is None
    assert cycle(*links, link("a3000", "a0")) is not None


def test_a_cycle_is_reported_and_the_callbacks_run():
    page = Page(html.Div([html.Div(id="a"), html.Div(id="b")]), validate_callbacks=True)
    page.callback(Output("a", "title"), Input("b", "title"))(lambda value: value)
    page.callback(Output("b", "title"), Input("a", "title"))(lambda value: value)
    page.open()
    assert page.failures == ["Circular Dependencies"]
    page.take_calls()
    page.set("a", title="x")
    assert page["b", "title"] == "x"


@pytest.mark.parametrize("loop", [True, False])
def test_a_background_callback_must_not_start_itself_by_what_it_shows(loop):
    """S-42."""
    registry = CallbackRegistry()
    registry.callback(
        Output("out", "x"),
        Input("start" if loop else "other", "x"),
        background=True,
        progress=[Output("bar", "value")],
    )(print)
    registry.callback(Output("start", "x"), Input("bar", "value"))(print)
    if loop:
        with pytest.raises(BackgroundCallbackError, match=r"which writes start\.x"):
            refuse_background_loops(registry)
    else:
        refuse_background_loops(registry)
