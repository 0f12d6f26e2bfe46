"""S-120 to S-127: jobs from their start to their end, with a manager that runs nothing."""

import json
from typing import Any

import pytest

from pyrt.calls.call import CallOptions, CallResult
from pyrt.managers.managers import job_key
from pyrt.managers.store_manager import StoreManager
from pyrt.model.callback import BACKGROUND_CALLBACKS, CallbackRegistry, no_update
from pyrt.model.dependencies import Input, Output
from pyrt.model.errors import (
    MissingLongCallbackManagerError,
    ProtocolError,
    ResultTooLargeError,
)
from pyrt.server.http_error import FOREIGN_JOB_ID, HttpError
from pyrt.server.jobs.lifecycle import JobLifecycle, JobQuery, JobRequest
from pyrt.server.request import RequestEnvironment
from tests.support.stores import Texts


class Manager(StoreManager):
    """Starts jobs in name only; the test says what they write and how they end."""

    def __init__(self, cache_by=None):
        super().__init__(cache_by)
        self.store = Texts()
        self.keys = []  # of the jobs that were started
        self.ended = []
        self.running = True
        self.failure = None
        self.restored = []

    def restore_job(self, *job):
        self.restored.append(job)

    def open_store(self):
        return self.store

    def make_job_fn(self, fn, progress, key):
        return key

    def call_job_fn(self, key, job_fn, args, context):
        self.keys.append(key)
        return f"job{len(self.keys)}"

    def terminate_job(self, job):
        self.ended.append(job)

    def job_running(self, job):
        return self.running

    def failure_reason(self, key, job):
        return self.failure

    def finish(self, value, number=-1):
        """Write the result of a job that was started."""
        self.channel(self.keys[number]).write_result(json.dumps(value))


class App:
    """One background callback, and the jobs of it."""

    def __init__(self, manager, *, secret="secret", end_id="page", **options):
        self.manager = manager
        self.end_id = end_id
        self.registry = CallbackRegistry()
        self.calls: list[object] = []
        self.jobs = JobLifecycle(self.registry, manager, CallOptions(), secret)
        self.declare("out", **options)

    def declare(self, name, **options):
        self.registry.callback(Output(name, "x"), Input("in", "x"), background=True, **options)(
            lambda *values: self.calls.append(values)
        )

    def request(self, value=1, index=0, **query):
        callback = list(self.registry)[index]
        component_id = callback.outputs[0].component_id
        body = {
            "output": callback.callback_id,
            "outputs": {"id": component_id, "property": "x"},
            "inputs": [{"id": "in", "property": "x", "value": value}],
            "changedPropIds": ["in.x"],
        }
        asked = JobQuery(**{"end_id": self.end_id, **query})
        return JobRequest(callback, body, RequestEnvironment(), asked)

    def start(self, value=1, **query) -> Any:
        started = self.jobs.start(self.request(value, **query))
        assert isinstance(started, str)
        assert self.calls == [], "the function is the job's to call"
        return json.loads(started)

    def poll(self, started, **query) -> Any:
        """The JSON of the answer, or the result of an error."""
        ids = {"cache_key": started["cacheKey"], "job": started["job"]}
        found = self.jobs.poll(self.request(**{**ids, **query}))
        if isinstance(found, CallResult) and found.outcome != "error":
            return found.outcome if found.outcome == "prevented" else json.loads(found.body())
        return json.loads(found) if isinstance(found, str) else found


@pytest.fixture(autouse=True)
def own_callbacks(monkeypatch):
    monkeypatch.setattr(StoreManager, "managers", [])
    BACKGROUND_CALLBACKS.clear()
    yield
    BACKGROUND_CALLBACKS.clear()


# --- start


def test_a_start_names_the_job_and_its_result():
    """S-121."""
    app = App(Manager())
    started = app.start()
    assert sorted(started) == ["cacheKey", "job"]
    assert app.manager.keys[0] not in {started["cacheKey"], started["job"]}, "they are signed"


def test_a_start_says_what_the_page_must_know_of_the_callback():
    """S-122, S-123."""
    progress = [Output("bar", "value"), Output("bar", "max")]
    app = App(
        Manager(), progress=progress, progress_default=["0", "9"], cancel=[Input("stop", "n")]
    )
    started = app.start()
    assert started["cancel"] == [{"id": "stop", "property": "n"}]
    assert started["progressDefault"] == {"bar.value": "0", "bar.max": "9"}


def test_without_a_cache_each_start_is_a_job_of_its_own():
    """S-125: pages with the same inputs must not get each other's results."""
    app = App(Manager())
    app.start()
    app.start()
    assert len(set(app.manager.keys)) == 2


def test_with_a_cache_a_result_is_used_again_for_the_same_inputs():
    """S-125."""
    app = App(Manager(cache_by=[lambda: "version 1"]))
    first = app.start(1)
    app.manager.finish("one")
    again, other = app.start(1), app.start(2)
    assert len(app.manager.keys) == 2
    assert app.poll(again) == app.poll(first)
    assert "response" not in app.poll(other)


def test_what_cache_by_raises_is_an_error_and_no_job_is_started():
    def fail():
        raise ValueError("no database")

    app = App(Manager(cache_by=[fail]))
    result = app.jobs.start(app.request())
    assert isinstance(result, CallResult)
    assert result.outcome == "error"
    assert app.manager.keys == []


def test_without_a_manager_it_is_said_how_to_give_one():
    """S-120."""
    app = App(None)
    with pytest.raises(MissingLongCallbackManagerError, match="background_callback_manager="):
        app.jobs.start(app.request())


def test_a_callbacks_own_manager_comes_before_the_apps():
    """S-120."""
    app, own = App(Manager()), Manager()
    app.declare("second", manager=own)
    app.jobs.start(app.request(index=1))
    assert len(own.keys) == 1
    assert app.manager.keys == []


def test_a_request_that_does_not_fit_starts_nothing():
    app = App(Manager())
    request = app.request()
    assert isinstance(request.body, dict)
    request.body["inputs"] = []
    with pytest.raises(ProtocolError):
        app.jobs.start(request)
    assert app.manager.keys == []


# --- poll


def test_a_running_job_shows_progress_once_and_props():
    """S-91, S-122."""
    app = App(Manager(), progress=[Output("bar", "value")])
    started = app.start()
    channel = app.manager.channel(app.manager.keys[0])
    channel.write_progress("[5]")
    channel.write_props({"log": {"x": "half"}})
    assert app.poll(started) == {
        "multi": True,
        "progress": {"bar.value": 5},
        "sideUpdate": {"log": {"x": "half"}},
    }
    assert app.poll(started) == {"multi": True}


def test_progress_does_not_arrive_after_props_that_were_set_later(monkeypatch):
    """S-122: the job writes both while the server reads them, progress first."""
    app = App(Manager(), progress=[Output("bar", "value")])
    started = app.start()

    def write_and_read(key):
        channel = app.manager.channel(key)
        channel.write_progress("[2]")
        channel.write_props({"log": {"children": "a"}})
        return channel.take_props()

    monkeypatch.setattr(app.manager, "get_updated_props", write_and_read)
    assert app.poll(started) == {
        "multi": True,
        "progress": {"bar.value": 2},
        "sideUpdate": {"log": {"children": "a"}},
    }


def test_the_result_comes_with_the_last_props_and_progress():
    """S-126."""
    app = App(Manager(), progress=[Output("bar", "value")])
    started = app.start()
    channel = app.manager.channel(app.manager.keys[0])
    channel.write_progress("[9]")
    channel.write_props({"log": {"x": "end"}})
    app.manager.finish({"a": 1})
    assert app.poll(started) == {
        "multi": True,
        "response": {"out": {"x": {"a": 1}}},
        "sideUpdate": {"log": {"x": "end"}},
        "progress": {"bar.value": 9},
    }


def test_an_answer_that_got_lost_is_given_again():
    app = App(Manager())
    started = app.start()
    app.manager.channel(app.manager.keys[0]).write_props({"log": {"x": "end"}})
    app.manager.finish(7)
    assert app.poll(started) == app.poll(started)


def test_no_update_and_a_cancelled_job_change_nothing():
    """S-123."""
    app = App(Manager())
    started = app.start()
    app.manager.running = False
    assert app.poll(started) == "prevented", "it was cancelled: there is no reason for its end"
    app.manager.finish(no_update.to_plotly_json())
    assert app.poll(started) == "prevented"


def test_an_error_of_the_job_is_one_of_the_callback():
    """S-126."""
    app = App(Manager())
    started = app.start()
    app.manager.finish({"background_callback_error": {"msg": "of the app", "tb": "in work"}})
    result = app.poll(started)
    assert "of the app\nin work" in str(result.error)


def test_a_result_that_the_job_has_refused_keeps_its_text():
    app = App(Manager())
    started = app.start()
    refused = {"msg": "", "tb": "in work", "tooLarge": ["work", "returned 70 MB"]}
    app.manager.finish({"background_callback_error": refused})
    result = app.poll(started)
    assert (type(result.error), str(result.error)) == (ResultTooLargeError, "work returned 70 MB")


def test_a_job_without_a_result_is_started_again_by_its_manager_if_it_is_lost():
    app = App(Manager())
    started = app.start()
    app.poll(started)
    (callback,) = app.registry
    assert app.manager.restored == [(app.manager.keys[0], "job1", job_key(callback))]
    app.manager.finish(1)
    app.poll(started)
    assert len(app.manager.restored) == 1


def test_an_error_handler_is_called_where_the_page_waits():
    """S-119, S-126."""
    app = App(Manager(), on_error=lambda error: f"handled {type(error).__name__}")
    started = app.start()
    app.manager.finish({"background_callback_error": {"msg": "m", "tb": ""}})
    assert app.poll(started)["response"] == {"out": {"x": "handled BackgroundCallbackError"}}


@pytest.mark.parametrize("running", [True, False])
def test_a_job_that_was_lost_is_an_error_that_says_why(running):
    app = App(Manager())
    started = app.start()
    app.manager.running, app.manager.failure = running, "It was killed."
    assert "The job was lost. It was killed." in str(app.poll(started).error)


def test_a_job_that_ends_between_two_looks_has_its_result():
    app = App(Manager())
    started = app.start()

    def end_meanwhile(_):
        app.manager.finish("just in time")
        return False

    app.manager.job_running = end_meanwhile
    app.manager.failure = "It is gone."
    assert app.poll(started)["response"] == {"out": {"x": "just in time"}}


# --- end


def test_jobs_that_a_newer_trigger_replaces_are_ended_first():
    """S-124."""
    app = App(Manager())
    older = app.start()
    newer = app.start(2, old_jobs=[older["job"]])
    assert app.manager.ended == ["job1"]
    app.poll(newer, old_jobs=[older["job"]])
    assert app.manager.ended == ["job1", "job1"], "once more does no harm"


def test_jobs_are_found_in_the_manager_of_their_callback():
    """S-123."""
    app, own = App(Manager()), Manager()
    app.declare("second", manager=own)
    first = app.start()
    started = app.jobs.start(app.request(index=1))
    assert isinstance(started, str)
    second = json.loads(started)
    assert app.jobs.end([second["job"], first["job"]], "page") == 2
    assert (app.manager.ended, own.ended) == (["job1"], ["job1"])
    assert app.jobs.end([], "page") == 0


# --- signed ids


def foreign(action, *arguments, **options):
    with pytest.raises(HttpError) as caught:
        action(*arguments, **options)
    assert caught.value.reason == FOREIGN_JOB_ID


def test_ids_of_another_page_load_are_refused():
    app = App(Manager())
    started = app.start()
    foreign(app.poll, started, end_id="another page")
    foreign(app.jobs.end, [started["job"]], "another page")


def test_ids_of_another_callback_are_refused():
    app = App(Manager())
    app.declare("second")
    started = app.start()
    ids = {"cache_key": started["cacheKey"], "job": started["job"]}
    foreign(app.jobs.poll, app.request(index=1, **ids))


def test_an_id_of_a_job_is_none_of_a_result():
    app = App(Manager())
    started = app.start()
    foreign(app.poll, started, cache_key=started["job"])
    foreign(app.poll, started, job=started["cacheKey"])
    foreign(app.jobs.end, [started["cacheKey"]], "page")


@pytest.mark.parametrize("forged", ["", "x", "job1~", "~", "job1~0123", "é~é"])
def test_a_forged_id_is_refused_and_no_job_is_ended(forged):
    app = App(Manager())
    started = app.start()
    foreign(app.jobs.end, [started["job"], forged], "page")
    foreign(app.poll, {**started, "cacheKey": forged})
    assert app.manager.ended == []


def test_all_servers_with_the_same_store_or_the_same_secret_know_each_others_ids():
    manager = Manager()
    for secret in ("", "secret"):
        started = App(manager, secret=secret).start()
        manager.finish("done")
        assert App(manager, secret=secret).poll(started)["response"] == {"out": {"x": "done"}}
    foreign(App(manager, secret="another").poll, started)
