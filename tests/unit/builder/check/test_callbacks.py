"""Mistakes in callbacks: ids, Outputs, circles, signatures, wildcards."""

import pytest

from tests.support.checked_apps import CALLBACK, LINES, assert_finding, found

WRONG = {
    "an id that is misspelt": (
        (
            "app.layout.children.append(html.P(id='total-sales'))\n"
            "@callback(Output('totl-sales', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass"
        ),
        2,
        "PY301",
        "do you mean 'total-sales'",
    ),
    "an id of a constant": (
        (
            "@callback(\n    Output('a', 'children'),\n    Input(component_id='none',\n"
            "        component_property='value'))\ndef f(n): pass"
        ),
        3,
        "PY301",
        "'none'",
    ),
    "an Output of two callbacks": (
        (
            "@callback(Output('a', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass\n"
            "@app.callback(Output('a', 'children'), Input('b', 'title'))\ndef g(n): pass"
        ),
        3,
        "PY302",
        "written by f (app.py:7)",
    ),
    "a circle": (
        (
            "@callback(Output('a', 'title'), Input('b', 'title'))\ndef f(n): pass\n"
            "@callback(Output('b', 'title'), Input('a', 'title'))\ndef g(n): pass"
        ),
        1,
        "PY303",
        "Cycle",
    ),
    "too few arguments": (
        (
            "@callback(Output('a', 'title'), [Input('b', 'title')], [State('go', 'title')])\n"
            "def f(n): pass"
        ),
        2,
        "PY304",
        "f takes 1 argument, and its callback gives 2",
    ),
    "too few results": (
        (
            "@callback(Output('a', 'title'), Output('b', 'title'), Input('go', 'title'))\n"
            "def f(n):\n    if n:\n        return 1, 2, 3\n    return 1, 2"
        ),
        4,
        "PY304",
        "returns 3 values here",
    ),
    "MATCH alone": (
        "@callback(Output({'t': MATCH}, 'title'), Input({'u': MATCH}, 'title'))\ndef f(n): pass",
        1,
        "PY305",
        "MATCH",
    ),
    "MATCH alone in a callback of a function": (
        (
            "def register():\n    @app.callback(output=dict(x=Output({'t': MATCH}, 'title')),\n"
            "        inputs=dict(y=Input({'u': MATCH}, 'title')))\n    def f(y): pass"
        ),
        2,
        "PY305",
        "MATCH",
    ),
    "Outputs with MATCH at different keys": (
        (
            "if app:\n    @callback(Output({'t': MATCH}, 'title'), Output({'u': MATCH}, 'title'),\n"
            "        Input('a', 'title'))\n    def f(n): pass"
        ),
        2,
        "PY305",
        "same keys",
    ),
    "ALLSMALLER of an Output": (
        (
            "from dash import ALLSMALLER\n"
            "@callback(Output({'t': ALLSMALLER}, 'title'), Input('a', 'title'),\n"
            "    State(app.x, 'title'))\ndef f(n, m): pass"
        ),
        2,
        "PY305",
        "ALLSMALLER",
    ),
    "a duplicate that is called initially": (
        (
            "@callback(Output('a', 'title', allow_duplicate=True), Input('b', 'title'))\n"
            "def f(n): pass"
        ),
        1,
        "PY306",
        "prevent_initial_call",
    ),
    "an id of progress": (
        (
            "@callback(Output('a', 'title'), Input('go', 'n_clicks'), background=True,\n"
            "    running=[(Output('none', 'disabled'), True, False)])\ndef f(n): pass"
        ),
        2,
        "PY301",
        "'none'",
    ),
    "an id of set_props": (
        CALLBACK + "def f(n):\n    dash.set_props('none', {'title': 'x'})",
        3,
        "PY301",
        "'none'",
    ),
    "a constant that no component has": (
        (
            "class Ids:\n    X = 'none'\n"
            "@callback(Output(Ids.X, 'title'), Input('go', 'n_clicks'))\ndef f(n): pass"
        ),
        3,
        "PY301",
        "'none'",
    ),
    "a pattern that no component has": (
        "@callback(Output('a', 'title'), Input({'kind': ALL}, 'n_clicks'))\ndef f(n): pass",
        1,
        "PY301",
        "the key 'kind'",
    ),
    "names of Dash under other names": (
        (
            "from dash import Input as I, Output as O, callback as on\n"
            "@on(O('none', 'title'), I('go', 'n_clicks'))\ndef f(n): pass"
        ),
        2,
        "PY301",
        "'none'",
    ),
    "an Output by name of two callbacks": (
        CALLBACK
        + "def f(n): pass\n@callback(dict(x=Output('a', 'children')), Input('b', 'title'))\n"
        "def g(n): pass",
        3,
        "PY302",
        "written by f",
    ),
    "arguments of other names": (
        (
            "@callback(Output('a', 'title'), inputs={'x': Input('b', 'title')},\n"
            "    state=dict(z=State('go', 'title')))\ndef f(x, y): pass"
        ),
        3,
        "PY304",
        "f takes x, y, and its callback gives x, z",
    ),
    "a function that is given to a callback": (
        "def f(n, m): pass\ncallback(Output('a', 'title'), Input('b', 'title'))(f)",
        1,
        "PY304",
        "f takes 2 arguments, and its callback gives 1",
    ),
    "progress that the function does not take": (
        (
            "@callback(Output('a', 'title'), Input('b', 'title'), background=True,\n"
            "    progress=Output('b', 'children'))\ndef f(n): pass"
        ),
        3,
        "PY304",
        "set_progress, then one for each Input",
    ),
    "one result for a list of Outputs": (
        (
            "@callback([Output('a', 'title')], Input('b', 'title'))\ndef f(n):\n    if n:\n"
            "        return\n    return [n]"
        ),
        4,
        "PY304",
        "returns nothing here, and its callback has a list of 1 Output",
    ),
    "a result of other names": (
        (
            "@callback(dict(x=Output('a', 'title')), Input('b', 'title'))\ndef f(n):\n"
            "    return {'y': n}"
        ),
        3,
        "PY304",
        "returns y here, and its callback has x",
    ),
    "a result without an Output": (
        "@callback(Input('b', 'title'))\ndef f(n):\n    return 1",
        3,
        "PY304",
        "has no Output",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_found_with_its_line(name, check):
    source, line, code, text = WRONG[name]
    assert_finding(check(source), line, code, text)


RIGHT = {
    "ids from a pattern": (
        "rows = [html.P(id=f'row-{n}') for n in range(3)]\n"
        "@callback(Output('row-1', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass"
    ),
    "ids from data": (
        "rows = [html.P(id=n) for n in app.title]\n"
        "@callback(Output('x', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass"
    ),
    "optional ids": (
        "@callback(Output('x', 'children'), Input('go', 'n_clicks'), optional=True)\ndef f(n): pass"
    ),
    "duplicates that are allowed": (
        "@callback(Output('a', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass\n"
        "@callback(Output('a', 'children', allow_duplicate=True), Input('b', 'title'),\n"
        "    prevent_initial_call=True)\ndef g(n): pass"
    ),
    "one of two by a condition": (
        "if app:\n    @callback(Output('a', 'children'), Input('go', 'n_clicks'))\n"
        "    def f(n): pass\nelse:\n"
        "    @callback(Output('a', 'children'), Input('go', 'n_clicks'))\n    def f(n): pass"
    ),
    "a callback that reads what it writes": (
        "@callback(Output('a', 'title'), Input('a', 'title'))\ndef f(n): pass"
    ),
    "arguments with defaults and progress": (
        "@callback(Output('a', 'title'), Input('b', 'title'), background=True,\n"
        "    progress=Output('b', 'children'))\ndef f(set_progress, n, more=1): pass\n"
        "@callback(Output('a', 'children'), [Input('b', 'title'), Input('go', 'title')])\n"
        "def g(*args): pass"
    ),
    "a function that another decorator wraps": (
        "import functools\n@callback(Output('a', 'title'), Input('b', 'title'))\n"
        "@functools.partial\ndef f(): pass"
    ),
    "arguments by name": (
        "@callback(output=dict(x=Output('a', 'title')), inputs=dict(y=Input('b', 'title')))\n"
        "def f(y): return dict(x=y)"
    ),
    "results of inner functions": (
        "@callback(Output('a', 'title'), Output('b', 'title'), Input('go', 'title'))\n"
        "def f(n):\n    def inner():\n        return 1, 2, 3\n    return inner()[:2]"
    ),
    "wildcards that fit": (
        "@callback(Output({'t': MATCH}, 'title'), Input({'t': MATCH}, 'children'))\n"
        "def f(n): pass\n"
        "@callback(Output('a', 'children'), Input({'t': ALL}, 'title'))\ndef g(n): pass"
    ),
    "MATCH of an Input alone, as of Dash 4.2": (
        "@callback(Output({'t': ALL}, 'title'), Input({'t': MATCH}, 'children'))\n"
        "def f(n): pass\n"
        "@callback(Output('a', 'children'), Input({'t': MATCH}, 'title'))\ndef g(n): pass"
    ),
    "ids of constants": (
        "class Ids:\n    X = 'x'\nY = 'y'\nmore = [html.P(id=Ids.X), html.P(id=Y)]\n"
        "@callback(Output(Ids.X, 'title'), Input(Y, 'title'))\ndef f(n): pass"
    ),
    "ids of dicts": (
        "more = html.P(id=dict(kind='row', index=1))\n"
        "@callback(Output('a', 'title'), Input({'kind': 'row', 'index': ALL}, 'title'))\n"
        "def f(n): pass"
    ),
    "results by name": (
        "@callback(output=dict(x=Output('a', 'title'), y=Output('b', 'title')),\n"
        "    inputs=dict(n=Input('go', 'title')), state=dict(s=State('b', 'title')))\n"
        "def f(n, s, more=1):\n    return dict(x=1, y=2)"
    ),
    "one value of one Output": (
        "@callback(Output('a', 'title'), Input('b', 'title'))\ndef f(n):\n    return 'x'"
    ),
    "no value without an Output": "@callback(Input('b', 'title'))\ndef f(n):\n    return",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_found(name, check):
    assert check(RIGHT[name]).findings == []


def test_all_unknown_ids_of_a_callback_are_named(check):
    source = (
        "@callback([Output('x', 'title'), Output('a', 'title')], Input('y', 'title'),\n"
        "    State('z', 'title'))\ndef f(*n): pass\n"
        "@callback(Output('a', 'children'), Input('x', 'title'))\ndef g(n): pass"
    )
    texts = [(each.line - LINES, each.text.split("'")[1]) for each in check(source).findings]
    assert texts == [(1, "x"), (1, "y"), (2, "z"), (4, "x")]


def test_every_circle_is_named(check):
    source = "".join(
        f"@callback(Output('a', '{p}'), Input('b', '{p}'))\ndef f(n): pass\n"
        f"@callback(Output('b', '{p}'), Input('a', '{p}'))\ndef g(n): pass\n"
        for p in ("title", "lang")
    )
    assert found(check(source)) == [("app.py", 1, "PY303"), ("app.py", 5, "PY303")]


def test_transforms_of_dash_extensions_allow_what_dash_does_not(check):
    source = (
        "from dash_extensions.enrich import DashProxy, MultiplexerTransform\n"
        "@callback(Output('a', 'children'), Input('go', 'n_clicks'))\ndef f(n): pass\n"
        "@callback(Output('a', 'children'), Input('b', 'title'))\ndef g(n): pass"
    )
    assert check(source, requirements_dot_txt="dash\ndash-extensions\n").findings == []
