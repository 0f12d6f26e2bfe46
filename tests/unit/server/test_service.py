"""The service of callbacks: requests that are answered, and the errors of all others."""

import asyncio
import json
from typing import Any

import pytest

from pyrt.calls.call import CallOptions
from pyrt.engine.call.context import ctx, set_props
from pyrt.managers.store_manager import StoreManager
from pyrt.model.callback import BACKGROUND_CALLBACKS, CallbackRegistry
from pyrt.model.dependencies import ClientsideFunction, Input, Output
from pyrt.server import http_error
from pyrt.server.http_error import HttpError
from pyrt.server.jobs.lifecycle import JobLifecycle, JobQuery, JobRequest
from pyrt.server.permission import Permission
from pyrt.server.request import RequestEnvironment
from pyrt.server.service import CallService, StreamingOptions
from tests.support.stores import Texts


class Manager(StoreManager):
    """One whose store may fail."""

    def __init__(self, error=None):
        super().__init__(None)
        self.error = error

    def make_job_fn(self, fn, progress, key):
        return None

    def open_store(self):
        if self.error:
            raise self.error
        return Texts()


class App:
    """Callbacks of an app, and the service that answers for them."""

    def __init__(self, *, debug=False, manager=None, **options):
        self.registry = CallbackRegistry()
        self.calls = []
        call_options = CallOptions(**options)
        self.service = CallService(
            self.registry,
            Permission(manager=manager),
            call_options,
            JobLifecycle(self.registry, manager, call_options, secret="secret"),
            debug=debug,
        )

    def declare(self, function, **options):
        def noted(value):
            self.calls.append(value)
            return function(value)

        self.registry.callback(Output("out", "x"), Input("in", "x"), **options)(noted)

    def call(self, request, **streaming):
        callback = self.service.find_callback(request)
        call = self.service.call(
            callback, request, RequestEnvironment(cookie="a=1"), StreamingOptions(**streaming)
        )
        return asyncio.run(call)


@pytest.fixture
def make_app(monkeypatch):
    monkeypatch.setattr(StoreManager, "managers", [])
    made = []

    def make(**options):
        made.append(App(**options))
        return made[-1]

    yield make
    for app in made:
        app.service.close()
    BACKGROUND_CALLBACKS.clear()


def request(value=1, output="out.x", **changed) -> dict[str, Any]:
    component_id, _, prop = output.partition(".")
    return {
        "output": output,
        "outputs": {"id": component_id, "property": prop},
        "inputs": [{"id": "in", "property": "x", "value": value}],
        "changedPropIds": ["in.x"],
        **changed,
    }


def response(result):
    """The new values of a result, as JSON."""
    return json.loads(result.body())["response"]


def call_error(app, given):
    """The error that refuses a request; no callback was called."""
    with pytest.raises(HttpError) as caught:
        app.call(given)
    assert app.calls == []
    return caught.value


def test_a_marked_callback_is_called_with_the_request_of_its_page(make_app):
    app = make_app()
    app.declare(lambda value: [value, ctx.cookies], server=True)
    assert response(app.call(request(5))) == {"out": {"x": [5, {"a": "1"}]}}
    assert app.calls == [5]


def test_a_coroutine_runs_on_the_loop_and_a_function_in_a_thread(make_app):
    app = make_app()

    async def on_loop(value):
        return asyncio.get_running_loop() is not None

    def in_thread(value):
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        return value

    app.registry.callback(Output("out", "x"), Input("in", "x"), server=True)(on_loop)
    app.registry.callback(Output("b", "x"), Input("in", "x"), server=True)(in_thread)
    assert response(app.call(request())) == {"out": {"x": True}}
    assert response(app.call(request(output="b.x"))) == {"b": {"x": 1}}


@pytest.mark.parametrize(("websocket", "streamed"), [(True, 1), (False, 0)])
def test_props_are_streamed_where_callback_and_connection_allow_it(make_app, websocket, streamed):
    """S-89, S-133: else they come with the result."""
    app = make_app()

    def show(value):
        set_props("log", {"x": value})
        return value

    app.declare(show, server=True, websocket=websocket)
    sent: list[Any] = []
    result = app.call(request(), stream=sent.append)
    assert len(sent) == streamed
    assert bool(result.side_update) is not bool(streamed)
    assert app.call(request()).side_update, "over HTTP"


@pytest.mark.parametrize("given", [None, [], {}, {"output": 5}, "out.x"])
def test_what_is_no_request_is_malformed(make_app, given):
    app = make_app()
    app.declare(str, server=True)
    assert call_error(app, given).reason == http_error.MALFORMED


def test_inputs_that_do_not_fit_are_malformed(make_app):
    app = make_app()
    app.declare(str, server=True)
    assert call_error(app, request(inputs=[])).reason == http_error.MALFORMED


def test_a_callback_that_is_not_there_is_unknown(make_app):
    assert call_error(make_app(), request()).reason == http_error.UNKNOWN


def test_a_callback_of_the_page_is_not_called_and_how_to_mark_it_is_said(make_app):
    app = make_app()
    app.declare(str)
    error = call_error(app, request())
    assert error.reason == http_error.UNMARKED
    assert "noted runs in the page" in error.message
    assert "server=True" in error.message


def test_a_clientside_function_is_not_called(make_app):
    app = make_app()
    app.registry.clientside_callback(
        ClientsideFunction("ns", "f"), Output("out", "x"), Input("in", "x")
    )
    assert call_error(app, request()).reason in {http_error.UNKNOWN, http_error.UNMARKED}


# --- jobs


def start(app, **query):
    given = request()
    callback = app.service.find_callback(given)
    job = JobRequest(callback, given, RequestEnvironment(), JobQuery(**query))
    with pytest.raises(HttpError) as caught:
        asyncio.run(app.service.start_or_poll_job(job))
    return caught.value


def test_a_store_that_cannot_be_reached_is_told_without_its_address(make_app, caplog):
    app = make_app(manager=Manager(OSError("redis://:password@host refused")))
    app.declare(str, background=True)
    error = start(app)
    assert error.reason == http_error.UNAVAILABLE
    assert "password" not in error.message


def test_a_job_of_another_server_is_refused(make_app):
    app = make_app(manager=Manager())
    app.declare(str, background=True)
    assert start(app, cache_key="forged").reason.status == 403
    with pytest.raises(HttpError) as caught:
        asyncio.run(app.service.cancel(JobQuery(cancelled=["forged"])))
    assert caught.value.reason.status == 403
    assert asyncio.run(app.service.cancel(JobQuery())) == 0


# --- errors


def failed(app):
    def fail(_):
        raise ValueError("password=1234")

    app.declare(fail, server=True)
    return app.service.error_of(app.call(request()))


def test_what_an_app_raises_stays_on_the_server(make_app):
    told = failed(make_app())
    assert list(told) == ["message"]
    assert "password" not in str(told)
    assert "the log there says why" in str(told["message"])


def test_with_debug_the_page_is_told(make_app):
    told = failed(make_app(debug=True))
    assert (told["message"], told["type"]) == ("password=1234", "ValueError")
    assert "in fail" in str(told["traceback"])


@pytest.mark.parametrize("debug", [False, True])
def test_a_page_is_told_that_a_result_is_too_large_in_any_case(make_app, debug):
    """Without what is the server's: values, paths."""
    app = make_app(debug=debug, max_result=2000)
    app.declare(lambda _: "secret" * 1000, server=True)
    told = app.service.error_of(app.call(request()))
    assert ("out.x" in str(told["message"])) is not debug
    assert ("test_service.py" in str(told["message"])) is debug, "no path of the server"
    assert "max-result" in str(told["message"])
    assert "secret" not in str(told["message"])
