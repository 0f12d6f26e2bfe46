"""S-120 to S-126, in the engine: which calls are remote, and what ends them."""

import pytest
from dash import html

from pyrt.engine.call.context import ctx, set_props
from pyrt.engine.call.remote import add_cancellers, choose_executor
from pyrt.model.callback import CallbackRegistry, no_update
from pyrt.model.dependencies import Input, Output, State
from pyrt.model.environment import Environment
from pyrt.model.errors import DefinitionError, PreventUpdate
from pyrt.model.ids import ALL, MATCH
from tests.support.fake_page import Page

JOBS = Environment(jobs=True)
BRIDGE = Environment(jobs=True, bridge=True, server=("app:named", "other:work"))


def page_with_jobs(*ids, environment=JOBS, manager=None, **config):
    """A page whose background callbacks are jobs."""
    layout = html.Div([html.Div(id=component_id) for component_id in ids])
    config["choose_executor"] = lambda callback: choose_executor(callback, environment, manager)
    return Page(layout, manager=manager, **config)


def job(page, *dependencies, **options):
    return page.callback(*dependencies, background=True, prevent_initial_call=True, **options)


def started(page):
    """Return the only remote call."""
    (call,) = page.remote_calls()
    return call


# --- where


def register(function, **options):
    registry = CallbackRegistry()
    registry.callback(Output("a", "x"), Input("b", "x"), **options)(function)
    (callback,) = registry
    return callback


def named():
    """A function of the app."""


def test_a_background_callback_is_a_job_where_the_page_has_workers_for_it():
    """S-128: no manager is needed."""
    assert choose_executor(register(named, background=True), JOBS) == "job"
    assert choose_executor(register(named, background=True), Environment()) == "session"
    assert choose_executor(register(named), JOBS) == "session"


def test_a_manager_sends_it_to_the_server_once_there_is_one():
    own = register(named, background=True, manager="manager")
    assert choose_executor(own, JOBS) == "job"
    assert choose_executor(own, BRIDGE) == "server"
    assert choose_executor(register(named, background=True), BRIDGE) == "job"
    assert (
        choose_executor(register(named, background=True), BRIDGE, manager="the app's") == "server"
    )


def test_a_callback_for_the_server_is_called_locally_as_long_as_no_server_is_known():
    marked = register(named, server=True)
    assert (choose_executor(marked, BRIDGE), choose_executor(marked, JOBS)) == ("server", "session")


def test_a_server_callback_may_be_named_instead_of_marked(monkeypatch):
    """The entry module has the name of its file as well."""
    callback = register(named)
    assert choose_executor(callback, BRIDGE) == "session"
    monkeypatch.setattr(named, "__module__", "__main__")
    assert choose_executor(callback, BRIDGE) == "server"
    monkeypatch.setattr(named, "__module__", "other")
    assert choose_executor(callback, BRIDGE) == "session"
    monkeypatch.setattr(named, "__qualname__", "work")
    assert choose_executor(callback, BRIDGE) == "server"


def test_a_fallback_that_does_not_exist_is_refused():
    with pytest.raises(DefinitionError, match="fallback='tab' means nothing"):
        register(named, server=True, fallback="tab")


# --- the request


def test_a_call_carries_the_request_that_dash_would_send():
    """S-50, S-51: unset values are absent."""
    page = page_with_jobs("a", "b", "c", "out")
    page.callback(Output("c", "title"), Input("c", "lang"), prevent_initial_call=True)(named)

    @job(page, Output("out", "children"), Input("a", "title"), State("b", "title"), interval=50)
    def work(a, b):
        raise AssertionError

    page.open()
    page.set("a", title={"x": [1]})
    assert started(page) == {
        "type": "CallRemote",
        "run": 1,
        "executor": "job",
        "callbackPosition": 1,
        "request": {
            "output": "out.children",
            "outputs": {"id": "out", "property": "children"},
            "inputs": [{"id": "a", "property": "title", "value": {"x": [1]}}],
            "changedPropIds": ["a.title"],
            "parsedChangedPropsIds": ["a.title"],
            "state": [{"id": "b", "property": "title"}],
        },
        "output": "out.children",
        "transport": "fetch",
        "persistent": False,
        "retry": False,
        "interval": 50,
    }
    assert page.take_calls() == []


def test_wildcards_are_resolved_in_a_request():
    """S-50: MATCH outputs, lists for ALL, dict ids as objects."""
    rows = [html.Div(id={"type": kind, "index": i}) for kind in ("row", "out") for i in (1, 2)]
    page = Page(html.Div(rows), choose_executor=lambda callback: choose_executor(callback, JOBS))

    @job(
        page,
        [Output({"type": "out", "index": MATCH}, "children")],
        Input({"type": "row", "index": MATCH}, "title"),
        State({"type": "row", "index": ALL}, "title"),
    )
    def work(one, both):
        raise AssertionError

    page.open()
    page.set({"type": "row", "index": 2}, title="two")
    call = started(page)
    row = {"id": {"type": "row", "index": 2}, "property": "title", "value": "two"}
    assert call["request"]["outputs"] == [
        {"id": {"type": "out", "index": 2}, "property": "children"}
    ]
    assert call["request"]["inputs"] == [row]
    assert call["request"]["state"] == [
        [{"id": {"type": "row", "index": 1}, "property": "title"}, row]
    ]
    assert call["request"]["changedPropIds"] == ['{"index":2,"type":"row"}.title']
    assert call["request"]["parsedChangedPropsIds"] == [{"index": 2, "type": "row"}]
    page.end_remote(call, response={'{"index":2,"type":"out"}': {"children": "done"}})
    assert page[{"type": "out", "index": 2}, "children"] == "done"
    page.assert_quiet()


def test_an_optional_pattern_that_nothing_fits_is_spelled_as_dash_spells_it():
    page = page_with_jobs("a", "out")
    optional = Input({"type": "row", "index": MATCH}, "title", allow_optional=True)
    job(page, Output("out", "children"), Input("a", "title"), optional)(named)
    page.open()
    page.set("a", title="x")
    assert started(page)["request"]["inputs"][1]["id"] == {"type": "row", "index": ["MATCH"]}


def test_a_stream_goes_by_websocket_and_what_has_no_outputs_is_not_sent_twice():
    page = page_with_jobs("a", "out", environment=BRIDGE)
    trigger = Input("a", "title")
    page.callback(Output("out", "title"), trigger, server=True, prevent_initial_call=True)(named)
    page.callback(trigger, server=True, websocket=True, prevent_initial_call=True)(named)
    page.open()
    page.set("a", title="x")
    plain, stream = page.remote_calls()
    assert (plain["executor"], plain["transport"], plain["retry"]) == ("server", "fetch", True)
    assert (stream["executor"], stream["transport"], stream["retry"]) == (
        "server",
        "websocket",
        False,
    )


def test_the_start_of_a_job_on_a_server_is_sent_again_if_there_was_no_answer():
    """One of several bridges may be killed while it answers."""
    page = page_with_jobs("a", "out", environment=BRIDGE)
    job(page, Output("out", "children"), Input("a", "title"), server=True)(named)
    job(page, Input("a", "title"), server=True)(named)
    page.open()
    page.set("a", title="x")
    assert [(call["executor"], call["retry"]) for call in page.remote_calls()] == [
        ("server", True),
        ("server", False),
    ]


# --- results


def test_consumers_wait_until_a_job_has_ended():
    """S-121, S-71, S-83."""
    page = page_with_jobs("go", "a", "b")

    @job(page, Output("a", "children"), Input("go", "n_clicks"))
    def work(n):
        raise AssertionError

    @page.callback(
        Output("b", "children"),
        Input("a", "children"),
        Input("go", "n_clicks"),
        prevent_initial_call=True,
    )
    def follow(a, n):
        return f"{a}, {n}"

    page.open()
    page.set("go", n_clicks=1)
    assert page.take_calls() == []
    assert page.of_type("Status")[-1]["pending"] == 2
    page.end_remote(started(page), response={"a": {"children": "done"}})
    assert page.take_calls() == ["follow"]
    assert page["b", "children"] == "done, 1"
    page.assert_quiet()


def test_running_progress_and_set_props_show_at_once_and_in_order():
    """S-89, S-99, S-122: progress arrives as props; the default comes at the end."""
    page = page_with_jobs("go", "out", "bar", "state", "log")

    @job(
        page,
        Output("out", "children"),
        Input("go", "n_clicks"),
        running=(Output("state", "title"), "on", "off"),
        progress=[Output("bar", "title"), Output("bar", "lang")],
        progress_default=["", "-"],
    )
    def work(set_progress, n):
        raise AssertionError

    page.open()
    page.set("go", n_clicks=1)
    call = started(page)
    assert call["progress"] == ["bar.title", "bar.lang"]
    assert page["state", "title"] == "on"
    page.show_remote(call, bar={"title": "1", "lang": "4"})
    assert (page["bar", "title"], page["bar", "lang"]) == ("1", "4")
    page.show_remote(call, log={"children": ["begun"]})
    assert page["log", "children"] == ["begun"]
    page.end_remote(
        call, response={"out": {"children": "done"}}, sideUpdate={"log": {"children": "ended"}}
    )
    assert (page["bar", "title"], page["bar", "lang"], page["state", "title"]) == ("", "-", "off")
    assert (page["log", "children"], page["out", "children"]) == ("ended", "done")
    page.assert_quiet()


def test_what_a_job_shows_calls_those_who_read_it():
    """S-90."""
    page = page_with_jobs("go", "out", "log", "echo")
    job(page, Output("out", "children"), Input("go", "n_clicks"))(named)

    @page.callback(Output("echo", "children"), Input("log", "title"), prevent_initial_call=True)
    def echo(title):
        return title

    page.open()
    page.set("go", n_clicks=1)
    page.show_remote(started(page), log={"title": "half"})
    assert page["echo", "children"] == "half"
    assert page.remote_calls()


def test_a_patch_of_a_remote_call_is_applied_to_the_current_value():
    """S-103."""
    page = page_with_jobs("go", "out")
    job(page, Output("out", "title"), Input("go", "n_clicks"))(named)
    page.open()
    page.set("out", title=["a"])
    page.set("go", n_clicks=1)
    page.set("out", title=["a", "b"])
    patch = {
        "__dash_patch_update": "__dash_patch_update",
        "operations": [{"operation": "Append", "location": [], "params": {"value": "c"}}],
    }
    page.end_remote(started(page), response={"out": {"title": patch}})
    assert page["out", "title"] == ["a", "b", "c"]


def test_a_job_that_prevents_the_update_changes_nothing():
    """S-52, S-126."""
    page = page_with_jobs("go", "out")
    job(
        page,
        Output("out", "children"),
        Input("go", "n_clicks"),
        running=(Output("out", "title"), "on", "off"),
    )(named)
    page.open()
    page.set("go", n_clicks=1)
    page.end_remote(started(page), "prevented")
    assert page["out", "title"] == "off"
    assert page["out", "children"] is None
    assert page.of_type("RunEnded")[-1]["outcome"] == "prevented"
    page.assert_quiet()


def test_cookies_of_a_call_are_set_in_the_page():
    page = page_with_jobs("go", "out")
    job(page, Output("out", "children"), Input("go", "n_clicks"))(named)
    page.open()
    page.set("go", n_clicks=1)
    page.end_remote(started(page), response={}, cookies=["a=b; path=/"])
    assert page.of_type("SetDocument") == [{"type": "SetDocument", "cookie": "a=b; path=/"}]


# --- errors

BAD = {"message": "bad error", "type": "ValueError", "traceback": "Traceback: line 3"}


def test_an_exception_in_a_job_is_reported_as_dash_reports_it():
    """S-126, S-62."""
    page = page_with_jobs("go", "out")
    job(page, Output("out", "children"), Input("go", "n_clicks"))(named)
    page.open()
    page.set("go", n_clicks=1)
    page.end_remote(started(page), "error", error=BAD)
    (failure,) = page.of_type("Failure")
    assert failure["title"] == "Callback error updating out.children"
    assert failure["message"] == (
        "BackgroundCallbackError: An error occurred inside a background callback: bad error\n"
        "Traceback: line 3"
    )
    assert page["out", "children"] is None
    page.assert_quiet()


def test_the_error_handler_of_a_job_is_called_locally_and_its_result_counts():
    """S-119, S-126: set_props works, None is no_update."""
    page = page_with_jobs("go", "out", "log", on_error=lambda _: "the app's")
    seen = []

    def handle(error):
        seen.append((type(error).__name__, ctx.triggered_id))
        set_props("log", {"children": str(error).splitlines()[0]})

    job(page, Output("out", "children"), Input("go", "n_clicks"), on_error=handle)(named)
    job(page, Output("log", "title"), Input("out", "title"))(named)
    page.open()
    page.set("go", n_clicks=1)
    page.end_remote(started(page), "error", error=BAD)
    assert seen == [("BackgroundCallbackError", "go")]
    assert page["log", "children"] == "An error occurred inside a background callback: bad error"
    assert page["out", "children"] is None
    page.set("out", title="x")
    page.end_remote(started(page), "error", error=BAD)
    assert page["log", "title"] == "the app's"
    assert page.failures == []
    page.assert_quiet()


def test_an_error_of_a_server_is_reported_and_not_handled_a_second_time():
    """The server's own handler has been asked."""
    page = page_with_jobs("go", "out", environment=BRIDGE, on_error=lambda _: "handled")
    page.callback(
        Output("out", "children"), Input("go", "n_clicks"), server=True, prevent_initial_call=True
    )(named)
    page.open()
    page.set("go", n_clicks=1)
    page.end_remote(started(page), "error", error=BAD)
    (failure,) = page.of_type("Failure")
    assert (failure["message"], failure["traceback"]) == (
        "ValueError: bad error",
        "Traceback: line 3",
    )
    page.assert_quiet()


def test_a_call_without_an_answer_is_reported():
    page = page_with_jobs("go", "out")
    job(page, Output("out", "children"), Input("go", "n_clicks"))(named)
    page.open()
    page.set("go", n_clicks=1)
    page.end_remote(started(page), "unreachable", error={"message": "The worker has stopped."})
    (failure,) = page.of_type("Failure")
    assert failure["message"] == "The worker has stopped."
    page.assert_quiet()


def test_a_callback_with_a_fallback_is_called_locally_when_its_server_cannot_be_reached():
    page = page_with_jobs("go", "out", "state", environment=BRIDGE)

    @page.callback(
        Output("out", "children"),
        Input("go", "n_clicks"),
        server=True,
        fallback="browser",
        running=(Output("state", "title"), "on", "off"),
        prevent_initial_call=True,
    )
    def work(n):
        return f"here {n}"

    page.open()
    page.set("go", n_clicks=1)
    assert page.take_calls() == []
    page.end_remote(started(page), "unreachable", error={"message": "offline"})
    assert page.take_calls() == ["work"]
    assert page["out", "children"] == "here 1"
    assert page["state", "title"] == "off"
    assert page.failures == []
    page.assert_quiet()


# --- what ends a job early


def shown_job(page, **options):
    """A job that shows that it runs, started once."""
    job(
        page,
        Output("out", "children"),
        Input("go", "n_clicks"),
        running=(Output("state", "title"), "on", "off"),
        progress=Output("bar", "title"),
        progress_default="nothing",
        **options,
    )(named)
    add_cancellers(page.registry)
    page.open()
    page.set("go", n_clicks=1)
    page.show_remote(started(page), bar={"title": "half"})
    return started(page)


SHOWN = ("go", "out", "state", "bar", "stop", "other")


def ended(page):
    return [message["run"] for message in page.of_type("EndRemote")]


def test_a_change_of_a_cancel_input_ends_the_job():
    """S-123: no update; running is off and the progress is its default."""
    page = page_with_jobs(*SHOWN)
    call = shown_job(page, cancel=[Input("stop", "n_clicks"), Input("stop", "title")])
    page.set("stop", n_clicks=1)
    assert ended(page) == [call["run"]]
    assert (page["state", "title"], page["bar", "title"]) == ("off", "nothing")
    page.end_remote(call, response={"out": {"children": "too late"}})
    page.show_remote(call, bar={"title": "too late"})
    assert page["out", "children"] is None
    assert page["bar", "title"] == "nothing"
    assert page.failures == []
    page.assert_quiet()


def test_any_call_of_a_callback_with_a_cancel_input_ends_the_job():
    """S-123, as in Dash: also when that Input is not what has changed."""
    page = page_with_jobs(*SHOWN)
    page.callback(
        Output("other", "children"),
        Input("stop", "n_clicks"),
        Input("other", "title"),
        prevent_initial_call=True,
    )(named)
    call = shown_job(page, cancel=Input("stop", "n_clicks"))
    page.set("other", title="x")
    assert ended(page) == [call["run"]]
    page.assert_quiet()


def test_a_change_of_other_props_ends_no_job():
    page = page_with_jobs(*SHOWN)
    shown_job(page, cancel=Input("stop", "n_clicks"))
    page.set("stop", title="x")
    page.set("other", n_clicks=1)
    assert ended(page) == []


def test_cancel_ends_all_running_jobs():
    """The limit of S-81 is for calls in the tab."""
    outputs = [f"out{i}" for i in range(20)]
    page = page_with_jobs("go", "stop", *outputs)
    for name in outputs:
        job(page, Output(name, "children"), Input("go", "n_clicks"), cancel=Input("stop", "title"))(
            named
        )
    add_cancellers(page.registry)
    page.open()
    page.set("go", n_clicks=1)
    assert len(page.remote_calls()) == 20
    page.set("stop", title="x")
    assert page.remote_calls() == []
    page.assert_quiet()


def test_a_newer_trigger_ends_the_older_job():
    """S-124, S-77: what the older one has switched on stays on for the newer."""
    page = page_with_jobs(*SHOWN)
    older = shown_job(page)
    page.take_messages()
    page.set("go", n_clicks=2)
    newer = started(page)
    assert ended(page) == [older["run"]]
    assert page["bar", "title"] == "half"
    states = [
        change["props"]["title"]
        for update in page.of_type("Update")
        for change in update["changes"]
        if change["id"] == "state"
    ]
    assert states == ["on"], "it was not off in between"
    page.end_remote(older, response={"out": {"children": "old"}})
    page.end_remote(newer, response={"out": {"children": "new"}})
    assert page["out", "children"] == "new"
    assert page["state", "title"] == "off"


def test_jobs_with_other_match_values_do_not_end_each_other():
    rows = [html.Div(id={"type": "row", "index": i}) for i in (1, 2)]
    page = Page(html.Div(rows), choose_executor=lambda callback: choose_executor(callback, JOBS))
    pattern = {"type": "row", "index": MATCH}
    job(page, Output(pattern, "children"), Input(pattern, "n_clicks"))(named)
    page.open()
    page.set({"type": "row", "index": 1}, n_clicks=1)
    page.set({"type": "row", "index": 2}, n_clicks=1)
    assert len(page.remote_calls()) == 2
    assert ended(page) == []


def test_a_job_ends_when_its_outputs_are_removed():
    """S-78."""
    inside = html.Div([html.Div(id="out"), html.Div(id="bar")], id="box")
    layout = html.Div([inside, html.Div(id="go"), html.Div(id="s")])
    page = Page(layout, choose_executor=lambda callback: choose_executor(callback, JOBS))
    job(
        page,
        Output("out", "children"),
        Input("go", "n_clicks"),
        running=[(Output("s", "title"), "on", "off"), (Output("bar", "title"), "on", "off")],
    )(named)

    @page.callback(Output("box", "children"), Input("go", "title"), prevent_initial_call=True)
    def clear(_):
        return []

    page.open()
    page.set("go", n_clicks=1)
    call = started(page)
    page.set("go", title="clear")
    assert ended(page) == [call["run"]]
    assert page["s", "title"] == "off"
    assert page.failures == []
    page.assert_quiet()


def test_a_reload_of_the_page_ends_its_jobs():
    """S-181."""
    page = page_with_jobs(*SHOWN)
    call = shown_job(page)
    page.send("Reload")
    assert ended(page) == [call["run"]]
    page.end_remote(call, response={"out": {"children": "too late"}})
    assert page["out", "children"] is None
    assert page.session.scheduler.quiet


def test_a_result_of_a_run_that_was_never_sent_away_changes_nothing():
    page = page_with_jobs("go", "out").open()
    page.end_remote({"run": 17}, response={"out": {"children": "x"}})
    page.show_remote({"run": 17}, out={"children": "x"})
    assert page["out", "children"] is None
    assert page.failures == []


# --- caching


class Manager:
    """As Dash's, as far as a tab needs it."""

    def __init__(self, cache_by):
        self.cache_by = cache_by
        self.expire = 60
        self.asked = []

    def build_cache_key(self, fn, args, cache_args_to_ignore, triggered):
        self.asked.append((args, cache_args_to_ignore, triggered))
        return "|".join([fn.__name__, *map(str, (make() for make in self.cache_by))])


def cached_page(manager, **options):
    page = page_with_jobs("go", "out", manager=manager)
    job(page, Output("out", "children"), Input("go", "n_clicks"), State("out", "title"), **options)(
        named
    )
    page.open()
    page.set("go", n_clicks=1)
    return page


def test_results_are_kept_under_a_key_of_the_manager():
    """S-125: only with functions to cache by."""
    manager = Manager([lambda: "user 1"])
    call = started(cached_page(manager, cache_args_to_ignore=0))
    assert (call["cacheKey"], call["expire"]) == ("named|user 1", 60)
    assert manager.asked == [([1, None], [0], None)]
    assert "cacheKey" not in started(cached_page(Manager(None)))
    assert "cacheKey" not in started(cached_page(None))


def test_what_triggered_the_call_tells_results_apart_if_the_app_says_so():
    manager = Manager([])
    cached_page(manager, cache_ignore_triggered=False)
    assert manager.asked[0][2] == [{"prop_id": "go.n_clicks", "value": 1}]


def test_an_error_in_a_function_to_cache_by_is_an_error_of_the_callback():
    def fail():
        raise ValueError("no user")

    page = cached_page(Manager([fail]))
    assert page.remote_calls() == []
    assert page.failures == ["Callback error updating out.children"]
    page.assert_quiet()


def test_a_function_called_locally_is_not_sent():
    page = Page(html.Div([html.Div(id="go"), html.Div(id="out")]))

    @job(page, Output("out", "children"), Input("go", "n_clicks"))
    def work(n):
        if n == 2:
            raise PreventUpdate
        return no_update if n == 3 else n

    page.open()
    for n in (1, 2, 3):
        page.set("go", n_clicks=n)
    assert page["out", "children"] == 1
    assert page.of_type("CallRemote") == []
    page.assert_quiet()
