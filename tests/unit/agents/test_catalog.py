"""Which callbacks are tools, and their names."""

import pytest
from dash import Input, Output, dcc, html
from dash.mcp import configure_mcp_server

from pyrt.agents.catalog import clean
from pyrt.server.permission import Permission
from tests.support.agents import offer


def three(app, **options):
    app.layout = html.Div([dcc.Input(id="a"), *(html.P(id=f"p{n}") for n in (1, 2, 3))])
    for n in (1, 2, 3):
        app.callback(Output(f"p{n}", "children"), Input("a", "value"), **options.get(f"p{n}", {}))(
            NAMED[n]
        )
    return app


def one(a):
    return a


def two(a):
    return a


def three_(a):
    return a


NAMED = {1: one, 2: two, 3: three_}


def names(app, permission=None):
    return list(offer(app, permission).catalog.by_name)


def test_all_but_those_that_say_no(app):
    assert names(three(app, p2={"mcp_enabled": False})) == ["one", "three"]


def test_only_those_that_say_yes(app):
    configure_mcp_server(include_callbacks=False)
    assert names(three(app, p2={"mcp_enabled": True})) == ["two"]


def test_clientside_callbacks_are_no_tools(app):
    app.clientside_callback("a => a", Output("p1", "title"), Input("a", "value"))
    assert names(three(app)) == ["one", "two", "three"]


def test_a_server_offers_only_what_it_may_call(app):
    assert names(three(app, p3={"server": True}), Permission()) == ["three"]


def test_functions_of_the_same_name_are_named_by_their_outputs(app):
    app.layout = html.Div([dcc.Input(id="a"), html.P(id="x-1"), html.P(id="x_1")])
    for component_id in ("x-1", "x_1"):

        @app.callback(Output(component_id, "children"), Input("a", "value"))
        def same(a):
            pass

    assert names(app) == ["x_1_children", "x_1_children_2"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"index":["MATCH"]}.value', "index_MATCH_value"),
        ("..a.b...c.d..", "a_b_c_d"),
        ("1st", "cb_1st"),
        ("\u00fc", "unnamed_callback"),
        ("<lambda>", "lambda"),
    ],
)
def test_names_have_letters_digits_and_underscores(text, name):
    assert clean(text) == name


def test_names_have_64_characters_at_most():
    assert len(clean("x" * 500)) == 64
    assert clean("x" * 500) != clean("x" * 501)


def test_what_reads_and_writes_a_prop(app):
    catalog = offer(three(app)).catalog
    assert [tool.name for tool in catalog.readers("a", "value")] == ["one", "two", "three"]
    assert [tool.name for tool in catalog.writers("p2", "children")] == ["two"]
    assert catalog.writers("p2", "title") == ()


def test_of_two_callbacks_that_write_a_prop_the_first_one_gives_its_value(app):
    app.layout = html.Div([dcc.Input(id="a", value=1), dcc.Input(id="b", value=2), html.P(id="o")])
    app.callback(Output("o", "children"), Input("a", "value"))(one)
    second = Output("o", "children", allow_duplicate=True)
    app.callback(second, Input("b", "value"), prevent_initial_call=True)(two)
    catalog = offer(app).catalog
    assert list(catalog.by_name) == ["one", "two"]
    assert catalog.initial_value("o", "children") == 1


def test_a_new_callback_makes_a_new_catalog(app):
    agents = offer(three(app))
    assert "four" not in agents.catalog.by_name

    @app.callback(Output("p1", "title"), Input("a", "value"))
    def four(a):
        pass

    assert "four" in agents.catalog.by_name
