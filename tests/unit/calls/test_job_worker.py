"""S-122, S-126: what a job worker answers."""

import asyncio
import json

import pytest
from dash import html

from pyrt.calls.call import CallOptions
from pyrt.calls.job_worker import JobWorker
from pyrt.engine.call.context import ctx, set_props
from pyrt.model import environment
from pyrt.model.callback import CallbackRegistry, no_update
from pyrt.model.dependencies import Input, Output
from pyrt.model.environment import Environment
from pyrt.model.errors import PreventUpdate

PAGE = {"location": {"href": "http://x/", "pathname": "/deep"}, "cookie": "theme=dark"}


class Worker:
    """A job worker without a browser."""

    def __init__(self, **options):
        self.callbacks = CallbackRegistry()
        self.posted = []
        self.server = JobWorker(self.callbacks, self._take, CallOptions(**options))

    def _take(self, text):
        self.posted += json.loads(text)

    def callback(self, *outputs, **options):
        return self.callbacks.callback(
            *outputs, Input("go", "n_clicks"), background=True, **options
        )

    def ask(self, index=0, job=7, **request):
        callback = list(self.callbacks)[index]
        outputs = [
            {"id": o.component_id, "property": o.component_property} for o in callback.outputs
        ]
        body = {
            "output": callback.callback_id,
            "outputs": outputs if callback.multi else outputs[0],
            "inputs": [{"id": "go", "property": "n_clicks", "value": 3}],
            "changedPropIds": ["go.n_clicks"],
            **request,
        }
        message = {
            "type": "Job",
            "job": job,
            "callbackPosition": index,
            "request": body,
            "environment": PAGE,
        }
        self.posted.clear()
        self.server.receive(json.dumps([message]))
        return self.posted


@pytest.fixture
def worker():
    return Worker()


def test_a_job_shows_what_it_does_while_it_does_it_and_then_its_result(worker):
    """S-91, S-122: in order."""

    @worker.callback(Output("out", "children"), progress=[Output("bar", "value")])
    def work(set_progress, n):
        set_progress(1)
        set_props("log", {"children": html.B("half")})
        return n * 2

    update, side, result = worker.ask()
    assert update == {"type": "JobUpdate", "job": 7, "props": {"bar": {"value": 1}}}
    assert side["props"]["log"]["children"]["type"] == "B"
    assert result == {
        "type": "JobResult",
        "job": 7,
        "outcome": "value",
        "response": {"out": {"children": 6}},
        "sideUpdate": {},
        "cookies": [],
    }


def test_the_context_of_a_job_is_that_of_the_page(worker):
    """S-110, S-113, S-126."""

    @worker.callback(Output("out", "children"))
    def work(_):
        return [ctx.triggered_id, ctx.inputs, ctx.cookies]

    (result,) = worker.ask()
    assert result["response"]["out"]["children"] == ["go", {"go.n_clicks": 3}, {"theme": "dark"}]


def test_a_coroutine_is_a_job_as_well(worker):
    @worker.callback(Output("out", "children"))
    async def work(n):
        await asyncio.sleep(0)
        set_props("log", {"children": "half"})
        await asyncio.sleep(0)
        return n

    async def ask():
        worker.ask()
        assert worker.posted == []
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})

    asyncio.run(ask())
    assert [message["type"] for message in worker.posted] == ["JobUpdate", "JobResult"]
    assert worker.posted[1]["response"] == {"out": {"children": 3}}


@pytest.mark.parametrize("switching", [True, False])
def test_what_a_plain_function_returns_may_be_awaitable(worker, switching):
    @worker.callback(Output("out", "children"))
    def work(n):
        return asyncio.sleep(0.001, result=n)

    async def ask():
        worker.ask()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})

    environment.use(Environment(switching=switching))
    try:
        if switching:
            worker.ask()
        else:
            asyncio.run(ask())
    finally:
        environment.use(Environment())
    assert [message["response"] for message in worker.posted] == [{"out": {"children": 3}}]


def test_no_update_and_prevent_update_leave_outputs_out(worker):
    """S-52."""

    @worker.callback([Output("a", "x"), Output("b", "x")])
    def some(n):
        return no_update, n

    @worker.callback(Output("c", "x"))
    def none(n):
        raise PreventUpdate

    (result,) = worker.ask(0)
    assert result["response"] == {"b": {"x": 3}}
    (result,) = worker.ask(1)
    assert (result["outcome"], result["response"]) == ("prevented", {})


def test_an_error_is_told_and_not_handled_here(worker):
    """S-126: the handler belongs to the session."""

    def handle(error):
        raise AssertionError

    @worker.callback(Output("out", "children"), on_error=handle)
    def work(n):
        raise ValueError("bad error")

    (result,) = worker.ask()
    assert result["outcome"] == "error"
    assert result["error"]["message"] == "bad error"
    assert result["error"]["type"] == "ValueError"
    assert result["error"]["traceback"].endswith("ValueError: bad error")
    assert "in work" in result["error"]["traceback"]


def test_the_next_job_runs_after_one_that_has_failed(worker):
    @worker.callback(Output("out", "children"))
    def work(n):
        return 1 / n

    worker.ask(inputs=[{"id": "go", "property": "n_clicks", "value": 0}])
    (result,) = worker.ask()
    assert result["outcome"] == "value"


def test_a_job_for_a_callback_that_this_worker_does_not_have_is_an_error(worker):
    """The app's file may register others when it runs a second time."""
    worker.callback(Output("out", "children"))(str)
    (result,) = worker.ask(output="other.children")
    assert result["outcome"] == "error"
    assert "no Python callback for 'other.children'" in result["error"]["message"]


def test_a_result_above_the_limit_is_refused_with_the_name_of_the_callback():
    worker = Worker(max_result=2000)
    worker.callback(Output("out", "children"))(lambda _: ["x" * 3000])
    (result,) = worker.ask()
    assert result["outcome"] == "error"
    assert "test_job_worker.py" in result["error"]["message"]
    assert "max-result" in result["error"]["message"]
    assert result["error"]["type"] == "ResultTooLargeError"
