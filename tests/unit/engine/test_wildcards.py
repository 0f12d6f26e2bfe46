"""S-12 to S-20, S-80, S-112: callbacks with wildcards, their declaration, matching and calls."""

import pytest
from dash import html

from pyrt.engine.call.context import ctx
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.ids import ALL, ALLSMALLER, MATCH
from tests.support.fake_page import Page


def rows(*values, kind="row"):
    return [html.Div(id={"type": kind, "index": value}) for value in values]


def row(index, kind="row"):
    return {"type": kind, "index": index}


def test_match_makes_one_invocation_for_each_combination_on_the_page():
    """S-13, S-63."""
    page = Page(html.Div([*rows(1, 2), *rows(1, 2, 3, kind="out")]))

    @page.callback(Output(row(MATCH, "out"), "children"), Input(row(MATCH), "title"))
    def copy_title(title):
        return f"{ctx.outputs_list['id']['index']}: {title}"

    page.open()
    assert page.take_calls() == ["copy_title"] * 2, "out 3 has no row (S-65)"
    page.set(row(2), title="two")
    assert page.take_calls() == ["copy_title"]
    assert page[row(2, "out"), "children"] == "2: two"
    assert page[row(1, "out"), "children"] == "1: None"
    page.assert_quiet()


def test_an_input_without_match_calls_every_invocation():
    """S-15, S-20."""
    page = Page(html.Div([html.Button(id="all"), *rows(1, 2, 3)]))

    @page.callback(
        Output(row(MATCH), "children"), Input("all", "n_clicks"), prevent_initial_call=True
    )
    def fill(n):
        return n

    page.open()
    page.set("all", n_clicks=7)
    assert [page[row(n), "children"] for n in (1, 2, 3)] == [7, 7, 7]
    assert page.take_calls() == ["fill"] * 3


def test_the_first_output_says_which_invocations_there_are():
    """S-20: nothing matches the first, so it does not run for the second either."""
    page = Page(html.Div([html.Button(id="go"), *rows(1)]))

    @page.callback(
        Output(row(MATCH, "missing"), "title"),
        Output(row(MATCH), "title"),
        Input("go", "n_clicks"),
        prevent_initial_call=True,
    )
    def never(_):
        raise AssertionError

    page.open()
    page.set("go", n_clicks=1)
    assert page.take_calls() == []


def test_where_all_outputs_are_lists_any_of_them_counts():
    """S-20."""
    page = Page(
        html.Div(
            [html.Button(id="go"), *(html.Div(id={"g": g, "i": i}) for g in "ab" for i in (1, 2))]
        )
    )

    @page.callback(
        Output({"g": MATCH, "i": ALL}, "title"), Input("go", "n_clicks"), prevent_initial_call=True
    )
    def fill(n):
        return [f"{o['id']['g']}{o['id']['i']}" for o in ctx.outputs_list]

    page.open()
    page.set("go", n_clicks=1)
    assert page.take_calls() == ["fill", "fill"]
    assert page[{"g": "b", "i": 2}, "title"] == "b2"


def test_without_match_in_the_outputs_the_trigger_tells_invocations_apart():
    """S-16, cbwc009, cbwc010: State with MATCH has the trigger's value."""
    page = Page(html.Div([*rows(1, 2), *rows(1, 2, kind="note"), html.Div(id="out")]))
    seen = []

    @page.callback(
        Output("out", "children"),
        Input(row(MATCH), "title"),
        State(row(MATCH, "note"), "id"),
        prevent_initial_call=True,
    )
    def which(title, note):
        seen.append((title, note["index"]))
        return title

    page.open()
    page.change((row(1), {"title": "a"}), (row(2), {"title": "b"}))
    assert seen == [("a", 1), ("b", 2)]
    assert page["out", "children"] == "b"


def test_no_outputs_and_match_inputs():
    """S-16, S-88."""
    page = Page(html.Div(rows(1, 2)))
    seen = []

    @page.callback(Input(row(MATCH), "title"), prevent_initial_call=True)
    def note(title):
        seen.append((ctx.triggered_id["index"], title))

    page.open()
    page.change((row(2), {"title": "x"}), (row(1), {"title": "y"}))
    assert seen == [(2, "x"), (1, "y")]


def test_all_is_a_list_in_layout_order_and_may_be_empty():
    """S-18, S-80."""
    page = Page(html.Div([*rows(3, 1), html.Div(id="out"), html.Div(id="empty")]))

    @page.callback(Output("out", "children"), Input(row(ALL), "id"))
    def collect(ids):
        return [component_id["index"] for component_id in ids]

    @page.callback(Output("empty", "children"), Input(row(ALL, "nothing"), "title"))
    def count(titles):
        return len(titles)

    page.open()
    assert page["out", "children"] == [3, 1]
    assert page["empty", "children"] == 0


def test_unset_props_in_a_list_are_none():
    """S-51."""
    page = Page(html.Div([*rows(1, 2), html.Div(id="out")]))

    @page.callback(Output("out", "children"), Input(row(ALL), "title"))
    def collect(titles):
        return titles

    page.open()
    page.set(row(2), title="x")
    assert page["out", "children"] == [None, "x"]


def test_allsmaller_has_what_sorts_before_the_match_value():
    """S-13, S-17."""
    page = Page(html.Div([*rows(10, 9, "a", 2), *rows(10, "a", kind="sum")]))

    @page.callback(Output(row(MATCH, "sum"), "children"), Input(row(ALLSMALLER), "id"))
    def before(ids):
        return [component_id["index"] for component_id in ids]

    page.open()
    assert page[row(10, "sum"), "children"] == [9, 2]
    assert page[row("a", "sum"), "children"] == [10, 9, 2]
    page.take_calls()
    page.set(row(9), title="unrelated")
    page.set(row(9), id=row(9))
    assert page.take_calls() == ["before", "before"], "both 10 and a are greater"
    page.set(row("a"), id=row("a"))
    assert page.take_calls() == []


@pytest.mark.parametrize("result", [["x", "y"], ("x", "y")])
def test_an_all_output_takes_one_value_for_each_component(result):
    """S-6, S-18."""
    page = Page(html.Div([html.Button(id="go"), *rows(1, 2)]))
    page.callback(Output(row(ALL), "children"), Input("go", "n_clicks"))(lambda _: result)
    page.open()
    assert [page[row(n), "children"] for n in (1, 2)] == ["x", "y"]


@pytest.mark.parametrize(
    ("result", "complaint"),
    [("xy", "is written by a list or tuple"), (["x"], "Expected 2, got 1")],
)
def test_any_other_number_or_shape_is_an_error(result, complaint):
    """S-61."""
    page = Page(html.Div([html.Button(id="go"), *rows(1, 2)]))
    page.callback(Output(row(ALL), "children"), Input("go", "n_clicks"))(lambda _: result)
    page.open()
    (failure,) = page.of_type("Failure")
    assert complaint in failure["message"]
    assert '{"index":1,"type":"row"}.children' in failure["title"]
    assert page[row(1), "children"] is None


def test_the_values_of_a_fixed_dict_id_are_strict():
    """S-17."""
    page = Page(html.Div([*rows(1, "1"), html.Div(id="out")]))

    @page.callback(Output("out", "children"), Input(row(1), "title"))
    def read(title):
        return title

    page.open()
    page.set(row("1"), title="text")
    page.set(row(1), title="number")
    assert page["out", "children"] == "number"
    assert page.take_calls() == ["read", "read"]


def todo(items):
    return [
        html.Div([html.Div(id={"done": i}), html.Div(id={"note": True, "done": i})]) for i in items
    ]


def test_items_that_come_and_go_keep_their_callbacks_in_step():
    """S-68, S-69, S-112: the todo app of cbwc001, much shortened."""
    page = Page(html.Div([html.Div(todo([1]), id="list"), html.Div(id="n"), html.Button(id="go")]))

    @page.callback(Output("list", "children"), Input("go", "title"), prevent_initial_call=True)
    def edit(title):
        return todo(map(int, title.split()))

    @page.callback(Output("n", "children"), Input({"done": ALL}, "id"))
    def count(ids):
        return len(ids)

    @page.callback(
        Output({"note": True, "done": MATCH}, "children"), Input({"done": ALLSMALLER}, "id")
    )
    def preceding(ids):
        return len(ids)

    page.open()
    assert page["n", "children"] == 1
    page.take_calls()
    page.set("go", title="1 2 3")
    assert page["n", "children"] == 3
    assert page[{"note": True, "done": 3}, "children"] == 2
    assert page.take_calls() == ["edit", "count", "preceding", "preceding", "preceding"]
    page.set("go", title="3")
    assert page[{"note": True, "done": 3}, "children"] == 0
    assert page["n", "children"] == 1
    page.take_calls()
    page.set("go", title="")
    assert page["n", "children"] == 0
    assert page.take_calls() == ["edit", "count"]
    page.assert_quiet()
