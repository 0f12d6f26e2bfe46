"""S-50 to S-62, S-88 to S-91, S-99, S-119, S-130 to S-133: one call of a callback's function."""

import asyncio
import warnings

import pytest
from dash import dcc, html

from pyrt.engine.call.context import ctx, set_props
from pyrt.model.callback import NoUpdate, no_update
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.errors import MissingCallbackContextException, PreventUpdate
from pyrt.model.ids import ALL, MATCH
from pyrt.model.patch import Patch
from tests.support.fake_page import Page


def abc(**config):
    return Page(html.Div([html.Div(id=name) for name in "abcd"]), **config)


B = Output("b", "children")


def react(page, function, outputs=B, **options):
    """Register a callback, open the page, and trigger it."""
    options.setdefault("prevent_initial_call", True)
    outputs = [outputs] if outputs is not None else []
    page.callback(*outputs, Input("a", "title"), **options)(function)
    page.open()
    page.set("a", title="go")
    return page


# --- arguments


def test_arguments_come_in_the_shape_of_the_declaration():
    """S-3 to S-5, S-51."""
    page = abc()
    page.callback(
        output={"x": Output("b", "title"), "y": [Output("c", "title")]},
        inputs={"one": Input("a", "title"), "pair": (Input("a", "lang"), State("a", "dir"))},
        prevent_initial_call=True,
    )(lambda one, pair: {"x": one, "y": [str(pair)]})
    page.open()
    page.change(("a", {"title": "t", "lang": "l"}))
    assert page["b", "title"] == "t"
    assert page["c", "title"] == "['l', None]"


def test_a_callback_cannot_change_the_layout_by_its_arguments():
    """S-51."""
    page = Page(html.Div([dcc.Store(id="s", data={"x": [1]}), html.Div(html.B("b"), id="a")]))

    @page.callback(Output("a", "title"), Input("s", "data"), State("a", "children"))
    def spoil(data, children):
        data["x"].append(2)
        children["props"]["children"] = "spoilt"
        return "done"

    page.open()
    assert page["s", "data"] == {"x": [1]}
    assert page["a", "children"]["props"]["children"] == "b"


def test_two_callbacks_do_not_share_an_argument():
    """S-51."""
    page = Page(html.Div([dcc.Store(id="s", data=[1]), html.Div(id="a"), html.Div(id="b")]))
    for name in "ab":
        page.callback(Output(name, "children"), Input("s", "data"))(
            lambda data: data.append(2) or data
        )
    page.open()
    assert page["a", "children"] == page["b", "children"] == [1, 2]


def test_what_a_callback_keeps_of_its_result_is_its_own():
    page = abc()
    kept = []

    def result(_):
        kept.append({"color": "red"})
        return kept[0]

    react(page, result, Output("b", "style"))
    kept[0]["color"] = "blue"
    assert page["b", "style"] == {"color": "red"}


# --- results


def test_a_scalar_callback_returns_the_value_itself_even_a_list():
    """S-6."""
    assert react(abc(), lambda _: ["x"])["b", "children"] == ["x"]


@pytest.mark.parametrize("nothing", [no_update, NoUpdate, {"_dash_no_update": "_dash_no_update"}])
def test_no_update_leaves_a_property_as_it_is(nothing):
    """S-52, S-53: alone, or in the place of one value."""
    page = react(abc(), lambda _: nothing)
    assert page["b", "children"] is None
    assert page.of_type("Update") == []
    assert page.of_type("RunEnded")[-1]["outcome"] == "done"
    both = [Output("b", "children"), Output("c", "children")]
    page = react(abc(), lambda _: (nothing, 1), both)
    assert page["c", "children"] == 1
    assert page.of_type("Update")[0]["changes"] == [{"id": "c", "props": {"children": 1}}]
    assert react(abc(), lambda _: nothing, both).of_type("Update") == []


def test_no_update_inside_of_an_all_list():
    """S-52."""
    page = Page(html.Div([html.Div(id="a"), *(html.Div(id={"i": n}) for n in (1, 2))]))
    react(page, lambda _: [no_update, "x"], Output({"i": ALL}, "children"))
    assert page[{"i": 1}, "children"] is None
    assert page[{"i": 2}, "children"] == "x"
    page = Page(html.Div([html.Div(id="a"), html.Div(id={"i": 1})]))
    react(page, lambda _: [no_update, "x"], [Output({"i": ALL}, "title"), Output("a", "lang")])
    assert page["a", "lang"] == "x"


def test_prevent_update_changes_nothing_at_all():
    """S-52: set_props are forgotten with it."""

    def refuse(_):
        set_props("c", {"title": "x"})
        raise PreventUpdate

    page = react(abc(), refuse)
    assert page.of_type("Update") == []
    assert page.of_type("RunEnded") == [{"type": "RunEnded", "run": 1, "outcome": "prevented"}]
    page.assert_quiet()


def test_the_ids_of_an_update_are_in_the_order_of_the_outputs():
    """S-54."""
    outputs = [Output("d", "title"), Output("b", "title"), Output("d", "lang")]
    page = react(abc(), lambda _: [1, 2, 3], outputs)
    assert page.of_type("Update")[0]["changes"] == [
        {"id": "d", "props": {"title": 1, "lang": 3}},
        {"id": "b", "props": {"title": 2}},
    ]


@pytest.mark.parametrize(
    ("outputs", "result", "complaint"),
    [
        ([Output("b", "title"), Output("c", "title")], "ab", "a list or tuple with 2 items"),
        ([Output("b", "title"), Output("c", "title")], [1], "a list or tuple with 2 items"),
        ([Output("b", "title")], 1, "a list or tuple with 1 item"),
        (Output("b", "title"), {1, 2}, "having type `set`"),
        (Output("b", "title"), [html.Div(title=object())], "Path: [0] > Div.title"),
        (None, 1, "declares no Output, so it must return None, but it returned 1"),
    ],
)
def test_a_result_that_cannot_be_used_is_an_error_that_says_where(outputs, result, complaint):
    """S-61, S-88."""

    def bad(_):
        return result

    page = react(abc(), bad, outputs)
    (failure,) = page.of_type("Failure")
    assert complaint in failure["message"]
    assert "bad (" in failure["message"]
    assert "test_invocation.py:" in failure["message"]
    assert page.of_type("Update") == []
    page.assert_quiet()


def test_values_are_encoded_as_plotly_does():
    """S-61, R-65: NaN is null, a tuple a list."""
    page = react(abc(), lambda _: {"x": (1, float("nan"), 2.0)}, Output("b", "style"))
    assert page["b", "style"] == {"x": [1, None, 2]}
    assert react(abc(), lambda _: float("inf"), Output("b", "title"))["b", "title"] is None


# --- errors


def test_an_exception_changes_nothing_and_is_reported_with_the_frames_of_the_app():
    """S-62."""

    def fail(_):
        set_props("c", {"title": "x"})
        return 1 / 0

    page = react(abc(), fail, [Output("b", "children"), Output("c", "title")])
    (failure,) = page.of_type("Failure")
    assert failure["title"] == "Callback error updating b.children, c.title"
    assert failure["message"] == "ZeroDivisionError: division by zero"
    assert "return 1 / 0" in failure["traceback"]
    assert "pyrt/engine/call/invocation.py" not in failure["traceback"]
    assert failure["callback"] == "..b.children...c.title.."
    assert page.of_type("Update") == []
    assert page.of_type("RunEnded")[-1]["outcome"] == "failed"
    page.assert_quiet()


def test_the_whole_traceback_when_it_is_wanted():
    """S-62."""
    page = react(abc(prune_errors=False), lambda _: 1 / 0)
    assert "pyrt/engine/call/invocation.py" in page.of_type("Failure")[0]["traceback"]


def test_an_error_without_outputs_names_the_input():
    """S-62."""
    page = react(abc(), lambda _: 1 / 0, None)
    assert page.failures == ["Callback error with no output from input a.title"]


def test_an_error_handler_gives_the_value_instead():
    """S-119: its own, else the app's; in the context of the callback."""
    caught = []

    def handle(error):
        caught.append((type(error), ctx.triggered_id))
        set_props("c", {"title": "handled"})
        return f"sorry: {error}"

    page = react(abc(), lambda _: 1 / 0, on_error=handle)
    assert page["b", "children"] == "sorry: division by zero"
    assert page["c", "title"] == "handled"
    assert caught == [(ZeroDivisionError, "a")]
    assert page.failures == []
    page = react(abc(on_error=handle), lambda _: 1 / 0)
    assert page["b", "children"] == "sorry: division by zero"
    page = react(abc(on_error=handle), lambda _: 1 / 0, on_error=lambda _: "mine")
    assert page["b", "children"] == "mine"


def test_a_handler_that_returns_none_updates_nothing():
    """S-119."""
    page = react(abc(), lambda _: 1 / 0, on_error=lambda _: None)
    assert page.of_type("Update") == []
    assert page.failures == []
    page = react(abc(), lambda _: 1 / 0, None, on_error=lambda _: None)
    assert page.failures == []


def test_a_handler_may_fail_or_refuse_itself():
    """S-119."""

    def fail(_):
        raise KeyError("handler")

    def refuse(_):
        raise PreventUpdate

    page = react(abc(), lambda _: 1 / 0, on_error=fail)
    assert page.of_type("Failure")[0]["message"] == "KeyError: 'handler'"
    page = react(abc(), lambda _: 1 / 0, on_error=refuse)
    assert page.of_type("RunEnded")[-1]["outcome"] == "prevented"
    assert page.failures == []


def test_prevent_update_does_not_reach_the_handler():
    """S-119."""

    def refuse(_):
        raise PreventUpdate

    page = react(abc(), refuse, on_error=lambda _: "never")
    assert page["b", "children"] is None


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_what_would_end_a_script_ends_only_the_callback(error):
    """S-62: an endless loop is interrupted by KeyboardInterrupt."""

    def stop(_):
        raise error

    page = react(abc(), stop, on_error=lambda _: "never")
    assert page.failures == ["Callback error updating b.children"]
    page.assert_quiet()
    page.set("a", title="again")
    assert page.take_calls() == ["stop", "stop"]


def test_a_result_of_the_wrong_shape_is_no_matter_for_the_handler():
    """S-61, S-119: it is called for what the function raises."""
    page = react(abc(), lambda _: {1}, Output("b", "title"), on_error=lambda _: "never")
    assert page.failures == ["Callback error updating b.title"]
    assert page["b", "title"] is None


# --- set_props


def test_set_props_are_applied_before_the_outputs():
    """S-89: per id, later ones override earlier ones."""

    def function(_):
        set_props("c", {"title": "one", "lang": "x"})
        ctx.set_props("c", {"title": "two"})
        set_props({"i": 1}, {"children": html.B("bold")})
        return "result"

    page = Page(html.Div([html.Div(id=i) for i in ("a", "b", "c", {"i": 1})]))
    react(page, function)
    side, update = page.of_type("Update")
    assert side["origin"] == "sideUpdate"
    assert side["changes"][0] == {"id": "c", "props": {"title": "two", "lang": "x"}}
    assert update["origin"] == "callback"
    assert page[{"i": 1}, "children"]["type"] == "B"


def test_set_props_calls_consumers_also_for_equal_values():
    """S-90."""
    page = abc()
    page.callback(Output("d", "children"), Input("c", "title"), prevent_initial_call=True)(
        lambda title: f"saw {title}"
    )
    react(page, lambda _: set_props("c", {"title": None}), None)
    assert page["d", "children"] == "saw None"


def test_components_in_set_props_get_no_initial_calls_but_live():
    """S-90."""
    page = abc(suppress_callback_exceptions=True)

    @page.callback(Output("d", "children"), Input("new", "title"))
    def follow(title):
        return title

    react(page, lambda _: set_props("c", {"children": html.Div(id="new")}), None)
    assert page.take_calls() == ["<lambda>"]
    page.set("new", title="later")
    assert page["d", "children"] == "later"


def test_an_unknown_id_in_set_props_is_reported_unless_suppressed():
    """S-90."""

    def function(_):
        set_props("unknown", {"title": "x"})
        set_props("c", {"title": "y"})

    page = react(abc(), function, None)
    assert page.failures == ["ID running component not found in layout"]
    assert '"unknown"' in page.of_type("Failure")[0]["message"]
    assert page["c", "title"] == "y"
    assert react(abc(suppress_callback_exceptions=True), function, None).failures == []


def test_set_props_outside_of_a_callback():
    """S-90, S-110."""
    with pytest.raises(MissingCallbackContextException):
        set_props("a", {"title": "x"})


def test_a_patch_in_set_props_is_applied_to_the_present_value():
    """S-89, S-100."""

    def function(_):
        patch = Patch()
        patch["color"] = "red"
        set_props("c", {"style": patch})
        set_props("d", {"style": patch})

    page = Page(html.Div([html.Div(id="a"), html.Div(id="c", style={"top": 1}), html.Div(id="d")]))
    react(page, function, None)
    assert page["c", "style"] == {"top": 1, "color": "red"}
    assert "Cannot patch undefined: d.style" in page.of_type("Failure")[0]["message"]
    assert page["d", "style"] is None


# --- patches


def test_a_patch_travels_as_operations_and_is_applied_on_both_sides():
    """S-100, S-103."""

    def function(_):
        patch = Patch()
        patch.append("new")
        return patch

    page = Page(html.Div([html.Div(id="a"), html.Div(["old"], id="b")]))
    react(page, function)
    assert page["b", "children"] == ["old", "new"]
    sent = page.of_type("Update")[0]["changes"][0]["props"]["children"]
    assert sent["operations"] == [
        {"operation": "Append", "location": [], "params": {"value": "new"}}
    ]


def test_a_patch_of_children_makes_all_of_them_new():
    """S-105: callbacks with Outputs in them get their initial calls again."""
    page = Page(
        html.Div([html.Div(id="a"), html.Div([html.Div("x", id="in"), html.Div(id="out")], id="b")])
    )

    @page.callback(Output("out", "children"), Input("in", "children"))
    def follow(value):
        return value

    def function(_):
        patch = Patch()
        patch[0]["props"]["children"] = "patched"
        return patch

    react(page, function)
    assert page.take_calls() == ["follow", "function", "follow"]
    assert page["out", "children"] == "patched"


def test_duplicate_outputs_may_patch_one_property():
    """S-106, S-37, pch004."""
    page = Page(html.Div([html.Div(id="a"), html.Div([], id="b"), html.Div(id="c")]))

    def add(text):
        def function(_):
            patch = Patch()
            patch.append(text)
            return patch

        return function

    for text in ("one", "two"):
        page.callback(
            Output("b", "children", allow_duplicate=True),
            Input("a", "title"),
            prevent_initial_call=True,
        )(add(text))
    page.callback(Output("c", "children"), Input("b", "children"))(len)
    page.open()
    page.set("a", title="go")
    assert page["b", "children"] == ["one", "two"]
    assert page["c", "children"] == 2
    assert page.take_calls() == ["len", "function", "function", "len"]


def test_a_patch_that_does_not_fit_is_an_error_and_nothing_is_written():
    """S-104."""

    def function(_):
        patch = Patch()
        patch.extend([1])
        return "other", patch

    page = Page(html.Div([html.Div(id="a"), html.Div(id="b", title=3), html.Div(id="c")]))
    react(page, function, [Output("c", "children"), Output("b", "title")])
    (failure,) = page.of_type("Failure")
    assert failure["title"].startswith("The Patch for b.title does not fit its value")
    assert page["c", "children"] is None
    assert page.of_type("RunEnded")[-1]["outcome"] == "failed"


def test_a_patch_of_what_is_not_set_is_an_error():
    """S-104."""
    page = react(abc(), lambda _: Patch(), Output("b", "style"))
    assert page.failures[0].startswith("Cannot patch undefined")


def test_a_patch_changes_values_that_no_callback_has_read():
    """A result is kept as text until it is needed."""
    page = Page(html.Div([html.Div(id="a"), html.Div(html.Div(id="in"), id="b")]))
    page.callback(Output("in", "style"), Input("a", "lang"), prevent_initial_call=True)(
        lambda lang: {"color": lang}
    )

    def function(_):
        patch = Patch()
        patch["props"]["style"]["top"] = 1
        return patch

    page.callback(Output("b", "children"), Input("a", "title"), prevent_initial_call=True)(function)
    page.open()
    page.set("a", lang="red")
    page.set("a", title="go")
    assert page["in", "style"] == {"color": "red", "top": 1}


# --- running


def test_running_has_other_values_while_the_function_runs():
    """S-99, cbsc019: off before the outputs, whatever the end is."""
    seen = []

    def function(_):
        seen.append((page["c", "disabled"], page["d", "title"]))
        return 1

    page = Page(
        html.Div([html.Div(id="a"), html.Div(id="b"), html.Button(id="c"), html.Div(id="d")])
    )
    running = [(Output("c", "disabled"), True, False), (Output("d", "title"), "busy", "idle")]
    react(page, function, running=running)
    assert seen == [(True, "busy")]
    assert page["c", "disabled"] is False
    assert page["d", "title"] == "idle"
    last = [u["changes"][0]["id"] for u in page.of_type("Update")]
    assert last == ["c", "d", "c", "d", "b"]


@pytest.mark.parametrize("error", [PreventUpdate, ValueError])
def test_running_ends_with_any_end(error):
    """S-99."""

    def function(_):
        raise error

    page = react(abc(), function, running=(Output("c", "title"), "on", "off"))
    assert page["c", "title"] == "off"


def test_running_of_wildcards_concerns_the_components_of_the_invocation():
    """S-99, cbwc008."""
    ids = [{"t": t, "i": i} for t in ("in", "out", "mark") for i in (1, 2)]
    page = Page(html.Div([html.Div(id=i) for i in ids]))
    page.callback(
        Output({"t": "out", "i": MATCH}, "title"),
        Input({"t": "in", "i": MATCH}, "title"),
        running=[
            (Output({"t": "mark", "i": MATCH}, "title"), "on", "off"),
            (Output({"t": "mark", "i": ALL}, "lang"), "on", "off"),
        ],
        prevent_initial_call=True,
    )(lambda title: title)
    page.open()
    page.set({"t": "in", "i": 2}, title="x")
    assert page[{"t": "mark", "i": 1}, "title"] is None
    assert page[{"t": "mark", "i": 2}, "title"] == "off"
    assert page[{"t": "mark", "i": 1}, "lang"] == "off"


def test_a_running_component_that_is_missing_is_reported():
    """S-99, S-90, cbsc020."""
    page = react(abc(), lambda _: 1, running=(Output("unknown", "title"), "on", "off"))
    assert page.failures == ["ID running component not found in layout"] * 2
    assert page["b", "children"] == 1


def test_a_running_value_that_is_no_json_is_reported_and_the_callback_runs():
    """S-99, S-61."""
    page = react(abc(), lambda _: 1, running=(Output("c", "title"), {1}, "off"))
    assert page.failures == ["Callback error updating b.children"]
    assert page["c", "title"] == "off"
    assert page["b", "children"] == 1
    page.assert_quiet()


# --- async, websocket, background


def test_an_async_callback_streams_its_set_props():
    """S-130, S-91: each is shown at once."""

    async def scenario():
        steps = []

        async def function(_):
            for step in (1, 2):
                set_props("c", {"title": step})
                steps.append(page["c", "title"])
                await asyncio.sleep(0)
            return "done"

        page = react(abc(), function)
        await page.session.settled()
        assert steps == [1, 2]
        assert page["b", "children"] == "done"
        page.assert_quiet()

    asyncio.run(scenario())


def test_concurrent_async_callbacks_have_contexts_of_their_own():
    """S-110, S-130."""

    async def scenario():
        page = abc()
        seen = {}

        def add(source, target):
            async def function(value):
                await asyncio.sleep(0)
                seen[target] = ctx.triggered_id, value
                await asyncio.sleep(0)
                return str(ctx.outputs_list["id"])

            page.callback(
                Output(target, "children"), Input(source, "title"), prevent_initial_call=True
            )(function)

        add("a", "c")
        add("b", "d")
        page.open()
        page.set("a", title=1)
        page.set("b", title=2)
        await page.session.settled()
        assert seen == {"c": ("a", 1), "d": ("b", 2)}
        assert page["c", "children"] == "c"
        assert page["d", "children"] == "d"

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [PreventUpdate, ValueError])
def test_an_async_callback_may_refuse_or_fail(error):
    """S-130, S-52, S-62."""

    async def scenario():
        async def function(_):
            await asyncio.sleep(0)
            raise error

        page = react(abc(), function)
        await page.session.settled()
        assert len(page.failures) == (error is ValueError)
        page.assert_quiet()

    asyncio.run(scenario())


def test_error_handlers_may_be_async():
    """S-119."""

    async def scenario():
        async def handle(error):
            await asyncio.sleep(0)
            return f"handled {type(error).__name__}"

        async def fail(_):
            return 1 / 0

        page = react(abc(), fail, on_error=handle)
        await page.session.settled()
        assert page["b", "children"] == "handled ZeroDivisionError"
        page = react(abc(), lambda _: 1 / 0, on_error=handle)
        await page.session.settled()
        assert page["b", "children"] == "handled ZeroDivisionError"
        page.assert_quiet()

    asyncio.run(scenario())


def test_a_websocket_callback_streams_and_reads():
    """S-131, S-133, S-91."""
    page = abc()

    async def function(_):
        socket = ctx.websocket
        assert socket.is_shutdown is False
        await socket.set_prop("c", "title", "set")
        return await socket.get_prop("c", "title"), await socket.get_prop("unknown", "x")

    async def scenario():
        react(page, function, [Output("b", "title"), Output("b", "lang")], websocket=True)
        await page.session.settled()
        assert page["b", "title"] == "set"
        assert page["b", "lang"] is None

    asyncio.run(scenario())


def test_a_plain_websocket_callback_shows_set_props_before_it_returns():
    """S-91, S-131."""
    order = []

    def function(_):
        set_props("c", {"title": "early"})
        order.append(page["c", "title"])
        return 1

    page = abc()
    page.callback(Output("d", "children"), Input("c", "title"), prevent_initial_call=True)(
        order.append
    )
    react(page, function, websocket=True)
    assert order == ["early", "early"], "its consumer waits until it has returned"
    assert page["b", "children"] == 1


def test_only_websocket_callbacks_have_a_websocket():
    """S-131."""
    assert react(abc(), lambda _: str(ctx.websocket))["b", "children"] == "None"


def test_a_persistent_callback_does_not_make_the_page_busy():
    """S-132."""

    async def scenario():
        page = abc()
        stop = asyncio.get_running_loop().create_future()

        @page.callback(persistent=True)
        async def stream():
            set_props("b", {"title": "tick"})
            await stop

        page.open()
        await asyncio.sleep(0.001)
        assert page["b", "title"] == "tick"
        assert page.of_type("Status")[-1]["pending"] == 0
        assert page.of_type("RunStarted")[0]["persistent"] is True
        stop.set_result(None)
        await page.session.settled()

    asyncio.run(scenario())


def test_a_background_callback_runs_locally_and_shows_its_progress():
    """S-122, S-126."""
    page, seen = abc(), []

    def function(set_progress, _):
        set_progress(("1", "2"))
        seen.append((page["c", "title"], page["d", "title"]))
        set_progress("3")
        seen.append((page["c", "title"], page["d", "title"]))
        return "result"

    react(
        page,
        function,
        background=True,
        progress=[Output("c", "title"), Output("d", "title")],
        progress_default=["-", "--"],
    )
    assert seen == [("1", "2"), ("3", "2")]
    assert (page["c", "title"], page["d", "title"]) == ("-", "--")
    assert page["b", "children"] == "result"


# --- context and warnings


def test_cookies_set_in_the_response_are_set_in_the_page():
    """S-113."""

    def function(_):
        ctx.response.set_cookie("theme", "dark", max_age=60)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ctx.response.set_cookie("secret", "x", httponly=True)

    page = react(abc(), function)
    assert [m["cookie"] for m in page.of_type("SetDocument")] == [
        "theme=dark; max-age=60; path=/",
        "secret=x; path=/",
    ]


class Hooks:
    def custom_data(self, context):
        return {"plugin": sorted(context.input_values)}


def test_custom_data_is_made_for_each_call():
    """S-141."""
    page = react(abc(hooks=Hooks()), lambda _: str(ctx.custom_data.plugin))
    assert page["b", "children"] == "['a.title']"


def test_custom_data_that_fails_fails_the_callback_only():
    """S-141."""

    class Broken:
        def custom_data(self, context):
            raise ValueError("plugin")

    page = react(abc(hooks=Broken()), lambda _: 1)
    assert page.of_type("Failure")[0]["message"] == "ValueError: plugin"
    page.assert_quiet()


# --- what an app may raise or return: a bad call costs only itself


class Mute(Exception):  # noqa: N818
    """Cannot be shown."""

    def __str__(self):
        raise ValueError("no text")

    __repr__ = __str__


class Own(BaseException):
    """Derives from no Exception."""


def deep():
    return deep()


def cancelled():
    raise asyncio.CancelledError


def chain_of_errors():
    error = ValueError("last")
    for _ in range(3000):
        before, error = error, ValueError("next")
        error.__context__ = before
    raise error


def raising(error):
    def function(_):
        raise error

    return function


BAD = {
    "SystemExit": raising(SystemExit(3)),
    "KeyboardInterrupt": raising(KeyboardInterrupt()),
    "GeneratorExit": raising(GeneratorExit()),
    "Own": raising(Own("x")),
    "Mute": raising(Mute()),
    "RecursionError": lambda _: deep(),
    "CancelledError": lambda _: cancelled(),
    "ValueError": lambda _: chain_of_errors(),
    "InvalidCallbackReturnValue": lambda _: {Mute()},
}


def page_with(function, **config):
    page = Page(html.Div([html.Div(id=name) for name in "abc"]), **config)
    page.callback(Output("b", "title"), Input("a", "title"), prevent_initial_call=True)(function)
    page.callback(Output("c", "title"), Input("a", "title"), prevent_initial_call=True)(
        lambda value: f"c {value}"
    )
    return page.open()


@pytest.mark.parametrize("prune", [True, False])
@pytest.mark.parametrize("name", BAD)
def test_whatever_a_callback_raises_costs_only_this_call(name, prune):
    page = page_with(BAD[name], prune_errors=prune)
    for title in ("1", "2"):
        page.set("a", title=title)
        assert page["c", "title"] == f"c {title}"
    assert page.failures == ["Callback error updating b.title"] * 2
    failure = page.of_type("Failure")[0]
    assert name in failure["message"] + failure["traceback"]
    page.assert_quiet()


@pytest.mark.parametrize("name", BAD)
def test_whatever_an_async_callback_raises_costs_only_this_call(name):
    async def function(value):
        await asyncio.sleep(0)
        return BAD[name](value)

    async def use():
        page = page_with(function)
        page.set("a", title="1")
        await page.session.settled()
        return page

    page = asyncio.run(use())
    assert page.failures == ["Callback error updating b.title"]
    page.assert_quiet()


@pytest.mark.parametrize("value", ["x" * 3000, ["x" * 1500, "y" * 1500], {"a": "x" * 3000}])
def test_a_result_above_the_limit_is_refused_with_the_name_of_the_callback(value):
    page = page_with(lambda _: value, max_result=2000)
    page.set("a", title="1")
    message = page.of_type("Failure")[0]["message"]
    assert "test_invocation.py" in message
    assert "max-result" in message
    assert page["b", "title"] is None
    page.assert_quiet()


def test_what_set_props_sends_has_the_same_limit():
    def function(_):
        set_props("c", {"title": "x" * 3000})
        return "short"

    page = page_with(function, max_result=2000)
    page.set("a", title="1")
    assert len(page.failures) == 1
    assert page["b", "title"] is None


def test_components_that_are_nested_too_deep_cost_only_the_call():
    def function(_):
        value = html.Div("core")
        for _index in range(5000):
            value = html.Div(value)
        return value

    page = page_with(function)
    page.set("a", title="1")
    assert page["c", "title"] == "c 1"
    assert len(page.failures) == 1
    page.assert_quiet()
