"""S-50 to S-54: requests of the callback protocol, answered without a page."""

import asyncio
import json
import warnings

import numpy as np
import plotly.graph_objects as go
import pytest
from dash import html

from pyrt.calls.call import CallOptions, UnknownCallback, prepare
from pyrt.engine.call.context import ctx, set_props
from pyrt.model import environment
from pyrt.model.callback import CallbackRegistry, no_update
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.environment import Environment
from pyrt.model.errors import InvalidCallbackReturnValue, PreventUpdate, ProtocolError
from pyrt.model.ids import ALL, MATCH
from pyrt.model.patch import Patch


@pytest.fixture
def app():
    return CallbackRegistry()


def entry(component_id, prop, *value):
    return {"id": component_id, "property": prop, **({"value": value[0]} if value else {})}


def request(output="out.children", outputs=None, inputs=(), changed=(), **more):
    """Return a request; by default for one Output `out.children` and any Inputs."""
    if outputs is None and output == "out.children":
        outputs = entry("out", "children")
    return {
        "output": output,
        "outputs": outputs,
        "inputs": list(inputs),
        "changedPropIds": list(changed),
        **more,
    }


def body_of(call):
    return json.loads(call.run().body())


def test_a_request_is_answered_as_a_dash_server_would(app):
    """S-50, S-54."""

    @app.callback(Output("out", "children"), Input("a", "value"), State("b", "data"))
    def show(value, data):
        return f"{value} {data}"

    call = prepare(
        app,
        request(
            inputs=[entry("a", "value", 1)],
            state=[entry("b", "data", {"x": 2})],
            changed=["a.value"],
        ),
    )
    assert not call.is_async
    assert body_of(call) == {"multi": True, "response": {"out": {"children": "1 {'x': 2}"}}}


def test_a_value_that_is_not_in_the_request_is_none(app):
    """S-51: a prop that was never set."""
    app.callback(Output("out", "children"), Input("a", "value"))(repr)
    answer = prepare(app, request(inputs=[entry("a", "value")])).run()
    assert json.loads(answer.body())["response"]["out"]["children"] == "None"


def test_outputs_with_allow_duplicate_are_answered_without_their_hash(app):
    """S-54."""

    @app.callback(
        Output("out", "children", allow_duplicate=True),
        Input("a", "value"),
        prevent_initial_call=True,
    )
    def show(value):
        return value

    (callback,) = app
    prop = callback.callback_id.partition(".")[2]
    assert "@" in prop
    given = request(callback.callback_id, entry("out", prop), inputs=[entry("a", "value", "x")])
    assert body_of(prepare(app, given))["response"] == {"out": {"children": "x"}}


def test_outputs_keep_their_order_and_no_update_is_left_out(app):
    """S-52, S-54."""
    app.callback(Output("b", "x"), Output("a", "y"), Output("c", "z"), Input("in", "v"))(
        lambda _: (1, 2, no_update)
    )
    given = request(
        "..b.x...a.y...c.z..",
        [entry("b", "x"), entry("a", "y"), entry("c", "z")],
        [entry("in", "v", 1)],
    )
    answer = prepare(app, given).run()
    assert list(answer.response) == ["b", "a"]
    assert answer.body() == '{"multi":true,"response":{"b":{"x":1},"a":{"y":2}}}'


def test_wildcards_are_answered_by_the_ids_of_the_request(app):
    """S-50: a list for ALL; MATCH is whatever component the page means."""

    @app.callback(
        Output({"type": "row", "index": MATCH}, "children"),
        Input({"type": "cell", "index": MATCH, "column": ALL}, "value"),
    )
    def total(values):
        assert ctx.triggered_id == {"type": "cell", "index": 3, "column": "b"}
        assert ctx.outputs_list == {"id": {"type": "row", "index": 3}, "property": "children"}
        return sum(values)

    cells = [
        entry({"type": "cell", "index": 3, "column": name}, "value", value)
        for name, value in [("a", 1), ("b", 2)]
    ]
    given = request(
        '{"index":["MATCH"],"type":"row"}.children',
        entry({"type": "row", "index": 3}, "children"),
        [cells],
        ['{"column":"b","index":3,"type":"cell"}.value'],
    )
    assert body_of(prepare(app, given))["response"] == {'{"index":3,"type":"row"}': {"children": 3}}


def test_a_list_of_outputs_gets_a_list_of_values(app):
    app.callback(Output({"i": ALL}, "children"), Input("n", "v"))(lambda n: [n, no_update])
    given = request(
        '{"i":["ALL"]}.children',
        [entry({"i": 1}, "children"), entry({"i": 2}, "children")],
        [entry("n", "v", 7)],
    )
    assert body_of(prepare(app, given))["response"] == {'{"i":1}': {"children": 7}}


def test_the_context_is_whole(app):
    """S-110: also without a page."""

    @app.callback(
        {"text": Output("out", "children")}, {"a": Input("a", "value"), "b": State("b", "value")}
    )
    def show(a, b):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            assert ctx.inputs_list == [{"id": "a", "property": "value", "value": a}]
            assert ctx.states_list == [{"id": "b", "property": "value", "value": b}]
        assert ctx.triggered == [{"prop_id": "a.value", "value": a}]
        assert ctx.args_grouping.a.triggered is True
        assert ctx.outputs_grouping == {"text": {"id": "out", "property": "children"}}
        assert ctx.inputs == {"a.value": 1}
        assert ctx.websocket is None
        ctx.response.set_cookie("seen", "yes")
        return {"text": "fine"}

    given = request(
        "..out.children..",
        [entry("out", "children")],
        [entry("a", "value", 1)],
        ["a.value"],
        state=[entry("b", "value", 2)],
    )
    answer = prepare(app, given).run()
    assert answer.error is None
    assert answer.cookies == ["seen=yes; path=/"]


def test_each_call_has_an_environment_of_its_own(app):
    """S-113, on a server: cookies are those of the request."""

    @app.callback(Output("out", "children"), Input("a", "value"))
    async def show(value):
        await asyncio.sleep(0)
        return ctx.cookies["name"]

    async def both():
        calls = [
            prepare(
                app,
                request(inputs=[entry("a", "value", 1)]),
                environment=Environment(cookie=f"name={name}"),
            )
            for name in ("one", "two")
        ]
        return await asyncio.gather(*(call.run_async() for call in calls))

    one, two = asyncio.run(both())
    assert one.response["out"]["children"] == "one"
    assert two.response["out"]["children"] == "two"
    assert environment.current().cookie == ""


def test_an_async_function_runs_on_the_loop_or_on_one_of_its_own(app):
    """S-130."""

    @app.callback(Output("out", "children"), Input("a", "value"))
    async def show(value):
        await asyncio.sleep(0)
        set_props("bar", {"value": 1})
        return value

    call = prepare(app, request(inputs=[entry("a", "value", 5)]))
    assert call.is_async
    expected = '{"multi":true,"response":{"out":{"children":5}},"sideUpdate":{"bar":{"value":1}}}'
    assert call.run().body() == expected
    again = prepare(app, request(inputs=[entry("a", "value", 5)]))
    assert asyncio.run(again.run_async()).body() == expected


def test_a_cancelled_call_is_cancelled_in_the_function(app):
    seen = []
    begun = asyncio.Event()

    @app.callback(Output("out", "children"), Input("a", "value"))
    async def show(value):
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def start_and_cancel():
        call = prepare(app, request(inputs=[entry("a", "value", 5)]))
        task = asyncio.create_task(call.run_async())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(start_and_cancel())
    assert seen == ["cancelled"]


def test_prevent_update_drops_set_props_and_an_error_is_reported(app):
    """S-52, S-62."""

    @app.callback(Output("out", "children"), Input("a", "value"))
    def show(value):
        set_props("bar", {"value": 1})
        if value:
            raise PreventUpdate
        raise ValueError("no value")

    prevented = prepare(app, request(inputs=[entry("a", "value", 1)])).run()
    assert (prevented.outcome, prevented.side_update) == ("prevented", {})
    failed = prepare(app, request(inputs=[entry("a", "value", 0)])).run()
    assert failed.outcome == "error"
    assert isinstance(failed.error, ValueError)
    assert failed.report is not None
    assert failed.report.title == "Callback error updating out.children"
    assert failed.report.message == "ValueError: no value"


def test_the_error_handler_of_the_app_is_called(app):
    """S-119."""

    @app.callback(Output("out", "children"), Input("a", "value"))
    def show(_):
        raise ValueError("no value")

    options = CallOptions(on_error=lambda error: f"handled: {error}")
    call = prepare(app, request(inputs=[entry("a", "value", 1)]), options=options)
    assert body_of(call)["response"]["out"]["children"] == "handled: no value"


def test_a_wrong_result_is_an_error_that_says_so(app):
    """S-61."""
    app.callback(Output("out", "children"), Input("a", "value"))(lambda _: {1, 2})
    answer = prepare(app, request(inputs=[entry("a", "value", 1)])).run()
    assert isinstance(answer.error, InvalidCallbackReturnValue)


def test_a_callback_without_outputs_needs_none_in_the_request(app):
    """S-7."""

    @app.callback(Input("a", "value"))
    def note(value):
        set_props("log", {"children": value})

    (callback,) = app
    given = {"output": callback.callback_id, "inputs": [entry("a", "value", 1)]}
    assert body_of(prepare(app, given)) == {
        "multi": True,
        "response": {},
        "sideUpdate": {"log": {"children": 1}},
    }


def test_updates_are_streamed_in_order_where_there_is_a_stream(app):
    """S-91, S-122."""

    @app.callback(
        Output("out", "children"),
        Input("a", "value"),
        background=True,
        progress=[Output("bar", "value"), Output("bar", "max")],
    )
    def work(set_progress, value):
        set_progress((1, 10))
        set_props("log", {"children": "half"})
        set_progress((2, 10))
        return value

    shown: list[object] = []
    call = prepare(app, request(inputs=[entry("a", "value", 1)]), stream=shown.append)
    answer = call.run()
    assert answer.side_update == {}
    assert shown == [
        {"bar": {"value": 1, "max": 10}},
        {"log": {"children": "half"}},
        {"bar": {"value": 2, "max": 10}},
    ]


def test_results_are_encoded_as_everywhere(app):
    """S-100, R-65: components, patches and figures; arrays in plotly's own form of JSON."""

    @app.callback(Output("fig", "figure"), Output("out", "children"), Input("a", "value"))
    def draw(_):
        patch = Patch()
        patch.append(html.B("x"))
        return go.Figure(go.Scatter(y=np.arange(1000.0))), patch

    given = request(
        "..fig.figure...out.children..",
        [entry("fig", "figure"), entry("out", "children")],
        [entry("a", "value", 1)],
    )
    response = body_of(prepare(app, given))["response"]
    assert response["fig"]["figure"]["data"][0]["y"]["dtype"] == "f8"
    assert len(response["fig"]["figure"]["data"][0]["y"]["bdata"]) > 8000
    (step,) = response["out"]["children"]["operations"]
    assert step["params"]["value"]["type"] == "B"


def test_a_number_in_the_order_of_registration_tells_callbacks_of_one_name_apart(app):
    """S-9: callbacks without Output that have the same Inputs have the same name."""
    called = []
    for name in ("first", "second"):
        app.callback(Input("a", "value"))(lambda _, name=name: called.append(name))
    (first, second) = app
    assert first.callback_id == second.callback_id
    given = {"output": first.callback_id, "inputs": [entry("a", "value", 1)]}
    prepare(app, given, index=0).run()
    prepare(app, given, index=1).run()
    prepare(app, given).run()
    assert called == ["first", "second", "second"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"output": 7}, "the name of its output"),
        ({"output": "other.children"}, "no Python callback for 'other.children'"),
        ({"inputs": []}, "has 1 inputs"),
        ({"inputs": "abc"}, "has 1 inputs"),
        ({"inputs": ["abc"]}, "must be an object"),
        ({"inputs": [entry("b", "value", 1)]}, "another id"),
        ({"inputs": [entry({"a": 1}, "value", 1)]}, "another id"),
        ({"inputs": [entry("a", "data", 1)]}, "another property"),
        ({"outputs": None}, "must be an object"),
        ({"outputs": [entry("out", "children")]}, "must be an object"),
        ({"outputs": entry("secret", "children")}, "another id"),
        ({"changedPropIds": [1]}, "list of strings"),
        ({"changedPropIds": "a.value"}, "list of strings"),
        ({"state": [entry("a", "value", 1)]}, "has 0 state"),
    ],
)
def test_a_request_that_does_not_fit_is_refused_and_nothing_is_called(app, change, message):
    """S-50."""
    called: list[object] = []
    app.callback(Output("out", "children"), Input("a", "value"))(called.append)
    given = {**request(inputs=[entry("a", "value", 1)]), **change}
    with pytest.raises(ProtocolError, match=message):
        prepare(app, given).run()
    assert called == []


@pytest.mark.parametrize(
    "component_id", [{"i": ["ALL"]}, {"i": 1, "j": 2}, {"i": None}, {"i": {"x": 1}}, "i", 1, None]
)
def test_an_id_that_does_not_fit_a_pattern_is_refused(app, component_id):
    """S-12."""
    app.callback(Output("out", "children"), Input({"i": ALL}, "value"))(len)
    given = request(inputs=[[entry(component_id, "value", 1)]])
    with pytest.raises(ProtocolError, match="another id"):
        prepare(app, given)


def test_no_request_calls_a_clientside_function(app):
    app.clientside_callback("x => x", Output("out", "children"), Input("a", "value"))
    with pytest.raises(UnknownCallback):
        prepare(app, request(inputs=[entry("a", "value", 1)]))
    with pytest.raises(UnknownCallback):
        prepare(app, request(inputs=[entry("a", "value", 1)]), index=0)
    with pytest.raises(UnknownCallback):
        prepare(app, request(inputs=[entry("a", "value", 1)]), index=1)


@pytest.mark.parametrize("given", [None, [], "x", 1])
def test_what_is_no_request_is_refused(app, given):
    with pytest.raises(ProtocolError, match="is an object"):
        prepare(app, given)


def test_an_optional_input_may_be_missing(app):
    """S-41."""
    app.callback(
        Output("out", "children"),
        Input("a", "value", allow_optional=True),
        Input({"i": MATCH}, "value", allow_optional=True),
    )(lambda *values: repr(values))
    missing = entry({"i": ["MATCH"]}, "value", None)
    for given in ([None, None], [entry("a", "value", None), missing]):
        answer = prepare(app, request(inputs=given)).run()
        assert json.loads(answer.body())["response"]["out"]["children"] == "(None, None)"
