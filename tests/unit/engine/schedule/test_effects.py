"""S-68, S-69, S-76, S-83: the effects of results, and of changed children props."""

import pytest
from dash import html

from pyrt.engine.call.context import ctx, set_props
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.ids import ALL
from tests.support.fake_page import Page

CHILDREN_PROPS = {"ns": {"Card": ["header", "options[].label", "panels{}.body"]}}


def box(component_id, **props):
    return {"namespace": "ns", "type": "Card", "props": {"id": component_id, **props}}


def card_page(*extra):
    """A card, and a button whose callback returns whatever the test says into a prop of it."""
    page = Page([box("card"), box("go"), box("out"), *extra], children_props=CHILDREN_PROPS)
    page.callback(Output("new", "title"), Input("out", "title"), optional=True)(lambda _: "initial")
    page.callback(Output("out", "lang"), Input("new", "dir"), prevent_initial_call=True)(
        lambda value: f"inserted {value}"
    )
    return page


def put(page, prop, value):
    page.callback(Output("card", prop), Input("go", "title"), prevent_initial_call=True)(
        lambda _: value
    )
    page.open()
    page.set("go", title="x")
    return page


def prop(page, component_id, name):
    node = page.session.layout.find(component_id)
    return None if node is None else node.props.get(name)


def test_components_in_a_children_prop_are_as_good_as_children():
    """S-68, R-51."""
    page = put(card_page(), "header", [box("new", dir="d")])
    assert prop(page, "new", "title") == "initial"
    assert prop(page, "out", "lang") == "inserted d"


def test_components_in_items_and_values_of_a_prop_get_no_calls_of_their_own():
    """S-68: Dash only learns their ids."""
    for name, value in (
        ("options", [{"label": box("new", dir="d")}]),
        ("panels", {"one": {"body": box("new", dir="d")}}),
    ):
        page = put(card_page(), name, value)
        assert prop(page, "new", "title") is None
        assert prop(page, "out", "lang") is None
        page.set("out", title="later")
        assert prop(page, "new", "title") == "initial"


def test_any_other_prop_holds_no_components():
    """R-51."""
    page = put(card_page(), "footer", box("new"))
    assert page.session.layout.find("new") is None


def test_an_item_that_moves_is_no_removal():
    """S-69: replaced by itself, it is a trigger like any new one."""
    page = Page(html.Div([html.Div([html.Div(id={"i": 1})], id="list"), *boxes("go", "out")]))
    page.callback(Output("list", "children"), Input("go", "title"), prevent_initial_call=True)(
        lambda _: [html.Div(id={"i": 2}), html.Div(id={"i": 1})]
    )
    seen = []

    @page.callback(Output("out", "title"), Input({"i": ALL}, "id"), prevent_initial_call=True)
    def collect(ids):
        seen.append([component_id["i"] for component_id in ids])

    page.open()
    page.set("go", title="x")
    assert seen == [[2, 1]], "one call, triggered by both"


def boxes(*ids):
    return [html.Div(id=component_id) for component_id in ids]


def test_a_callback_with_all_its_outputs_inside_is_not_called_by_removals():
    """S-69."""
    page = Page(html.Div([html.Div(boxes("inner", {"i": 1}), id="list"), *boxes("go")]))
    page.callback(Output("list", "children"), Input("go", "title"), prevent_initial_call=True)(
        lambda _: boxes("inner")
    )
    page.callback(Output("inner", "title"), Input({"i": ALL}, "id"), prevent_initial_call=True)(str)
    page.open()
    page.set("go", title="x")
    assert page.take_calls() == ["<lambda>"]


def test_results_call_consumers_only_after_all_of_them_are_written():
    """S-83."""
    page = Page(html.Div(boxes("a", "b", "c", "d")))
    page.callback(
        Output("b", "title"), Output("c", "title"), Input("a", "title"), prevent_initial_call=True
    )(lambda value: (f"b{value}", f"c{value}"))
    seen = []
    page.callback(
        Output("d", "title"), Input("b", "title"), Input("c", "title"), prevent_initial_call=True
    )(lambda *values: seen.append(values))
    page.open()
    page.set("a", title=1)
    assert seen == [("b1", "c1")]


def test_an_update_is_numbered_and_one_that_changes_nothing_is_not_sent():
    page = Page(html.Div(boxes("a", "b")))
    page.callback(Output("b", "title"), Input("a", "title"), prevent_initial_call=True)(str)
    page.open()
    for value in (1, 2):
        page.set("a", title=value)
    assert [update["updateSeq"] for update in page.of_type("Update")] == [1, 2]
    assert [update["seq"] for update in page.of_type("Update")] == [2, 3]


# --- S-87: what a component answers


def answering_page(*dependencies, **options):
    """Python writes `a.data`; a callback reads it and another prop of the same component."""
    page = Page(html.Div([html.Div(id="go"), html.Div(id="a"), html.Div(id="out")]), rendered=True)
    seen = []

    @page.callback(Output("a", "data"), Input("go", "title"), prevent_initial_call=True)
    def write(value):
        return value

    @page.callback(Output("out", "title"), *dependencies, prevent_initial_call=True, **options)
    def read(*values):
        seen.append(([t["prop_id"] for t in ctx.triggered], values))
        return len(seen)

    page.open()
    page.show()
    return page, seen


@pytest.mark.parametrize(
    ("other", "triggered"),
    [(Input("a", "time"), ["a.data", "a.time"]), (State("a", "time"), ["a.data"])],
)
def test_who_reads_two_props_of_a_component_is_called_once_with_its_answer(other, triggered):
    """S-87: a Store answers `data` with `modified_timestamp`."""
    page, seen = answering_page(Input("a", "data"), other)
    page.set("go", title=1)
    assert page.of_type("Update")[-1]["confirm"]
    assert seen == []
    page.set("a", time=5)
    assert seen == []
    page.show()
    assert seen == [(triggered, (1, 5))]
    page.assert_quiet()


def test_who_reads_one_prop_is_called_at_once():
    """S-87: there is nothing to wait for."""
    page, seen = answering_page(Input("a", "data"), State("go", "title"))
    page.set("go", title=1)
    assert seen == [(["a.data"], (1, 1))]
    assert "confirm" not in page.of_type("Update")[0]


def test_a_component_that_does_not_answer_holds_nothing_up():
    """S-87."""
    page, seen = answering_page(Input("a", "data"), Input("a", "time"))
    page.set("go", title=1)
    page.show()
    assert seen == [(["a.data"], (1, None))]


def test_patterns_that_may_mean_one_component_wait_too():
    """S-87."""
    page = Page(
        html.Div([html.Div(id="go"), html.Div(id={"i": 1}), html.Div(id="out")]), rendered=True
    )
    page.callback(Output({"i": 1}, "data"), Input("go", "title"), prevent_initial_call=True)(
        lambda value: value
    )
    seen = []
    page.callback(
        Output("out", "title"),
        Input({"i": ALL}, "data"),
        Input({"i": ALL}, "time"),
        prevent_initial_call=True,
    )(lambda *values: seen.append(values))
    page.open()
    page.show()
    page.set("go", title=1)
    page.set({"i": 1}, time=5)
    page.show()
    assert seen == [([1], [5])]


def test_what_set_props_writes_is_answered_too():
    """S-87, S-90."""
    page = Page(html.Div([html.Div(id="go"), html.Div(id="a"), html.Div(id="out")]), rendered=True)

    @page.callback(Input("go", "title"), prevent_initial_call=True)
    def write(value):
        set_props("a", {"data": value})

    seen = []
    page.callback(
        Output("out", "title"), Input("a", "data"), Input("a", "time"), prevent_initial_call=True
    )(lambda *values: seen.append(values))
    page.open()
    page.show()
    page.set("go", title=1)
    assert seen == []
    page.set("a", time=5)
    page.show()
    assert seen == [(1, 5)]


def test_a_change_in_place_is_read_and_calls_nothing():
    """R-81: as a value that persistence has restored."""
    page = Page(html.Div([html.Div(id="go"), html.Div(id="a"), html.Div(id="out")]))
    seen = []
    page.callback(
        Output("out", "title"),
        Input("go", "title"),
        State("a", "data"),
        prevent_initial_call=True,
    )(lambda *values: seen.append(values))
    page.callback(Output("out", "lang"), Input("a", "data"), prevent_initial_call=True)(seen.append)
    page.open()
    page.set("a", origin="inPlace", data=[2])
    assert seen == []
    page.set("go", title=1)
    assert seen == [(1, [2])]
