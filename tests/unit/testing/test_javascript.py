"""Clientside callbacks, for which Python stands in."""

import warnings

import pytest
from dash import ClientsideFunction, Dash, Input, Output, dcc, html

from pyrt.model.callback import no_update
from pyrt.testing.host import Settings
from pyrt.testing.javascript import ClientsideWarning
from pyrt.testing.page import Page


def make_app():
    app = Dash(__name__)
    app.layout = html.Div([dcc.Input(id="a", value=1), html.P(id="b"), html.P(id="c")])
    app.clientside_callback("x => x + 1", Output("b", "children"), Input("a", "value"))
    named = ClientsideFunction("maths", "both")
    app.clientside_callback(
        named, [Output("c", "children"), Output("c", "title")], Input("a", "value")
    )
    app.callback(Output("b", "title"), Input("b", "children"))(str)
    return app


def test_without_a_browser_a_warning_says_so_once():
    with pytest.warns(ClientsideWarning) as told:
        page = Page(make_app())
    page.set("a", value=2)
    assert len(told) == 2
    assert "b.children was not called: its JavaScript needs a browser" in str(told[0].message)
    assert "pyrt_app(app, clientside={'maths.both': function})" in str(told[1].message)
    assert told[0].filename == __file__
    assert page["b"].children is None
    assert page.errors == []
    page.close()


def test_python_functions_stand_in():
    functions = {"b.children": lambda a: a + 1, "maths.both": lambda a: [no_update, a]}
    with (
        warnings.catch_warnings(action="error"),
        Page(make_app(), Settings(clientside=functions)) as page,
    ):
        page.set("a", value=5)
        assert (page["b"].children, page["b"].title) == (6, "6")
        assert (page["c"].children, page["c"].title) == (None, 5)
