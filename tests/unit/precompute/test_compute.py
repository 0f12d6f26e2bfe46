"""Results that are computed in advance, and why others are not."""

import json
import random

import pytest
from dash import ALL, Dash, Input, Output, Patch, State, ctx, dcc, html, set_props
from dash.exceptions import PreventUpdate

from pyrt.precompute.compute import precompute

LETTERS = dcc.RadioItems(["a", "b"], "a", id="letter")
NUMBERS = dcc.Dropdown([1, 2], 1, id="number", clearable=False)


@pytest.fixture
def app():
    made = Dash(__name__)
    made.layout = html.Div([LETTERS, NUMBERS, dcc.Input("x", id="text"), html.P(id="out")])
    return made


def compute(app, functions=(), *, scope="named", max_calls=500):
    """Return the tables and the sentences that a page gets."""
    app.prepare()
    sent = []
    session = app.session(lambda text, _: sent.extend(json.loads(text)), precompute=precompute)
    session.receive([{"type": "Hello", "seq": 1}])
    request = {"functions": list(functions), "scope": scope, "maxCalls": max_calls}
    before = json.dumps(session.layout.root)
    session.receive([{"type": "Precompute", "seq": 2, **request}])
    assert json.dumps(session.layout.root) == before
    (answer,) = [message for message in sent if message["type"] == "Precomputed"]
    return answer["tables"], answer["refused"]


def values_of(table, prop="children"):
    """Return `{values of the inputs: the new value of one prop}`."""
    found = {}
    for answer in table["answers"]:
        pairs = zip(table["inputs"], answer["positions"], strict=True)
        given = tuple(each["values"][at] for each, at in pairs)
        (change,) = answer["changes"]
        found[given] = change["props"][prop]
    return found


def test_all_combinations(app):
    @app.callback(
        Output("out", "children"),
        Input("letter", "value"),
        State("number", "value"),
        precompute=True,
    )
    def show(letter, number):
        return letter * number

    (table,), refused = compute(app)
    assert refused == []
    assert values_of(table) == {("a", 1): "a", ("a", 2): "aa", ("b", 1): "b", ("b", 2): "bb"}
    assert (table["callback"], table["inputCount"]) == ("out.children", 1)


def test_without_a_request_nothing_is_called(app):
    calls: list[object] = []
    app.callback(Output("out", "children"), Input("letter", "value"))(calls.append)
    before = len(calls)
    assert compute(app) == ([], [])
    assert len(calls) == before + 1  # the initial call


def test_an_input_of_many_values_keeps_its_own(app):
    @app.callback(
        Output("out", "children"),
        Input("letter", "value"),
        Input("text", "value"),
        precompute=True,
    )
    def show(letter, text):
        return letter + text

    (table,), _ = compute(app)
    assert values_of(table) == {("a", "x"): "ax", ("b", "x"): "bx"}


def test_a_value_outside_of_the_choices_counts_as_one(app):
    app.layout = html.Div([dcc.RadioItems(["a"], id="letter"), html.P(id="out")])
    app.callback(Output("out", "children"), Input("letter", "value"), precompute=True)(repr)
    (table,), _ = compute(app)
    assert values_of(table) == {("a",): "'a'", (None,): "None"}


def test_settings_name_functions(app):
    def show(letter):
        return letter

    app.callback(Output("out", "children"), Input("letter", "value"))(show)
    (table,), refused = compute(app, [f"{__name__}:show", "app:unknown"])
    assert values_of(table) == {("a",): "a", ("b",): "b"}
    assert refused == ["precompute names 'app:unknown', which is no callback of the app."]


def test_no_update_and_prevent_update_are_answers(app):
    @app.callback(Output("out", "children"), Input("letter", "value"), precompute=True)
    def show(letter):
        if letter == "b":
            raise PreventUpdate
        return letter

    (table,), refused = compute(app)
    assert [answer["changes"] for answer in table["answers"]][1] == []
    assert refused == []


def test_a_combination_that_fails_is_left_to_python_and_named(app):
    @app.callback(Output("out", "children"), Input("letter", "value"), precompute=True)
    def show(letter):
        return {"a": "fine"}[letter]

    (table,), (sentence,) = compute(app)
    assert values_of(table) == {("a",): "fine"}
    assert sentence.startswith("show (")
    assert "is left to Python for ('b')" in sentence
    assert "KeyError" in sentence


def both(*_):
    return "x"


def uses_context(_):
    return str(ctx.triggered_id)


def sets_props(_):
    set_props("text", {"value": "y"})
    return "x"


async def later(_):
    return "x"


def patches(_):
    return Patch()


UNFIT = {
    "the context": ({}, uses_context, "it uses ctx"),
    "set_props": ({}, sets_props, "it uses set_props"),
    "async": ({}, later, "it is async"),
    "patch": ({}, patches, "it returns a Patch"),
    "websocket": ({"websocket": True}, both, "it sends values while it runs"),
    "running": (
        {"running": [(Output("number", "disabled"), True, False)]},
        both,
        "it has `running` values",
    ),
}


@pytest.mark.parametrize(("options", "function", "why"), UNFIT.values(), ids=UNFIT)
def test_what_cannot_be_known_in_advance_is_said(app, options, function, why):
    given = Output("out", "children"), Input("letter", "value")
    app.callback(*given, precompute=True, prevent_initial_call=True, **options)(function)
    tables, (sentence,) = compute(app)
    assert tables == []
    assert sentence.startswith(f"{function.__name__} (")
    assert why in sentence
    assert sentence.endswith("its answers come from Python only.")


def test_inputs_that_have_no_small_set(app):
    app.callback(Output("out", "children"), Input("text", "value"), precompute=True)(repr)
    assert "none of its Inputs has a small number of values" in compute(app)[1][0]


def test_wildcards(app):
    app.layout = html.Div([dcc.Dropdown(["a"], id={"n": 1}), html.P(id="out")])
    app.callback(Output("out", "children"), Input({"n": ALL}, "value"), precompute=True)(repr)
    assert "it has a dictionary id" in compute(app)[1][0]


def test_an_input_that_another_callback_changes(app):
    app.callback(Output("letter", "value"), Input("number", "value"))(both)
    app.callback(Output("out", "children"), Input("letter", "value"), precompute=True)(repr)
    assert "another callback changes letter.value" in compute(app)[1][0]


def test_too_many_combinations_call_nothing(app):
    calls = []

    def show(letter, number):
        calls.append((letter, number))

    given = Output("out", "children"), Input("letter", "value"), Input("number", "value")
    app.callback(*given, precompute=True)(show)
    tables, (sentence,) = compute(app, max_calls=3)
    assert (tables, calls) == ([], [("a", 1)])
    assert "it would be called 4 times, the limit is 3 (precompute-calls)" in sentence


def test_a_component_that_is_not_on_the_page(app):
    app.config.suppress_callback_exceptions = True
    app.callback(Output("out", "children"), Input("gone", "value"), precompute=True)(repr)
    assert "some of its components are not on the page" in compute(app)[1][0]


COUNTER = [0]


def counts(_):
    COUNTER[0] += 1
    return COUNTER[0]


def rolls(_):
    return random.random()


@pytest.mark.parametrize(("function", "count"), [(both, 1), (counts, 0), (rolls, 0)])
def test_those_that_are_fit_are_those_that_give_the_same_twice(app, function, count):
    app.callback(Output("out", "children"), Input("letter", "value"))(function)
    tables, refused = compute(app, scope="fit")
    assert (len(tables), refused) == (count, [])


def test_a_page_that_is_not_rehearsed_cannot_ask(app):
    app.prepare()
    sent = []
    session = app.session(lambda text, _: sent.extend(json.loads(text)))
    request = {"functions": [], "scope": "named", "maxCalls": 1}
    session.receive([{"type": "Precompute", "seq": 1, **request}])
    (failure,) = [message for message in sent if message["type"] == "Failure"]
    assert "Precompute is for the rehearsal of a build" in failure["message"]


def test_all_callbacks_of_python(app):
    app.callback(Output("out", "children"), Input("letter", "value"))(both)
    given = Output("text", "value"), Input("number", "value")
    app.callback(*given, prevent_initial_call=True)(later)
    app.clientside_callback("value => value", Output("out", "title"), Input("letter", "value"))
    tables, (sentence,) = compute(app, scope="all")
    assert [table["callback"] for table in tables] == ["out.children"]
    assert sentence.startswith("later (")
