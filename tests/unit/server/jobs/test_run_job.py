"""S-122, S-126: one job, run in this process with a store in memory."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from pyrt.engine.call.context import ctx, set_props
from pyrt.managers.channel import Channel
from pyrt.managers.managers import BaseBackgroundCallbackManager, job_key
from pyrt.model import environment
from pyrt.model.callback import BACKGROUND_CALLBACKS, CallbackRegistry, no_update
from pyrt.model.dependencies import Input, Output
from pyrt.model.errors import PreventUpdate
from pyrt.server.jobs import run_job
from tests.support.stores import Texts

CONTEXT: dict[str, Any] = {
    "request": {
        "output": "out.children",
        "outputs": {"id": "out", "property": "children"},
        "inputs": [{"id": "in", "property": "value", "value": 2}],
        "changedPropIds": ["in.value"],
    },
    "environment": {"cookie": "a=1"},
}


class Manager(BaseBackgroundCallbackManager):
    """One that learns of callbacks and runs nothing."""

    def make_job_fn(self, fn, progress, key):
        return lambda: None


@pytest.fixture
def store(monkeypatch):
    """An empty store, in a process that has a manager."""
    monkeypatch.setattr(run_job, "HEARTBEAT_S", 0.001)
    monkeypatch.setattr(Manager, "managers", [])
    BACKGROUND_CALLBACKS.clear()
    Manager(None)
    yield Texts()
    BACKGROUND_CALLBACKS.clear()


def run_function(store, function, *, outputs=1, expire_s=None, **options):
    """Run a job of this function, and return its result."""
    registry = CallbackRegistry()
    declared = [Output("out", "children")][:outputs]
    registry.callback(*declared, Input("in", "value"), background=True, **options)(function)
    (callback,) = registry
    context = CONTEXT
    if not outputs:
        request = {**CONTEXT["request"], "output": callback.callback_id, "outputs": None}
        context = {**CONTEXT, "request": request}
    run_job.run_job(job_key(callback), Channel(store, "job"), context, expire_s)
    return json.loads(store.texts["job"])


def error_of(result):
    assert list(result) == ["background_callback_error"]
    return result["background_callback_error"]


def test_the_result_is_what_the_function_returned(store):
    """S-126: which components it is for, is decided where the page waits."""
    assert run_function(store, lambda value: {"twice": 2 * value}) == {"twice": 4}


@pytest.mark.parametrize("value", [None, 0, "", [], False])
def test_a_result_that_is_nothing_is_one(store, value):
    assert run_function(store, lambda _: value) == value


def test_an_async_function_is_run_as_well(store):
    async def later(value):
        return value + 1

    assert run_function(store, later) == 3


def test_a_result_is_kept_as_long_as_it_is_said(store):
    """S-125."""
    run_function(store, lambda value: value, expire_s=7)
    assert store.kept["job"] == 7


def test_the_function_sees_the_request_of_its_page(store):
    """S-113."""
    assert run_function(store, lambda _: [ctx.cookies, ctx.triggered_id]) == [{"a": "1"}, "in"]


@pytest.mark.parametrize("function", [lambda _: no_update, pytest.param(None, id="prevented")])
def test_no_update_and_prevent_update_are_results(store, function):
    def prevent(_):
        raise PreventUpdate

    assert run_function(store, function or prevent) == {"_dash_no_update": "_dash_no_update"}


def test_an_error_is_the_result_with_its_traceback(store):
    def fail(_):
        raise ValueError("of the app")

    error = error_of(run_function(store, fail))
    assert error["msg"] == "of the app"
    assert "in fail" in error["tb"]


def test_the_apps_error_handler_is_not_called_here(store):
    """S-126: it is, where the page waits."""

    def fail(_):
        raise ValueError("of the app")

    result = run_function(store, fail, on_error=lambda _: pytest.fail("called"))
    assert error_of(result)["msg"] == "of the app"


def test_a_result_that_is_no_json_is_an_error_that_says_so(store):
    """S-61."""
    assert "JSON" in error_of(run_function(store, lambda _: {1, 2}))["msg"]


def test_a_process_that_has_no_such_callback_says_so(store):
    run_job.run_job("unknown", Channel(store, "job"), CONTEXT)
    assert "unknown" in error_of(json.loads(store.texts["job"]))["msg"]


@pytest.mark.parametrize("request_to_end", [SystemExit(3), KeyboardInterrupt()])
def test_a_request_to_end_is_the_result_and_is_passed_on(store, request_to_end):
    """The sender waits for the process to end."""

    def fail(_):
        raise request_to_end

    with pytest.raises(type(request_to_end)):
        run_function(store, fail)
    assert error_of(json.loads(store.texts["job"]))


# --- while it runs


def test_progress_and_props_are_seen_while_it_runs(store):
    """S-91, S-122."""
    seen = []
    server = Channel(store, "job")

    def work(set_progress, value):
        for number in range(2):
            set_progress(number)
            set_props("log", {"children": number})
            seen.append((server.take_progress(), server.take_props()))
        set_progress((1, "two"))
        seen.append(server.take_progress())
        return value

    assert run_function(store, work, progress=Output("bar", "value")) == 2
    assert seen == [
        ([0], {"log": {"children": 0}}),
        ([1], {"log": {"children": 1}}),
        [1, "two"],
    ]


def test_without_progress_outputs_the_function_gets_no_set_progress(store):
    assert run_function(store, lambda *values: list(values)) == [2]


def test_a_job_without_outputs_has_a_result_as_well(store):
    """S-126: that it is over."""

    def work(value):
        set_props("log", {"children": value})

    assert run_function(store, work, outputs=0) is None
    assert Channel(store, "job").take_props() == {"log": {"children": 2}}


def test_heartbeats_are_written_while_it_runs_and_not_afterwards(store):
    written = threading.Semaphore(0)
    write = store.set

    def note(key, text, expire_s=None):
        write(key, text, expire_s)
        if key != "job":
            written.release()

    store.set = note

    def work(value):
        for _ in range(3):
            assert written.acquire(timeout=10)
        return value

    run_function(store, work)
    heartbeat = Channel(store, "job").read_heartbeat()
    assert heartbeat is not None
    threads = [each for each in threading.enumerate() if "write_heartbeats" in each.name]
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()


# --- a store that fails


def test_a_store_that_is_away_for_a_while_gets_the_result_later(store):
    """The job continues, and what it has shown is written with the result."""
    write, failures = store.set, [OSError("away")] * 50

    def fail_at_first(key, text, expire_s=None):
        if failures:
            raise failures.pop()
        write(key, text, expire_s)

    def work(set_progress, value):
        set_progress(1)
        set_props("log", {"children": "shown"})
        return value

    store.set = fail_at_first
    assert run_function(store, work, progress=Output("bar", "value")) == 2
    assert Channel(store, "job").take_props() == {"log": {"children": "shown"}}


def test_a_store_that_stays_away_ends_the_job_with_its_error(store, monkeypatch):
    monkeypatch.setattr(run_job, "_RETRY_FOR_S", 0.01)

    def fail(*_):
        raise OSError("away")

    store.set = fail
    with pytest.raises(OSError, match="away"):
        run_function(store, lambda value: value)


def test_a_result_above_the_limit_is_refused_with_the_name_of_the_callback(store, small_results):
    result = run_function(store, lambda _: "x" * 3000)
    error = result["background_callback_error"]
    assert "test_run_job.py" in error["msg"]
    assert "max-result" in error["msg"]
    assert error["tooLarge"]


def test_progress_has_the_same_limit(store, small_results):
    def show(set_progress, _):
        set_progress("x" * 3000)

    result = run_function(store, show, progress=[Output("bar", "value")])
    assert result["background_callback_error"]["tooLarge"]
    assert "job-progress" not in store.texts


@pytest.fixture
def small_results():
    """Let results have 2,000 bytes."""
    before = environment.current()
    environment.use(replace(before, max_result=2000))
    yield
    environment.use(before)
