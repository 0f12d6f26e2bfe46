"""Local callbacks: which ones the page may call without Python, and how results are applied."""

import json

import pytest
from dash import html

from pyrt.engine.call.context import ctx
from pyrt.model.callback import CallbackRegistry
from pyrt.model.dependencies import ClientsideFunction, Input, Output, State
from pyrt.model.ids import MATCH
from pyrt.model.local import FIRST_LOCAL_RUN, callback_table, find_local
from tests.support.fake_page import Page


def javascript(registry, source, target, **options):
    function = ClientsideFunction("ns", target)
    inputs = [Input(name, "title") for name in source.split(",")]
    registry.clientside_callback(function, Output(target, "title"), *inputs, **options)


def python(registry, source, target):
    @registry.callback(Output(target, "title"), Input(source, "title"))
    def follow(value):
        return value


def names(callbacks):
    return [callback.clientside.function_name for callback in callbacks]


def test_what_only_the_page_changes_is_local_in_an_order_to_call_it():
    registry = CallbackRegistry()
    javascript(registry, "b", "c")
    javascript(registry, "a", "b")
    assert names(find_local(list(registry))) == ["b", "c"]


def test_what_python_writes_is_not_local_nor_what_follows_it():
    """S-71: such a callback may have to wait for Python."""
    registry = CallbackRegistry()
    python(registry, "a", "b")
    javascript(registry, "a,b", "c")
    javascript(registry, "c", "d")
    javascript(registry, "a", "e")
    assert names(find_local(list(registry))) == ["e"]


def test_what_follows_a_callback_that_is_not_local_is_not_either_however_far():
    """S-71."""
    registry = CallbackRegistry()
    javascript(registry, "d", "e")
    python(registry, "a", "b")
    javascript(registry, "c", "d")
    javascript(registry, "b", "c")
    assert find_local(list(registry)) == []


def test_wildcards_cycles_and_callbacks_without_outputs_are_left_to_the_engine():
    """S-73."""
    registry = CallbackRegistry()
    javascript(registry, "a", "b")
    javascript(registry, "b", "a")
    function = ClientsideFunction("ns", "f")
    registry.clientside_callback(function, Input("x", "title"))
    registry.clientside_callback(
        function, Output({"i": MATCH}, "title"), Input({"i": MATCH}, "lang")
    )
    assert find_local(list(registry)) == []


def test_the_table_of_the_page_says_how_to_call_a_local_callback():
    registry = CallbackRegistry()
    javascript(registry, "a", "b")
    (entry,) = callback_table(registry)
    (callback,) = registry
    outputs = {"id": "b", "property": "title"}
    assert entry["local"] == {"index": callback.index, "order": 0, "outputs": outputs}
    json.dumps(entry)


def page_with(*links):
    """A page where JavaScript makes `b` of `a`, and Python runs as said: `"b->c"`."""
    page = Page(html.Div([html.Div(id=name) for name in "abcd"]))
    javascript(page.registry, "a", "b", prevent_initial_call=True)
    for link in links:
        *sources, target = link.replace("->", ",").split(",")

        def follow(*values):
            return "+".join(map(str, values))

        follow.__name__ = target
        inputs = [Input(name, "title") for name in sources]
        page.callback(Output(target, "title"), *inputs, prevent_initial_call=True)(follow)
    page.open()
    page.take_messages()
    return page


def local_run(page, number=0, **result):
    callback = next(c for c in page.registry if c.clientside)
    return {
        "type": "LocalRun",
        "seen": 0,
        "seq": page.seq,
        "callbackIndex": callback.index,
        "run": FIRST_LOCAL_RUN + number,
        "changed": [{"id": "a", "property": "title"}],
        **result,
    }


def edit(page, value, *runs, taken=None):
    """The user changes `a`; the page has called (or begun to call) what makes `b` of it."""
    page.seq += 1
    page.find("a")["props"]["title"] = value
    if taken is None:
        taken = [run["callbackIndex"] for run in runs]
    change = {"path": [], "id": "a", "props": {"title": value}, "origin": "internal"}
    message = {"type": "SetProps", "seq": page.seq, "seen": page.seen, "changes": [change]}
    batch = [{**message, "taken": taken}, *({**run, "seq": page.seq} for run in runs)]
    page.session.receive_text(json.dumps(batch))


def test_the_engine_takes_the_result_and_calls_its_consumers_but_not_the_callback():
    """S-97: and the page does not get values that it has."""
    page = page_with("b->c")
    page.find("b")["props"]["title"] = "B"
    edit(page, "x", local_run(page, outcome="value", values=[{"value": "B"}]))
    assert page.take_calls() == ["c"]
    assert page.of_type("CallClientside") == []
    assert [update["changes"][0]["id"] for update in page.of_type("Update")] == ["c"]
    assert page["b", "title"] == "B"
    assert page["c", "title"] == "B"


def test_a_consumer_of_both_runs_once_with_both():
    """S-72: the diamond, with one side in the page."""
    page = page_with("a,b->d")
    page.find("b")["props"]["title"] = "B"
    edit(page, "x", local_run(page, outcome="value", values=[{"value": "B"}]))
    assert page.take_calls() == ["d"]
    assert page["d", "title"] == "x+B"


def test_a_consumer_waits_for_a_promise_of_the_page():
    """S-71, S-94: the page has begun, and answers later."""
    page = page_with("a,b->d")
    run = local_run(page)
    edit(page, "x", run)
    assert page.take_calls() == []
    page.find("b")["props"]["title"] = "late"
    page.send("ClientsideResult", run=run["run"], outcome="value", values=[{"value": "late"}])
    assert page.take_calls() == ["d"]
    assert page["d", "title"] == "x+late"
    page.assert_quiet()


def test_a_newer_run_of_the_page_makes_the_engine_ignore_the_older():
    """S-77."""
    page = page_with("b->c")
    first, second = local_run(page), local_run(page, 1)
    edit(page, "x", first)
    edit(page, "y", second)
    page.find("b")["props"]["title"] = "new"
    page.send("ClientsideResult", run=second["run"], outcome="value", values=[{"value": "new"}])
    page.send("ClientsideResult", run=first["run"], outcome="value", values=[{"value": "old"}])
    assert page["b", "title"] == "new"
    assert page.take_calls() == ["c"]
    assert page.session.scheduler.quiet


def test_an_error_of_the_page_is_reported_and_calls_no_callback():
    """S-62, S-96."""
    page = page_with("b->c")
    error = {"message": "boom", "stack": "at f"}
    edit(page, "x", local_run(page, outcome="error", error=error))
    assert page.failures == ["Callback error updating b.title via clientside function ns.b"]
    assert page.take_calls() == []


def test_a_run_that_means_nothing_is_one_report_and_changes_nothing():
    page = page_with("b->c")
    run = local_run(page, outcome="value", values=[{"value": "B"}])
    edit(page, "x", {**run, "callbackIndex": 999_999_999})
    edit(page, "y", {**run, "run": 1})
    assert len(page.failures) == 2
    assert page["b", "title"] is None
    assert page.take_calls() == []


def test_state_of_a_local_callback_is_no_reason_to_wait():
    """S-71: States are not considered."""
    registry = CallbackRegistry()
    python(registry, "a", "b")
    registry.clientside_callback(
        ClientsideFunction("ns", "f"),
        Output("c", "title"),
        Input("d", "title"),
        State("b", "title"),
    )
    assert names(find_local(list(registry))) == ["f"]


def chat_page(python_first):
    """JavaScript clears `b` at each change of `a`, and Python reads `b` as State at the same."""
    page = Page(html.Div([html.Div(id=name) for name in "abcd"]))

    def clear():
        javascript(page.registry, "a", "b", prevent_initial_call=True)

    if not python_first:
        clear()

    @page.callback(Output("c", "title"), Input("a", "title"), State("b", "title"))
    def read(value, state):
        return f"{value} {state}"

    if python_first:
        clear()
    page.open()
    page.set("b", title="hello")
    page.take_messages()
    page.take_calls()
    return page


@pytest.mark.parametrize("python_first", [True, False])
def test_state_is_what_it_was_at_the_trigger(python_first):
    """S-51: a local callback of the same trigger has written it meanwhile; later calls see that."""
    page = chat_page(python_first)
    page.find("b")["props"]["title"] = ""
    edit(page, "x", local_run(page, outcome="value", values=[{"value": ""}]))
    assert page["c", "title"] == "x hello"
    assert page["b", "title"] == ""
    page.find("b")["props"]["title"] = "again"
    edit(page, "y", local_run(page, 1, outcome="value", values=[{"value": "again"}]))
    assert page["c", "title"] == "y "
    assert page.session.scheduler.quiet


def test_state_of_a_call_that_the_page_is_asked_for_is_what_it_was_at_the_trigger():
    """S-51, S-98: the page shows the newer value, so the engine sends the older one along."""
    page = page_with()
    page.clientside_callback(
        ClientsideFunction("ns", "late"),
        Output("d", "title"),
        Input("a", "title"),
        State("b", "title", allow_optional=True),  # so it is not local
        State("c", "title"),
        prevent_initial_call=True,
    )
    page.open()
    page.set("b", title="hello")
    page.take_messages()
    page.find("b")["props"]["title"] = ""
    run = local_run(page, outcome="value", values=[{"value": ""}])
    edit(page, "x", run)
    (call,) = page.of_type("CallClientside")
    assert call["inputs"] == [{"id": "a", "property": "title"}]
    assert call["state"] == [
        {"id": "b", "property": "title", "before": ["hello"]},
        {"id": "c", "property": "title"},
    ]


def test_results_of_one_round_are_applied_together():
    """S-72, S-83: what one result calls sees the others of its round, and none of the next."""
    page = Page(html.Div([html.Div(id=name) for name in "abcdefg"]))
    javascript(page.registry, "a", "b", prevent_initial_call=True)
    javascript(page.registry, "a", "c", prevent_initial_call=True)
    javascript(page.registry, "b", "d", prevent_initial_call=True)
    states = [State(name, "title") for name in "bcd"]
    for source, target in ("ae", "bf"):

        def read(*values):
            return "+".join(map(str, values))

        inputs = Input(source, "title")
        page.callback(Output(target, "title"), inputs, *states, prevent_initial_call=True)(read)
    page.open()
    b, c, d = (callback.index for callback in list(page.registry)[:3])
    runs = [
        {
            **local_run(page, number, outcome="value", values=[{"value": f"{name}1"}]),
            "callbackIndex": index,
            "changed": [{"id": source, "property": "title"}],
            "taken": [d] if name == "b" else [],
        }
        for number, (name, index, source) in enumerate(
            [("b", b, "a"), ("c", c, "a"), ("d", d, "b")]
        )
    ]
    for name in "bcd":
        page.find(name)["props"]["title"] = f"{name}1"
    edit(page, "x", *runs, taken=[b, c])
    assert page["e", "title"] == "x+None+None+None"
    assert page["f", "title"] == "b1+b1+c1+None"
    assert page.session.scheduler.quiet


def test_what_python_has_set_meanwhile_is_not_lost_behind_an_older_call_of_the_page():
    """S-77: the page called it before it saw what `set_props` wrote, so it is called once more.

    The page's message comes later than the run that the engine has started for the new value.
    """
    page = Page(html.Div([html.Div(id=name, title="old") for name in ("a", "m", "b", "go")]))
    page.clientside_callback(
        ClientsideFunction("ns", "join"),
        Output("b", "title"),
        Input("a", "title"),
        Input("m", "title"),
        prevent_initial_call=True,
    )

    @page.callback(Input("go", "title"), prevent_initial_call=True)
    def python(_):
        ctx.set_props("m", {"title": "new"})

    page.open()
    page.set("go", title="x")
    (first,) = page.of_type("CallClientside")
    join = next(c.index for c in page.registry if c.clientside)
    assert page.of_type("Status")[-1]["local"] == [join], "the page leaves to it what depends on b"
    page.find("b")["props"]["title"] = "y old"
    page.seen = 0  # it has not been told of m when it calls the function
    run = local_run(page, outcome="value", values=[{"value": "y old"}])
    edit(page, "y", {**run, "callbackIndex": join})
    assert page["b", "title"] == "y old"
    again = page.of_type("CallClientside")[-1]
    assert again["run"] != first["run"]
    assert again["triggered"] == [{"propId": "m.title"}]
    page.answer(first, "x new")
    assert page["b", "title"] == "y old", "overtaken"
    page.answer(again, "y new")
    assert page["b", "title"] == "y new"
    assert "local" not in page.of_type("Status")[-1]
    assert page.session.scheduler.quiet


def test_a_call_of_the_page_that_knows_all_values_replaces_the_run_of_the_engine():
    """S-77."""
    page = Page(html.Div([html.Div(id=name, title="old") for name in ("a", "b", "go")]))
    page.clientside_callback(
        ClientsideFunction("ns", "copy"), Output("b", "title"), Input("a", "title")
    )

    page.open()
    (first,) = page.of_type("CallClientside")
    page.find("b")["props"]["title"] = "y"
    edit(page, "y", local_run(page, outcome="value", values=[{"value": "y"}]))
    assert page.of_type("CallClientside") == [first]
    page.answer(first, "old")
    assert page["b", "title"] == "y"
    assert page.session.scheduler.quiet
