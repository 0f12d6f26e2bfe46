"""S-68, S-69, S-76, S-83: the effects of results, and of changed children props."""

from dash import html

from pyrt.model.dependencies import Input, Output
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
