"""Background callbacks as tasks."""

import json
from typing import Any

import pytest
from dash import Input, Output, dcc, html

from pyrt.agents.tasks import JobRef, TaskError, Tasks, as_result
from pyrt.calls.call import CallResult
from tests.support.agents import offer, tools_of


class FakeJobs:
    """Jobs whose state the test decides."""

    def __init__(self):
        self.state = {}
        self.ended = []

    def start(self, tool, request):
        return JobRef("17-1.5", "key", "p.r.f")

    def poll(self, tool, request, ref):
        if ref.proof != "p.r.f":
            raise TaskError("forged")
        return self.state

    def end(self, tool, ref):
        self.ended.append(ref.job)


@pytest.fixture
def jobs():
    return FakeJobs()


@pytest.fixture
def tasks(app, jobs):
    app.layout = html.Div([dcc.Input(id="i"), html.P(id="o"), html.P(id="p")])

    @app.callback(Output("o", "children"), Input("i", "value"), background=True, interval=250)
    def slow(value):
        pass

    app.callback(Output("p", "children"), Input("i", "value"))(repr)
    catalog = offer(app).catalog
    made: Any = Tasks(catalog.by_name.get, jobs, lambda result: str(result.error))
    made.tool = catalog.by_name["slow"]
    return made


def started(tasks):
    return tasks.start(tasks.tool, {})["taskId"]


def test_a_started_task_works(tasks):
    task = tasks.start(tasks.tool, {})
    assert (task["status"], task["pollInterval"], task["ttl"]) == ("working", 250, None)
    assert task["taskId"].split(":")[:3] == ["slow", "17-1.5", "key"]
    told = json.loads(as_result(task)["content"][0]["text"])
    assert told["taskId"] == task["taskId"]
    assert "get_background_task_result" in told["message"]


def test_progress_is_the_message_of_a_task(tasks, jobs):
    jobs.state = {"progress": {"p.children": "Step 3 of 10"}}
    task_id = started(tasks)
    assert tasks.get(task_id)["statusMessage"] == "Step 3 of 10"
    assert json.loads(tasks.poll(task_id)["content"][0]["text"])["status"] == "working"
    with pytest.raises(TaskError, match="no result yet"):
        tasks.result(task_id)


def test_the_result_of_a_task(tasks, jobs):
    jobs.state = CallResult("value", {"o": {"children": "done"}})
    task_id = started(tasks)
    assert tasks.get(task_id)["status"] == "completed"
    for result in (tasks.result(task_id), tasks.poll(task_id)):
        assert result["structuredContent"]["response"] == {"o": {"children": "done"}}


def test_a_task_that_has_failed(tasks, jobs):
    jobs.state = CallResult("error", error=ValueError("lost"))
    task_id = started(tasks)
    assert tasks.get(task_id)["status"] == "failed"
    assert tasks.get(task_id)["statusMessage"] == "lost"
    assert tasks.result(task_id)["isError"]
    assert json.loads(tasks.poll(task_id)["content"][0]["text"])["status"] == "failed"


def test_a_task_that_is_cancelled(tasks, jobs):
    assert tasks.cancel(started(tasks))["status"] == "cancelled"
    assert jobs.ended == ["17-1.5"]


@pytest.mark.parametrize(
    "task_id",
    ["", "slow", "slow:1:2:3", "slow:1:2:3:4:5", "x" * 5000, "none:1:2:3:4", "slow:1:2:soon:4"],
)
def test_malformed_and_unknown_ids(tasks, task_id):
    with pytest.raises(TaskError):
        tasks.get(task_id)


def test_a_callback_that_is_no_background_callback_has_no_tasks(tasks):
    with pytest.raises(TaskError, match="no task"):
        tasks.get("repr:1:2:3:4")


def test_a_forged_id(tasks):
    with pytest.raises(TaskError, match="forged"):
        tasks.get("slow:1:2:3:other")


def test_the_tools_for_tasks_are_listed_where_there_are_tasks(app, tasks):
    tools = tools_of(offer(app))
    assert {"get_background_task_result", "cancel_background_task"} <= set(tools)
    assert "outputSchema" not in tools["slow"]  # its call gives a task
