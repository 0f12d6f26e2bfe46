"""S-34, S-35, S-83, S-181, docs/wire.md: the messages of one page, also when they interleave."""

import asyncio
import json

import pytest
from dash import dcc, html

from pyrt.engine.call.context import set_props
from pyrt.model.component import ComponentRegistry
from pyrt.model.dependencies import Input, Output, State
from tests.support.fake_page import Page


def abc(**config):
    return Page(html.Div([html.Div(id=name) for name in "abc"]), **config)


def follow(page, source="a", target="b"):
    page.callback(Output(target, "title"), Input(source, "title"), prevent_initial_call=True)(
        lambda value: f"{target} {value}"
    )


def test_a_click_costs_two_batches():
    page = abc()
    follow(page)
    page.open()
    page.take_messages()
    page.batches = 0
    page.set("a", title="x")
    assert page.batches == 2
    assert [message["type"] for message in page.messages] == [
        "RunStarted",
        "Status",
        "Update",
        "RunEnded",
        "Status",
    ]


def test_an_edit_without_consumers_is_acknowledged_and_calls_no_callback():
    page = abc()
    page.open()
    page.take_messages()
    page.set("a", title="x")
    assert page.messages == [{"type": "Status", "seq": 2, "pending": 0}]
    assert page["a", "title"] == "x"


def test_the_first_layout_is_served_before_anything_runs():
    page = abc()
    page.callback(Output("b", "title"), Input("a", "title"))(lambda _: "initial")
    page.open()
    assert [message["type"] for message in page.messages][:2] == ["Layout", "RunStarted"]
    assert page["b", "title"] == "initial"


def test_the_app_is_told_when_the_layout_is_there_and_before_anything_runs():
    order: list[str] = []
    page = abc(loaded=lambda: order.append("loaded"))
    page.callback(Output("b", "title"), Input("a", "title"))(lambda _: order.append("run"))
    page.open()
    assert order == ["loaded", "run"]


def test_a_layout_may_be_a_list_or_made_by_a_function():
    """S-161, S-181: each load of the page has a fresh one."""
    made = []

    def layout():
        made.append(1)
        return [html.Div(id="a", title=str(len(made))), "text"]

    page = Page(layout)
    page.open()
    assert page["a", "title"] == "1"
    assert page.mirror[1] == "text"
    page.set("a", title="changed")
    page.send("Reload")
    assert page["a", "title"] == "2"


def test_a_layout_function_that_fails_is_reported():
    page = Page(lambda: 1 / 0)
    page.open()
    (failure,) = page.of_type("Failure")
    assert (failure["kind"], failure["title"]) == ("layout", "Error loading layout")
    assert "1 / 0" in failure["traceback"]
    assert page.of_type("Layout") == []
    page.set("a", title="x")


def test_after_a_reload_results_of_old_runs_are_dropped():
    """S-181."""

    async def scenario():
        page = abc()
        gates = []

        @page.callback(Output("b", "title"), Input("a", "title"), prevent_initial_call=True)
        async def slow(_):
            gates.append(asyncio.get_running_loop().create_future())
            try:
                await gates[-1]
            except asyncio.CancelledError:
                set_props("c", {"title": "late"})
                return "late"
            return "in time"

        page.open()
        page.set("a", title="x")
        await asyncio.sleep(0)
        page.send("Reload")
        await page.session.settled()
        await asyncio.sleep(0.001)
        assert page["b", "title"] is None
        assert page["c", "title"] is None
        page.set("a", title="x")
        await asyncio.sleep(0)
        gates[-1].set_result(None)
        await page.session.settled()
        assert page["b", "title"] == "in time"

    asyncio.run(scenario())


def test_a_page_may_be_reloaded_while_a_function_is_suspended():
    """S-181: what the old page still had to call is not called, and results go nowhere."""
    page = abc()

    @page.callback(Output("b", "title"), Input("a", "title"), prevent_initial_call=True)
    def outer(value):
        if value == 1:
            page.send("Reload")
        return value

    @page.callback(Output("c", "title"), Input("a", "title"), prevent_initial_call=True)
    def other(value):
        return value

    page.open()
    page.set("a", title=1)
    assert page.take_calls() == ["outer"]
    assert page["b", "title"] is None
    page.set("a", title=2)
    assert [page[name, "title"] for name in "bc"] == [2, 2]
    assert page.session.scheduler.quiet


def test_an_edit_of_a_removed_component_is_dropped():
    page = abc()
    follow(page)
    page.open()
    page.set("unknown", title="x")
    assert page.take_calls() == []
    assert page.failures == []


def props_at(page, path, seen):
    return page.session.layout.locate(path, seen).component["props"]


def test_an_edit_by_a_stale_path_is_dropped():
    page = Page(html.Div([html.Div([html.Div()], id="a"), html.Button(id="b")]))

    @page.callback(Output("a", "children"), Input("b", "n_clicks"), prevent_initial_call=True)
    def replace(n):
        return [html.Div(lang=str(n))]

    page.open()
    path: list[str | int] = ["props", "children", 0, "props", "children", 0]
    page.set_path(path, title="mine")
    assert props_at(page, path, 0)["title"] == "mine"
    before = page.seen
    page.set("b", n_clicks=1)
    page.set_path(path, seen=before, title="stale")
    assert "title" not in props_at(page, path, page.seen)


def test_consumers_are_called_even_when_the_component_of_a_result_is_removed():
    """S-83: the first result of a callback removes where the second goes."""
    page = Page(
        html.Div([html.Div(id="a"), html.Div(html.Div(id="inner"), id="b"), html.Div(id="c")])
    )

    @page.callback(
        Output("b", "children"),
        Output("inner", "title"),
        Input("a", "title"),
        prevent_initial_call=True,
    )
    def replace(_):
        return "nothing", "lost"

    page.callback(Output("c", "title"), Input("inner", "title"), Input("a", "lang"))(
        lambda *values: str(values)
    )
    page.open()
    page.take_calls()
    page.set("a", title="x")
    assert page.take_calls() == ["replace"]
    (failure,) = page.failures
    assert failure.startswith("A nonexistent object was used in an `Input`"), "it was asked for"


def test_initial_calls_of_inserted_components_wait_until_they_are_drawn():
    """S-68, S-64: what they send on mounting is merged into the call."""
    page = Page(html.Div([html.Div(id="a"), html.Div(id="b")]), rendered=True)
    page.callback(Output("b", "children"), Input("a", "title"), prevent_initial_call=True)(
        lambda _: [html.Div(id="url"), html.Div(id="out")]
    )
    seen: list[object] = []
    page.callback(Output("out", "title"), Input("url", "title"), optional=True)(seen.append)
    page.open()
    page.show()
    page.set("a", title="x")
    assert seen == []
    page.set("url", title="/path")
    assert seen == []
    page.show()
    assert seen == ["/path"]
    page.assert_quiet()


def test_restored_edits_call_no_callback():
    """R-61."""
    page = abc()
    follow(page)
    page.open()
    page.set("a", title="kept", origin="persistence")
    assert page.take_calls() == []
    assert page["a", "title"] == "kept"


def test_clientside_set_props_may_be_a_patch():
    """S-98, S-100."""
    page = Page(html.Div([html.Div(id="a", style={"top": 1}), html.Div(id="b")]))
    page.callback(Output("b", "title"), Input("a", "style"), prevent_initial_call=True)(str)
    page.open()
    operation = {"operation": "Assign", "location": ["color"], "params": {"value": "red"}}
    patch = {"__dash_patch_update": "__dash_patch_update", "operations": [operation]}
    change = {"path": [], "id": "a", "props": {"style": patch}, "origin": "clientsideApi"}
    page.send("SetProps", seen=0, changes=[change])
    node = page.session.layout.find("a")
    assert node is not None
    assert node.props["style"] == {"top": 1, "color": "red"}
    assert page["b", "title"] == "{'top': 1, 'color': 'red'}"
    change["props"] = {"title": patch}
    page.send("SetProps", seen=0, changes=[change])
    assert page.failures == ["Error in set_props"]


def test_components_outside_of_the_tree_take_part():
    """R-26."""
    page = abc(suppress_callback_exceptions=True)
    follow(page, "outside", "b")
    page.open()
    component = {"type": "Div", "namespace": "dash_html_components", "props": {"id": "outside"}}
    insert = {"path": ["x", 0], "props": {}, "origin": "external", "insert": component}
    edit = {"path": ["x", 0], "id": "outside", "props": {"title": "t"}, "origin": "internal"}
    page.send("SetProps", seen=0, changes=[insert, edit])
    assert page["b", "title"] == "b t"
    remove = {"path": ["x", 0], "props": {}, "origin": "external", "remove": True}
    page.send("SetProps", seen=0, changes=[remove, edit])
    assert page.take_calls() == ["<lambda>"]


def test_callbacks_registered_while_one_runs_that_allows_it():
    """S-34."""
    page = abc()

    def register(_):
        page.callback(Output("c", "title"), Input("a", "lang"))(lambda value: f"new {value}")
        return "registered"

    page.callback(
        Output("b", "title"),
        Input("a", "title"),
        _allow_dynamic_callbacks=True,
        prevent_initial_call=True,
    )(register)
    page.open()
    page.set("a", title="x")
    assert page.take_calls() == ["register"], "no initial call"
    assert len(page.of_type("Callbacks")[0]["callbacks"]) == 2
    page.set("a", lang="y")
    assert page["c", "title"] == "new y"


def test_callbacks_registered_while_any_other_runs_stay_unknown():
    """S-34."""
    page = abc()

    @page.callback(Output("b", "title"), Input("a", "title"), prevent_initial_call=True)
    def register(_):
        page.callback(Output("c", "title"), Input("a", "lang"))(str)

    page.open()
    page.set("a", title="x")
    page.set("a", lang="y")
    assert page.take_calls() == ["register"]
    assert page.of_type("Callbacks") == []


def test_a_component_package_imported_by_a_callback_is_loaded_first():
    """S-35, R-18."""
    asked = []

    def late_resources(packages):
        asked.extend(packages)
        return [{"src": "late.js"}], []

    page = abc(late_resources=late_resources)

    @page.callback(Output("b", "title"), Input("a", "title"), prevent_initial_call=True)
    def load(_):
        ComponentRegistry.registry.add("late_package")
        return "x"

    page.open()
    try:
        page.set("a", title="x")
        page.set("a", title="y")
    finally:
        ComponentRegistry.registry.discard("late_package")
    assert asked == ["late_package"]
    kinds = [message["type"] for message in page.messages]
    assert kinds.index("Resources") < kinds.index("Update")


def test_expressions_are_evaluated_in_debug_sites_only():
    page = abc(evaluate=lambda text: json.dumps(eval(text)))
    page.open()
    page.send("Eval", expression="[1, 2]")
    page.send("Eval", expression="1 / 0")
    good, bad = page.of_type("EvalResult")
    assert good == {"type": "EvalResult", "seq": 2, "value": "[1, 2]"}
    assert "ZeroDivisionError" in bad["error"]
    page = abc()
    page.open()
    page.send("Eval", expression="1")
    assert page.of_type("EvalResult") == []
    assert [m["kind"] for m in page.of_type("Failure")] == ["protocol"]


@pytest.mark.parametrize("kind", ["SetProps", "Rendered", "Ready", "Loaded", "ClientsideResult"])
def test_messages_before_hello_do_no_harm(kind):
    page = abc()
    follow(page)
    page.send(
        kind, seen=0, changes=[{"path": []}], updateSeq=1, run=1, types=["x"], outcome="prevented"
    )
    page.open()
    page.set("a", title="x")
    assert page["b", "title"] == "b x"


def test_one_bad_message_of_a_batch_does_not_stop_the_others():
    page = abc()
    follow(page)
    page.open()
    good = {"path": [], "id": "a", "props": {"title": "x"}, "origin": "internal"}
    page.session.receive(
        [{"type": "Nonsense"}, {"type": "SetProps", "seq": 9, "seen": 0, "changes": [good]}, None]
    )
    assert len(page.of_type("Failure")) == 2
    assert page.take_calls() == ["<lambda>"]


def test_a_bad_message_is_acknowledged_like_a_good_one():
    """The page waits for its number."""
    page = abc()
    page.open()
    page.send("Nonsense")
    assert page.of_type("Status")[-1]["seq"] == 2
    page.send("Ready", run=99)
    assert page.of_type("Status")[-1]["seq"] == 3


def test_each_call_gets_a_large_state_of_its_own():
    """S-51: what one call keeps or changes, no other sees, however large it is."""
    page = Page(
        html.Div([dcc.Store(id="s", data=[{"n": n} for n in range(5000)]), *abc().layout.children])
    )
    seen = []
    page.callback(
        Output("b", "title"), Input("a", "title"), Input("s", "data"), State("s", "data")
    )(lambda _, *data: seen.append(data))
    page.open()
    page.set("a", title=1)
    (kept, of_state), (changed, _) = seen
    changed.append("changed by the callback")
    changed[0]["n"] = "changed"
    assert {type(kept), type(kept[0])} == {list, dict}
    page.set("a", title=3)
    assert kept == of_state == seen[2][0] == [{"n": n} for n in range(5000)]
    page.set("s", data=[1])
    assert seen[3] == ([1], [1])


def test_settled_waits_for_calls_that_run_without_the_page():
    async def scenario():
        page = abc()

        @page.callback(Output("b", "title"), Input("a", "title"), prevent_initial_call=True)
        async def slow(value):
            await asyncio.sleep(0.001)
            return value

        follow(page, "b", "c")
        page.open()
        page.set("a", title="x")
        assert not page.session.scheduler.quiet
        await page.session.settled()
        assert page["c", "title"] == "c x"
        page.assert_quiet()

    asyncio.run(scenario())


def test_components_in_the_developer_tools_take_part_whenever_they_came():
    """S-140: inserted before the layout, or before a reload, they are Inputs, Outputs and State."""
    page = Page(html.Div([html.Div(id="out")]))
    page.callback(
        Output("out", "title"),
        Output("tool", "title"),
        Input("tool", "n_clicks"),
        State("tool", "lang"),
        prevent_initial_call=True,
    )(lambda clicks, lang: (f"{clicks} {lang}", f"{clicks} shown"))
    tool = {
        "namespace": "dash_html_components",
        "type": "Button",
        "props": {"id": "tool", "lang": "de"},
    }
    change = {"path": ["__dash_devtools", 0], "props": {}, "origin": "external", "insert": tool}
    page.send("SetProps", seen=0, changes=[change])
    page.open()
    page.send("Reload")
    edit = {"path": [], "id": "tool", "props": {"n_clicks": 1}, "origin": "internal"}
    page.send("SetProps", seen=0, changes=[edit])
    assert page["out", "title"] == "1 de"
    assert page.session.read_prop("tool", "title") == "1 shown"
    assert page.failures == []
