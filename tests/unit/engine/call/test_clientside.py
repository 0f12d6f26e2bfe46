"""S-92 to S-98: callbacks that run in the page."""

import pytest
from dash import html

from pyrt.model.dependencies import ClientsideFunction, Input, Output, State
from pyrt.model.ids import ALL
from pyrt.model.patch import Patch
from tests.support.fake_page import GONE, Page


def abc(**options):
    return Page(html.Div([html.Div(id=name) for name in "abcd"]), **options)


def add(page, name, *dependencies, **options):
    options.setdefault("prevent_initial_call", True)
    page.clientside_callback(ClientsideFunction("ns", name), *dependencies, **options)


def test_the_page_is_asked_with_props_to_read_and_gets_no_values():
    """S-93, S-98, S-50."""
    page = Page(html.Div([html.Div(id="a"), html.Div(id={"i": 1}), html.Div(id="b")]))
    add(
        page,
        "f",
        [Output("b", "title"), Output({"i": ALL}, "lang")],
        Input("a", "title"),
        State({"i": ALL}, "title"),
    )
    page.open()
    page.set("a", title="x")
    (call,) = page.of_type("CallClientside")
    key = '{"i":1}'
    assert call == {
        "type": "CallClientside",
        "run": 1,
        "function": {"namespace": "ns", "name": "f"},
        "inputs": [{"id": "a", "property": "title"}],
        "state": [[{"id": key, "property": "title"}]],
        "outputs": [{"id": "b", "property": "title"}, [{"id": key, "property": "lang"}]],
        "triggered": [{"propId": "a.title"}],
    }


def test_a_scalar_callback_has_one_output_and_none_has_null():
    """S-95, S-50."""
    page = abc()
    add(page, "f", Output("b", "title"), Input("a", "title"))
    add(page, "g", Input("a", "title"))
    page.open()
    page.set("a", title="x")
    one, none = page.of_type("CallClientside")
    assert one["outputs"] == {"id": "b", "property": "title"}
    assert none.get("outputs") is None


def test_inline_source_is_named_by_its_hash():
    """S-92."""
    page = abc()
    page.clientside_callback("function(x) { return x; }", Output("b", "title"), Input("a", "title"))
    page.open()
    (call,) = page.of_type("CallClientside")
    assert call["function"]["namespace"] == "_dashprivate_clientside_funcs"
    assert call["function"]["name"] in page.registry.inline_sources


def test_results_stay_in_the_page_and_call_python():
    """S-94, S-97, S-98: a chain through both languages."""
    page = abc(clientside={"double": lambda x: x * 2})
    add(page, "double", Output("b", "title"), Input("a", "title"))
    page.callback(Output("c", "title"), Input("b", "title"), prevent_initial_call=True)(
        lambda value: value + 1
    )
    page.open()
    page.set("a", title=20)
    assert page["b", "title"] == 40
    assert page["c", "title"] == 41
    update = page.of_type("Update")[0]
    assert update["changes"] == [{"id": "b", "props": {}, "kept": ["title"]}]
    assert update["run"] == 1
    page.assert_quiet()


def answered(*values, outputs=None):
    """Let a callback with two outputs return entries; return the page."""
    page = abc()
    add(page, "f", outputs or [Output("b", "title"), Output("c", "title")], Input("a", "title"))
    page.callback(Output("d", "title"), Input("b", "title"), prevent_initial_call=True)(
        lambda value: f"saw {value}"
    )
    page.open()
    page.set("b", title="before")
    page.take_calls()
    page.set("a", title="x")
    page.answer(page.of_type("CallClientside")[0], *values)
    page.assert_quiet()
    return page


def test_fewer_values_leave_the_rest_as_it_is():
    """S-94."""
    page = answered("one")
    assert page["b", "title"] == "one"
    assert page["c", "title"] is None


def test_undefined_is_written_and_calls_consumers():
    """S-94."""
    page = answered(GONE, "two")
    assert "title" not in page.find("b")["props"]
    assert page["c", "title"] == "two"
    assert page["d", "title"] == "saw None"


def test_an_undefined_id_leaves_the_component_where_callbacks_find_it():
    """S-94: a function without `return`, whose Output is an id as it needs one."""
    page = abc()
    add(page, "f", Output("b", "id"), Input("a", "title"))
    page.open()
    page.set("a", title="x")
    page.send("ClientsideResult", run=1, outcome="value", values=[{}])
    assert page.find("b")["props"]["id"] == "b"
    page.set("b", title="y")
    assert page["b", "title"] == "y"


def test_no_update_of_one_output():
    """S-94."""
    page = abc()
    add(page, "f", [Output("b", "title"), Output("c", "title")], Input("a", "title"))
    page.open()
    page.set("a", title="x")
    page.kept["c", "title"] = "two"
    values = [{"noUpdate": True}, {"value": "two"}]
    page.send("ClientsideResult", run=1, outcome="value", values=values)
    assert page["b", "title"] is None
    assert page["c", "title"] == "two"


def test_prevent_update_in_the_page():
    """S-96."""
    page = abc()
    add(page, "f", Output("b", "title"), Input("a", "title"))
    page.open()
    page.set("a", title="x")
    page.send("ClientsideResult", run=1, outcome="prevented")
    assert page.of_type("Update") == []
    assert page.of_type("RunEnded")[0]["outcome"] == "prevented"
    page.assert_quiet()


@pytest.mark.parametrize("outputs", [True, False])
def test_an_error_in_the_page_is_reported_with_the_function(outputs):
    """S-96, S-62."""
    page = abc()
    add(page, "f", *([Output("b", "title")] if outputs else []), Input("a", "title"))
    page.open()
    page.set("a", title="x")
    error = {"message": "x is not a function", "stack": "TypeError: ..."}
    page.send("ClientsideResult", run=1, outcome="error", error=error)
    (failure,) = page.of_type("Failure")
    assert failure["kind"] == "clientside"
    assert failure["title"].endswith(" via clientside function ns.f")
    assert failure["message"] == "x is not a function"
    assert failure["traceback"] == "TypeError: ..."
    page.assert_quiet()


def test_a_patch_of_the_page_is_applied_by_the_engine_as_well():
    """S-96, S-100."""
    patch = Patch()
    patch["color"] = "red"
    page = Page(html.Div([html.Div(id="a"), html.Div(id="b", style={"top": 1})]))
    add(page, "f", Output("b", "style"), Input("a", "title"))
    page.open()
    page.set("a", title="x")
    page.answer(page.of_type("CallClientside")[0], patch.to_plotly_json())
    assert page["b", "style"] == {"top": 1, "color": "red"}


def test_components_of_the_page_get_their_initial_calls():
    """S-96, S-68."""
    page = abc(suppress_callback_exceptions=True)
    add(page, "f", Output("b", "children"), Input("a", "title"))
    page.callback(Output("new", "title"), Input("a", "title"))(lambda _: "initial")
    page.open()
    page.set("a", title="x")
    new = {"namespace": "dash_html_components", "type": "Div", "props": {"id": "new"}}
    page.answer(page.of_type("CallClientside")[-1], new)
    assert page["new", "title"] == "initial"


def test_an_overtaken_result_is_ignored():
    """S-97, S-77."""
    page = abc()
    add(page, "f", Output("b", "title"), Input("a", "title"))
    page.open()
    page.set("a", title=1)
    page.set("a", title=2)
    old, new = page.of_type("CallClientside")
    page.answer(new, "new")
    page.answer(old, "old")
    assert page["b", "title"] == "new"
    assert [m["outcome"] for m in page.of_type("RunEnded")] == ["done", "dropped"]
    page.assert_quiet()


def test_a_clientside_callback_does_not_wait_for_python_functions_before_it():
    """S-97: its call is in the batch that is sent before Python is busy."""
    page = abc()
    seen = []

    @page.callback(Output("b", "title"), Input("a", "title"), prevent_initial_call=True)
    def slow(_):
        seen.append(len(page.of_type("CallClientside")))

    add(page, "f", Output("c", "title"), Input("a", "title"))
    page.open()
    page.set("a", title="x")
    assert seen == [1]


def test_a_result_before_the_call_is_a_mistake_of_the_page():
    """R-38: the run still waits for a component."""
    page = abc(lazy=["dash_html_components/Div"])
    add(page, "f", Output("b", "title"), Input("a", "title"))
    page.open()
    page.set("a", title="x")
    page.send("ClientsideResult", run=1, outcome="prevented")
    assert [m["kind"] for m in page.of_type("Failure")] == ["protocol"]
    page.send("Ready", run=1)
    page.answer(page.of_type("CallClientside")[0], "x")
    page.send("Ready", run=1)
    assert page["b", "title"] == "x"
    page.assert_quiet()


@pytest.mark.parametrize("run", [99, 1])
def test_an_unexpected_result_is_an_error_of_the_page(run):
    page = abc()
    add(page, "f", Output("b", "title"), Input("a", "title"))
    page.open()
    page.set("a", title="x")
    page.answer(page.of_type("CallClientside")[0], "x")
    page.send("ClientsideResult", run=run, outcome="value", values=[{"value": "again"}])
    assert [m["kind"] for m in page.of_type("Failure")] == ["protocol"]
    assert page["b", "title"] == "x"


def test_a_duplicate_output_is_listed_with_its_hash_and_written_without():
    """S-9, S-95."""
    page = Page(html.Div([html.Div(id="a"), html.Div(id="b")]), clientside={"f": "{}!".format})
    output = Output("b", "title", allow_duplicate=True)
    function = ClientsideFunction("ns", "f")
    page.clientside_callback(function, output, Input("a", "title"), prevent_initial_call=True)
    (declared,) = page.registry
    page.open()
    page.set("a", title="x")
    (call,) = page.of_type("CallClientside")
    assert call["outputs"] == {"id": "b", "property": declared.callback_id.partition(".")[2]}
    assert page["b", "title"] == "x!"
