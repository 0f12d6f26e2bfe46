"""S-63 to S-86: which callbacks run, in which order and how often."""

import asyncio

import pytest
from dash import html

from pyrt.model.callback import no_update
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.errors import PreventUpdate
from pyrt.model.ids import ALL, MATCH
from tests.support.fake_page import Page


def boxes(*ids, **props):
    return html.Div([html.Div(id=name, **props) for name in ids])


def chain(page, *links, **options):
    """Register callbacks that pass on `children`: `"a->b"`, `"a,b->c"`; named by their output."""
    for link in links:
        sources, target = link.split("->")

        def follow(*values, target=target):
            return f"{target}({','.join(str(value) for value in values)})"

        follow.__name__ = target
        page.callback(
            Output(target, "children"),
            [Input(i, "children") for i in sources.split(",")],
            **options,
        )(follow)


# --- at load


def test_every_callback_with_an_output_on_the_page_is_called_once_at_load():
    """S-63, S-84."""
    page = Page(boxes("a", "b", "c"))
    chain(page, "a->b", "b->c")
    page.open()
    assert page.take_calls() == ["b", "c"]
    assert page["c", "children"] == "c(b(None))"
    page.assert_quiet()


def test_a_callback_whose_output_is_not_on_the_page_does_not_run():
    """S-63."""
    page = Page(boxes("a"), suppress_callback_exceptions=True)
    chain(page, "a->missing")
    page.open()
    page.set("a", children="x")
    assert page.take_calls() == []


def test_prevent_initial_call_holds_back_the_call_at_load_only():
    """S-67."""
    page = Page(boxes("a", "b"))
    chain(page, "a->b", prevent_initial_call=True)
    page.open()
    assert page.take_calls() == []
    page.set("a", children="x")
    assert page.take_calls() == ["b"]


def test_prevent_initial_call_does_not_hold_back_a_call_by_another_initial_callback():
    """S-67, S-111: the input was returned by an earlier one, and is the trigger."""
    page = Page(boxes("a", "b", "c"))
    chain(page, "a->b")
    chain(page, "b->c", prevent_initial_call=True)
    page.open()
    assert page.take_calls() == ["b", "c"]


def test_a_prevented_callback_is_no_reason_to_leave_out_its_consumers():
    """S-65, cbpi001."""
    page = Page(boxes("a", "b", "c"))
    chain(page, "a->b", prevent_initial_call=True)
    chain(page, "b->c")
    page.open()
    assert page.take_calls() == ["c"]


def test_callbacks_without_any_input_on_the_page_are_left_out_with_all_that_depend_on_them():
    """S-65, cbmi001."""
    page = Page(boxes("b", "c", "d", "e"), suppress_callback_exceptions=True)
    chain(page, "missing->b", "b->c", "c,e->d")
    page.open()
    assert page.take_calls() == ["d"], "d has another input"


def test_a_callback_with_lists_only_runs_although_they_are_empty():
    """S-65, S-80, cbmi005."""
    page = Page(boxes("total"))

    @page.callback(Output("total", "children"), Input({"item": ALL}, "title"))
    def add_up(values):
        return sum(values)

    page.open()
    assert page["total", "children"] == 0


def test_callbacks_without_inputs_run_once_at_load():
    """S-66, S-7."""
    page = Page(boxes("a"))

    @page.callback(Output("a", "children"))
    def fill():
        return "filled"

    @page.callback()
    def note():
        pass

    @page.callback(Output("missing", "children"))
    def nowhere():
        raise AssertionError("its output is not on the page")

    page.open()
    assert page.take_calls() == ["fill", "note"]
    assert page["a", "children"] == "filled"
    page.assert_quiet()


def test_a_callback_without_outputs_runs_at_load_if_one_of_its_inputs_is_there():
    """S-66, S-88."""
    page = Page(boxes("a"), suppress_callback_exceptions=True)
    page.callback(Input("a", "children"))(lambda value: None)
    page.callback(Input("missing", "children"))(lambda value: None)
    page.callback(Input("a", "children"), prevent_initial_call=True)(lambda value: None)
    page.open()
    assert len(page.take_calls()) == 1
    page.set("a", children=1)
    assert len(page.take_calls()) == 2


def test_initial_calls_wait_for_the_page_to_draw_and_merge_with_what_mounting_sends():
    """S-64: a Location sends its pathname while it is mounted."""
    page = Page(boxes("url", "content"), rendered=True)

    @page.callback(Output("content", "children"), Input("url", "title"))
    def route(pathname):
        return f"page {pathname}"

    page.open()
    assert page.take_calls() == []
    page.set("url", title="/x")
    assert page.take_calls() == []
    page.show()
    assert page["content", "children"] == "page /x"
    assert page.take_calls() == ["route"]
    page.assert_quiet()


# --- graphs


def test_a_diamond_calls_its_end_once_after_both_sides():
    """S-72, cbmt005."""
    page = Page(boxes("a", "b", "c", "d"))
    chain(page, "b,c->d", "a->b", "a->c")
    page.open()
    assert page.take_calls() == ["b", "c", "d"]
    page.set("a", children="x")
    assert page.take_calls() == ["b", "c", "d"]
    assert page["d", "children"] == "d(b(x),c(x))"


def test_a_transitive_dependency_blocks_as_a_direct_one_does():
    """S-71: d reads a and c; c comes of b, which comes of a."""
    page = Page(boxes("a", "b", "c", "d"))
    chain(page, "a,c->d", "a->b", "b->c")
    page.open()
    page.take_calls()
    page.set("a", children="x")
    assert page.take_calls() == ["b", "c", "d"]


def test_a_state_does_not_block_and_does_not_call():
    """S-71."""
    page = Page(boxes("a", "b", "c"))
    seen = []

    @page.callback(Output("c", "children"), Input("a", "children"), State("b", "children"))
    def read(value, state):
        seen.append(state)

    chain(page, "a->b")
    page.open()
    page.set("a", children="x")
    page.set("b", children="by hand")
    assert page.take_calls() == ["b", "read", "read", "b"]
    assert seen == [None, "b(None)"], "both start at once, with the values of that moment (S-51)"


def test_several_props_set_at_once_make_one_call():
    """S-70, cbsc014."""
    page = Page(boxes("a", "b", "c"))
    chain(page, "a,b->c")
    page.open()
    page.take_calls()
    page.change(("a", {"children": 1}), ("b", {"children": 2}))
    assert page.take_calls() == ["c"]
    assert page["c", "children"] == "c(1,2)"


def test_no_update_does_not_call_consumers_and_an_equal_value_does():
    """S-75, S-76, cbpu003."""
    page = Page(boxes("a", "b", "c"))

    @page.callback(Output("b", "children"), Input("a", "children"), prevent_initial_call=True)
    def maybe(value):
        return no_update if value == "no" else "same"

    chain(page, "b->c", prevent_initial_call=True)
    page.open()
    page.set("a", children="no")
    assert page.take_calls() == ["maybe"]
    page.set("a", children="yes")
    page.set("a", children="again")
    assert page.take_calls() == ["maybe", "c", "maybe", "c"]


def test_an_initial_chain_stops_where_an_update_is_prevented():
    """S-74, cbmt007: d reads something else, too, and runs."""
    page = Page(boxes("a", "b", "c", "d", "e"))

    @page.callback(Output("b", "children"), Input("a", "children"))
    def refuse(_):
        raise PreventUpdate

    chain(page, "b->c", "b,e->d")
    page.open()
    assert page.take_calls() == ["refuse", "d"]
    page.assert_quiet()


def test_an_error_in_an_initial_chain_stops_it_as_well():
    """S-86, S-62."""
    page = Page(boxes("a", "b", "c"))

    @page.callback(Output("b", "children"), Input("a", "children"))
    def fail(_):
        raise ValueError("no")

    chain(page, "b->c")
    page.open()
    assert page.take_calls() == ["fail"]
    assert page.failures == ["Callback error updating b.children"]
    page.assert_quiet()


def test_a_cycle_of_two_goes_around_once():
    """S-73, clsd014."""
    page = Page(boxes("a", "b"))
    chain(page, "a->b", "b->a")
    page.open()
    page.take_calls()
    page.set("a", children="x")
    assert page.take_calls() == ["b", "a"]
    page.set("b", children="y")
    assert page.take_calls() == ["a", "b"]
    page.assert_quiet()


def test_a_callback_may_write_what_it_reads():
    """S-73, cbsc015."""
    page = Page(boxes("a", "b"))

    @page.callback(Output("a", "children"), Output("b", "children"), Input("a", "children"))
    def round_up(value):
        return f"<{value}>", value

    page.open()
    page.set("a", children="x")
    assert page.take_calls() == ["round_up", "round_up"]
    assert page["a", "children"] == "<x>"
    page.assert_quiet()


def test_two_callbacks_of_a_cycle_that_are_called_at_once_do_not_wait_for_each_other():
    """S-73: nothing is ready, so the first of them begins."""
    page = Page(boxes("a", "b"))
    chain(page, "a->b", "b->a", prevent_initial_call=True)
    page.open()
    page.change(("a", {"children": 1}), ("b", {"children": 2}))
    page.assert_quiet()
    assert page.take_calls()[0] == "b"


def test_a_callback_does_not_wait_for_itself_in_a_cycle():
    """S-71: an unrelated run has not ended, and the cycle runs meanwhile."""
    page = Page(boxes("a", "b", "x", "y"), clientside={})
    chain(page, "a->b", "b->a", prevent_initial_call=True)
    page.clientside_callback("slow", Output("y", "children"), Input("x", "children"))
    page.open()
    page.set("a", children=1)
    assert page.take_calls() == ["b", "a"]


# --- components that come and go


def test_components_in_a_result_get_initial_calls():
    """S-68 a, cbsc002."""
    page = Page(boxes("page", "go"), suppress_callback_exceptions=True)

    @page.callback(Output("page", "children"), Input("go", "n_clicks"), prevent_initial_call=True)
    def turn(n):
        return html.Div([html.Div("in", id="in"), html.Div(id="out")])

    chain(page, "in->out")
    page.open()
    page.set("go", n_clicks=1)
    assert page.take_calls() == ["turn", "out"]
    assert page["out", "children"] == "out(in)"


def test_an_inserted_input_calls_callbacks_with_other_outputs_even_prevented_ones():
    """S-68 b, S-67; and no callback without outputs."""
    page = Page(boxes("page", "go", "outside"), suppress_callback_exceptions=True)

    @page.callback(Output("page", "children"), Input("go", "n_clicks"), prevent_initial_call=True)
    def turn(n):
        return [html.Div("x", id="in"), html.Div(id="inside")]

    chain(page, "in->outside", "in->inside", prevent_initial_call=True)
    page.callback(Input("in", "children"))(lambda value: None)
    page.open()
    page.set("go", n_clicks=1)
    assert page.take_calls() == ["turn", "outside"]


def test_a_removed_item_calls_the_callbacks_that_had_it_in_a_list():
    """S-69, S-112."""
    page = Page(
        html.Div(
            [
                html.Div([html.Div(1, id={"item": 1}), html.Div(2, id={"item": 2})], id="list"),
                html.Div(id="total"),
                html.Div(id="go"),
            ]
        )
    )

    @page.callback(
        Output("total", "children"), Input({"item": ALL}, "children"), prevent_initial_call=True
    )
    def add_up(values):
        return sum(values)

    @page.callback(Output("list", "children"), Input("go", "n_clicks"), prevent_initial_call=True)
    def remove(n):
        return [html.Div(5, id={"item": 5})] if n == 1 else None

    page.open()
    page.set("go", n_clicks=1)
    assert page["total", "children"] == 5
    page.set("go", n_clicks=2)
    assert page["total", "children"] == 0, "None is treated as an empty list is"
    assert page.take_calls() == ["remove", "add_up", "remove", "add_up"]


def test_a_run_whose_outputs_are_removed_is_dropped():
    """S-78, cbmo004."""
    page = Page(html.Div([html.Div(html.Div(id="inner"), id="outer"), *boxes("a", "b").children]))

    @page.callback(Output("outer", "children"), Input("a", "n_clicks"), prevent_initial_call=True)
    def replace(n):
        return "nothing"

    @page.callback(Output("b", "n_clicks"), Input("a", "n_clicks"), prevent_initial_call=True)
    def count(n):
        return n

    @page.callback(Output("inner", "children"), Input("b", "n_clicks"), prevent_initial_call=True)
    def fill(n):
        return n

    page.open()
    page.set("a", n_clicks=1)
    assert page.take_calls() == ["replace", "count"]
    page.assert_quiet()


def test_a_callback_whose_all_output_matches_nothing_is_not_called():
    """S-78, cbmo001: the trigger is on the page, but there is nothing to write to."""
    page = Page(boxes("a"))

    @page.callback(Output({"i": ALL}, "children"), Input("a", "n_clicks"))
    def fill(n):
        return []

    page.open()
    page.set("a", n_clicks=1)
    assert page.take_calls() == []
    page.assert_quiet()


# --- S-79: what is missing when a run starts


def test_all_inputs_missing_means_no_call_and_no_error():
    """S-79, cbmi008: only one of two Outputs is inserted, and with it no Input."""
    page = Page(boxes("out", "go"), suppress_callback_exceptions=True)
    chain(page, "gone->out")

    @page.callback(Output("gone", "children"), Input("go", "n_clicks"))
    def never(n):
        raise AssertionError

    page.open()
    assert page.take_calls() == []
    assert page.failures == []


@pytest.mark.parametrize("kind", ["Input", "State", "Output"])
def test_some_missing_means_an_error_that_names_them(kind):
    """S-79, cbmi003, cbmi004, dvcv008."""
    page = Page(boxes("a", "b"), suppress_callback_exceptions=True)
    extra = {"Input": Input, "State": State, "Output": Output}[kind]("nope", "children")
    outputs = [Output("b", "children"), *([extra] if kind == "Output" else [])]
    inputs = [Input("a", "children"), *([extra] if kind != "Output" else [])]

    @page.callback(outputs, inputs)
    def never(*_):
        raise AssertionError

    page.open()
    (title,) = page.failures
    assert title == (
        f"A nonexistent object was used in an `{kind}` of a Dash callback. The id of this object "
        "is `nope` and the property is `children`. The string ids in the current layout are: [a, b]"
    )
    (failure,) = page.of_type("Failure")
    assert failure["message"].startswith(f"ReferenceError: {title}\nDeclared by never (")
    page.assert_quiet()


def test_missing_outputs_are_forgiven_when_all_inputs_are_empty_lists():
    """S-79, cbmi007."""
    page = Page(boxes("b"), suppress_callback_exceptions=True)

    @page.callback(
        Output("b", "children"), Output("nope", "children"), Input({"item": ALL}, "title")
    )
    def never(_):
        raise AssertionError

    page.open()
    assert page.failures == []
    page.assert_quiet()


def test_an_optional_input_that_is_missing_is_none():
    """S-79, S-11."""
    page = Page(boxes("a", "b"))

    @page.callback(
        Output("b", "children"),
        Input("a", "children"),
        Input("maybe", "children", allow_optional=True),
        State("perhaps", "children", allow_optional=True),
    )
    def join(*values):
        return list(values)

    page.open()
    assert page["b", "children"] == [None, None, None]
    assert page.failures == []


def test_several_matches_for_a_single_value_are_an_error():
    """S-79, S-15: no Output binds the MATCH of an initial call."""
    page = Page(html.Div([html.Div(id={"i": 1}), html.Div(id={"i": 2}), html.Div(id="out")]))

    @page.callback(
        Output("out", "children"), Input("out", "title"), State({"i": MATCH}, "children")
    )
    def never(*_):
        raise AssertionError

    page.open()
    assert page.failures[0].startswith("Multiple objects were found for an `State`")


# --- S-77, S-81: while callbacks run


def slow_page(**options):
    """A page whose callback a->b ends when the test says so."""
    page = Page(boxes("a", "b", "c"), **options)
    gates = []

    @page.callback(Output("b", "children"), Input("a", "children"), prevent_initial_call=True)
    async def slow(value):
        gate = asyncio.get_running_loop().create_future()
        gates.append(gate)
        return f"{value}:{await gate}"

    chain(page, "b->c", prevent_initial_call=True)
    page.open()
    return page, gates


def test_the_result_of_an_overtaken_run_is_ignored():
    """S-77, rdrc001."""

    async def scenario():
        page, gates = slow_page()
        page.set("a", children="old")
        await asyncio.sleep(0)
        page.set("a", children="new")
        await asyncio.sleep(0)
        gates[1].set_result("second")
        await asyncio.sleep(0.001)
        gates[0].set_result("first")
        await page.session.settled()
        assert page["b", "children"] == "new:second"
        assert page.take_calls() == ["slow", "slow", "c"]
        outcomes = [m["outcome"] for m in page.of_type("RunEnded")]
        assert sorted(outcomes) == ["done", "done", "dropped"]
        page.assert_quiet()

    asyncio.run(scenario())


def test_the_error_of_an_overtaken_run_is_ignored_too():
    """S-77."""

    async def scenario():
        page, gates = slow_page()
        page.set("a", children="old")
        await asyncio.sleep(0)
        page.set("a", children="new")
        await asyncio.sleep(0)
        gates[0].set_exception(ValueError("late"))
        gates[1].set_result("second")
        await page.session.settled()
        assert page.failures == []
        assert page["c", "children"] == "c(new:second)"
        page.assert_quiet()

    asyncio.run(scenario())


def test_a_running_callback_blocks_its_consumers_and_no_other_callback():
    """S-71, R-57: the page knows that something is pending."""

    async def scenario():
        page, gates = slow_page()
        page.set("a", children=1)
        await asyncio.sleep(0)
        page.set("b", children="by hand")
        assert page.take_calls() == ["slow"], "c waits for b"
        assert page.of_type("Status")[-1]["pending"] == 2
        gates[0].set_result("done")
        await page.session.settled()
        assert page.take_calls() == ["c"]
        page.assert_quiet()

    asyncio.run(scenario())


def test_at_most_twelve_run_at_once_and_the_rest_in_order():
    """S-81, S-82; S-132: persistent ones do not count, and do not make the page busy."""

    async def scenario():
        page = Page(html.Div([boxes("go"), boxes(*(f"o{n}" for n in range(20)))]))
        gates = {}

        def add(number, **options):
            @page.callback(Output(f"o{number}", "children"), Input("go", "n_clicks"), **options)
            async def wait(_):
                gates[number] = asyncio.get_running_loop().create_future()
                await gates[number]

        add(0, prevent_initial_call=True, persistent=True)
        for number in range(1, 20):
            add(number, prevent_initial_call=True)
        page.open()
        page.set("go", n_clicks=1)
        await asyncio.sleep(0)
        assert sorted(gates) == list(range(13))
        assert page.of_type("Status")[-1]["pending"] == 19
        gates[5].set_result(None)
        await asyncio.sleep(0.001)
        assert sorted(gates) == list(range(14))
        for _ in range(3):
            for gate in list(gates.values()):
                if not gate.done():
                    gate.set_result(None)
            await asyncio.sleep(0.001)
        await page.session.settled()
        page.assert_quiet()

    asyncio.run(scenario())


def test_a_run_waits_for_components_that_the_page_is_still_loading():
    """R-38."""
    page = Page(boxes("a", "b"), lazy=["dash_html_components/Div"])
    chain(page, "a->b")
    page.open()
    assert page.take_calls() == []
    (waiting,) = page.of_type("AwaitReady")
    assert waiting["ids"] == ["a"]
    page.send("Ready", run=waiting["run"])
    assert page.take_calls() == ["b"]
    page.send("Loaded", types=["dash_html_components/Div"])
    page.set("a", children=1)
    assert page.take_calls() == ["b"]
    assert len(page.of_type("AwaitReady")) == 1
    page.assert_quiet()


def test_a_run_that_waits_for_the_page_can_be_overtaken():
    """S-77, R-38."""
    page = Page(boxes("a", "b"), lazy=["dash_html_components/Div"])
    chain(page, "a->b")
    page.open()
    page.set("a", children=1)
    first, second = page.of_type("AwaitReady")
    page.send("Ready", run=first["run"])
    assert page.take_calls() == []
    page.send("Ready", run=second["run"])
    assert page.take_calls() == ["b"]
    assert page["b", "children"] == "b(1)"


def test_the_order_of_requests_is_the_order_of_calls():
    """S-72, S-82."""
    page = Page(boxes("a", "z", "m", "c"))
    chain(page, "a->z", "a->m", "a->c")
    page.open()
    assert page.take_calls() == ["z", "m", "c"]


def test_a_callback_may_be_called_while_another_is_suspended():
    """A plain function that waits by JSPI lets messages in, on another stack (S-77, S-85)."""
    page = Page(boxes("a", "b", "x", "y"))

    @page.callback(Output("b", "children"), Input("a", "children"), prevent_initial_call=True)
    def outer(value):
        if value == 1:
            page.set("x", children="meanwhile")
            page.set("a", children=2)
            assert page["b", "children"] == 2
        return value

    chain(page, "x->y", prevent_initial_call=True)
    page.open()
    page.set("a", children=1)
    assert page.take_calls() == ["outer", "y", "outer"]
    assert page["y", "children"] == "y(meanwhile)"
    assert page["b", "children"] == 2, "the older result is ignored"
    page.assert_quiet()
