"""Background callbacks of an app without a manager, for an agent's page."""

import threading

import pytest
from dash import Input, Output, dcc, html

from pyrt.agent_page.stdio import make_agent_app
from pyrt.agents.tasks import JobRef, TaskError


@pytest.fixture
def slow(app):
    """Return an app with a background callback that ends when it is told to."""
    app.layout = html.Div([dcc.Input(id="i"), html.P(id="o"), html.P(id="p")])
    go, begun = threading.Event(), threading.Event()

    @app.callback(
        Output("o", "children"),
        Input("i", "value"),
        background=True,
        progress=Output("p", "children"),
    )
    def work(set_progress, value):
        set_progress(f"working on {value}")
        begun.set()
        assert go.wait(10)
        return value * 2

    app.prepare()
    agents, close = make_agent_app(app)
    tool = agents.catalog.by_name["work"]
    yield agents.tasks, tool, go, begun
    go.set()
    close()


def test_a_job_has_progress_and_then_a_result(slow):
    tasks, tool, go, begun = slow
    task_id = tasks.start(tool, tool.request({"value": "ab"}))["taskId"]
    assert begun.wait(10)
    state = tasks.get(task_id)
    assert (state["status"], state["statusMessage"]) == ("working", "working on ab")
    go.set()
    for job in tasks._jobs._jobs.values():
        job.future.result(10)
    assert tasks.result(task_id)["structuredContent"]["response"] == {"o": {"children": "abab"}}


def test_a_job_that_is_ended_has_failed(slow):
    tasks, tool, _, begun = slow
    task_id = tasks.start(tool, tool.request({"value": "ab"}))["taskId"]
    assert begun.wait(10)
    assert tasks.cancel(task_id)["status"] == "cancelled"
    assert tasks.get(task_id)["status"] == "failed"


def test_a_job_that_does_not_exist(slow):
    tasks, tool, _, _ = slow
    with pytest.raises(TaskError):
        tasks._jobs.poll(tool, {}, JobRef("none", "-", "-"))
