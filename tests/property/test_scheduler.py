"""The scheduler against its model, on random graphs: same calls, same triggers, same values."""

import json
from typing import Any

from dash import html
from hypothesis import given
from hypothesis import strategies as st

from pyrt.engine.call.context import ctx
from pyrt.model.callback import no_update
from pyrt.model.dependencies import ClientsideFunction, Input, Output
from pyrt.model.errors import PreventUpdate
from tests.support.fake_page import GONE, Page
from tests.support.scheduler_model import ERROR, NO_UPDATE, PREVENT, VALUE, Model, Rule

PROPS = [f"p{n}" for n in range(8)]


# A strategy is checked when it is first used, which takes longer than a draw: each is made once.
OWNERS = st.lists(st.integers(0, 6), min_size=len(PROPS), max_size=len(PROPS))
INPUTS = [st.lists(st.sampled_from(PROPS[:n]), unique=True, max_size=3) for n in range(1, 9)]
WHOLE = st.sampled_from([(PREVENT,), (ERROR,)])
SINGLE = st.sampled_from([VALUE, VALUE, NO_UPDATE])
ACTIONS = [
    st.lists(
        st.one_of(st.tuples(*[SINGLE] * n), st.tuples(*[SINGLE] * n), WHOLE), min_size=1, max_size=3
    )
    for n in range(len(PROPS))
]
PREVENTED = st.booleans()


@st.composite
def rules(draw, *, acyclic=False):
    """Up to seven callbacks, each prop written by at most one of them."""
    owners = draw(OWNERS)
    made = []
    for number in range(7):
        outputs = tuple(
            p for p, owner in zip(PROPS[1:], owners[1:], strict=True) if owner == number
        )
        if not outputs:
            continue
        before = PROPS.index(outputs[0]) if acyclic else len(PROPS)
        inputs = draw(INPUTS[before - 1])
        actions = draw(ACTIONS[len(outputs)])
        prevented = bool(inputs) and draw(PREVENTED)
        made.append(Rule(f"c{number}_", tuple(inputs), outputs, prevented, tuple(actions)))
    return made


edits = st.lists(
    st.dictionaries(st.sampled_from(PROPS), st.integers(0, 9), min_size=1, max_size=3), max_size=4
)


def layout():
    return html.Div([html.Div(id=prop) for prop in PROPS])


def dependencies(rule):
    return (
        [Output(p, "children") for p in rule.outputs],
        [Input(p, "children") for p in rule.inputs],
    )


def read_values(page):
    return {prop: page[prop, "children"] for prop in PROPS}


@given(rules(), edits)
def test_python_callbacks_run_as_the_model_says(callbacks, changes):
    """S-63 to S-77, S-84, S-111; functions are called one by one, in the order of their start."""
    page, log = Page(layout()), []

    def add(rule):
        counts = iter(range(1000))

        def function(*values):
            call = next(counts)
            triggered = tuple(t["prop_id"].partition(".")[0] for t in ctx.triggered or [])
            log.append((rule.name, triggered, values))
            action = rule.act(call)
            if PREVENT in action:
                raise PreventUpdate
            if ERROR in action:
                raise ValueError(rule.name)
            return [f"{rule.name}{call}" if a == VALUE else no_update for a in action]

        page.callback(*dependencies(rule), prevent_initial_call=rule.prevented)(function)

    for rule in callbacks:
        add(rule)
    model = Model(callbacks, dict.fromkeys(PROPS))

    def run(called=0):
        expected = []
        while called < len(model.started):
            request = model.started[called]
            called += 1
            if request in model.running:
                model.call(request)
                expected.append((request.rule.name, tuple(request.changed), request.values))
                model.complete(request)
        assert log == expected
        assert read_values(page) == model.values
        page.assert_quiet()
        log.clear()
        model.started.clear()

    page.open()
    model.load()
    run()
    for change in changes:
        page.change(*[(prop, {"children": value}) for prop, value in change.items()])
        model.edit(change)
        run()


@given(rules(), edits, st.data())
def test_callbacks_that_take_their_time_run_as_the_model_says(callbacks, changes, data):
    """S-63 to S-81, S-97: the page calls them, and answers in any order, edits in between."""
    page = Page(layout())
    by_name = {rule.name: rule for rule in callbacks}
    for rule in callbacks:
        page.clientside_callback(
            ClientsideFunction("ns", rule.name),
            *dependencies(rule),
            prevent_initial_call=rule.prevented,
        )
    model = Model(callbacks, dict.fromkeys(PROPS))
    waiting: list[tuple[Any, Any]] = []

    def compare():
        new, model.started = model.started, []
        calls = [m for m in page.take_messages() if m["type"] == "CallClientside"]
        for request in new:
            model.call(request)
        assert [describe(page, call) for call in calls] == [
            (r.rule.name, r.changed, r.values) for r in new
        ]
        waiting.extend(zip(calls, new, strict=True))
        assert read_values(page) == model.values

    page.open()
    model.load()
    compare()
    changes = list(changes)
    while changes or waiting:
        if changes and data.draw(st.booleans() if waiting else st.just(value=True)):
            change = changes.pop()
            page.change(*[(prop, {"children": value}) for prop, value in change.items()])
            model.edit(change)
        else:
            call, request = waiting.pop(data.draw(st.integers(0, len(waiting) - 1)))
            answer(page, call, request, by_name[request.rule.name].act(request.call))
            model.complete(request)
        compare()
    assert page.session.scheduler.quiet
    assert page.session.scheduler._running == 0


def describe(page, call):
    triggered = [t["propId"].partition(".")[0] for t in call["triggered"]]
    return call["function"]["name"], triggered, tuple(page._read(i) for i in call["inputs"])


def answer(page, call, request, action):
    if PREVENT in action:
        page.send("ClientsideResult", run=call["run"], outcome="prevented")
    elif ERROR in action:
        page.send("ClientsideResult", run=call["run"], outcome="error", error={"message": "no"})
    else:
        values = [f"{request.rule.name}{request.call}" if a == VALUE else GONE for a in action]
        for output, value in zip(call["outputs"], values, strict=True):
            page.kept[output["id"], output["property"]] = value
        entries = [{"noUpdate": True} if v is GONE else {"value": v} for v in values]
        page.send("ClientsideResult", run=call["run"], outcome="value", values=entries)


@given(rules(acyclic=True), edits)
def test_quiet_is_reached_and_each_callback_runs_once_per_change_of_its_inputs(callbacks, changes):
    """S-72: without cycles, no callback runs twice for one edit, or gets an outdated input."""
    page, shown = Page(layout()), []
    for rule in callbacks:

        def function(*values, rule=rule):
            shown.append((rule, values))
            return [f"{rule.name}{json.dumps(values)}"[:50]] * len(rule.outputs)

        function.__name__ = rule.name
        page.callback(*dependencies(rule))(function)
    page.open()
    for change in changes:
        page.take_calls()
        shown.clear()
        page.change(*[(prop, {"children": value}) for prop, value in change.items()])
        page.assert_quiet()
        calls = page.take_calls()
        assert len(calls) == len(set(calls))
        values = read_values(page)
        for rule, seen in shown:
            assert seen == tuple(values[prop] for prop in rule.inputs)


@given(rules(acyclic=True), edits, st.randoms())
def test_the_order_of_registration_does_not_change_what_is_shown(callbacks, changes, random):
    """Where no output is shared: functions of their inputs give one layout, in any order."""

    def final(registered):
        page = Page(layout())
        for rule in registered:

            def function(*values, rule=rule):
                return [f"{rule.name}{hash(values) % 1000}"] * len(rule.outputs)

            page.callback(*dependencies(rule))(function)
        page.open()
        for change in changes:
            page.change(*[(prop, {"children": value}) for prop, value in change.items()])
        return read_values(page)

    shuffled = list(callbacks)
    random.shuffle(shuffled)
    assert final(callbacks) == final(shuffled)
