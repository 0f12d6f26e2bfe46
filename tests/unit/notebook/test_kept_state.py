"""A value is kept where the initial value is the same before and after."""

from dash import Input, Output, callback, dcc, html

from pyrt.app.dash import Dash
from pyrt.model.serialize import encode
from pyrt.notebook.kept_state import keep, put_back, read_props
from tests.support.notebooks import FakePage, make_pages


def layout(text="x", count="0", options=()):
    return html.Div(
        [
            dcc.Input(id="text", value=text),
            html.Span(count, id="count"),
            dcc.Dropdown(id={"type": "d", "index": 1}, options=list(options)),
            html.Div([html.B("inside", id="inside")], id="box"),
            html.P("no id"),
        ]
    )


def tree(component):
    return encode(component).decode()


def kept_after(**typed):
    app = Dash("kept")
    app.layout = layout()

    @callback(Output("count", "children"), Input("text", "value"), prevent_initial_call=True)
    def count(value):
        return f"{len(value)} letters"

    page = FakePage(make_pages(app)).open()
    page.set("text", **typed)
    return keep(read_props(tree(layout())), page.pages.views["one"].session)


def test_what_was_typed_and_what_it_has_computed_is_kept():
    new = read_props(put_back(tree(layout()), kept_after(value="typed")))
    assert new["text"][1]["value"] == "typed"
    assert new["count"][1]["children"] == "5 letters"


def test_a_new_initial_value_counts():
    new = read_props(put_back(tree(layout(text="y")), kept_after(value="typed")))
    assert new["text"][1]["value"] == "y"
    assert new["count"][1]["children"] == "5 letters"


def test_a_prop_that_has_only_been_set_in_the_page_is_kept_too():
    new = read_props(put_back(tree(layout()), kept_after(n_submit=2)))
    assert new["text"][1]["n_submit"] == 2


def test_components_are_those_of_the_new_layout():
    new = layout()
    new.children[3].children = [html.I("other", id="inside")]
    changed = put_back(tree(new), kept_after(value="typed"))
    assert changed["props"]["children"][3]["props"]["children"][0]["type"] == "I"


def test_a_component_of_another_type_keeps_nothing():
    new = html.Div([dcc.Textarea(id="text", value="x")])
    changed = put_back(tree(new), kept_after(value="typed"))
    assert read_props(changed)["text"][1]["value"] == "x"
