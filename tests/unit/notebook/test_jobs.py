"""Background callbacks in processes of their own: progress, result, errors, cancel, death."""

import json
import multiprocessing
import os
import signal
import time

import pytest
from dash import Input, Output, dcc, html

from pyrt.app.dash import Dash
from tests.support.notebooks import FakePage, make_pages
from tests.support.programs import wait_for


def make_page(function, **options):
    app = Dash("jobs")
    app.layout = html.Div(
        [html.Button(id="go"), html.Button(id="stop"), html.P(id="out"), dcc.Input(id="progress")]
    )
    app.callback(
        Output("out", "children"),
        Input("go", "n_clicks"),
        background=True,
        prevent_initial_call=True,
        **options,
    )(function)
    page = FakePage(make_pages(app)).open()
    page.set("go", n_clicks=2)
    (call,) = page.of_type("CallRemote")
    environment = {"location": {}, "cookie": ""}
    message = {
        "type": "Job",
        "job": call["run"],
        "callbackPosition": call["callbackPosition"],
        "request": call["request"],
        "environment": environment,
    }
    return page, message


def start(page, message):
    text = json.dumps([message])
    page.tell("job", worker=7, text=text)


def reports(page):
    return [each for message in page.other for each in json.loads(message["text"])]


def result(page):
    page.wait_for(lambda: any(each["type"] == "JobResult" for each in reports(page)))
    return reports(page)[-1]


def test_a_call_runs_in_another_process_and_reports_progress():
    def work(set_progress, clicks):
        set_progress("half")
        return f"{clicks} {os.getpid() == os.getppid()}"

    page, message = make_page(work, progress=Output("progress", "value"))
    start(page, message)
    assert result(page)["response"] == {"out": {"children": "2 False"}}
    assert reports(page)[0]["props"] == {"progress": {"value": "half"}}
    assert {each["worker"] for each in page.other} == {7}


def test_the_process_is_not_the_kernel_and_has_its_data():
    data = {"rows": 3}

    def work(_clicks):
        return [os.getpid(), data["rows"]]

    page, message = make_page(work)
    start(page, message)
    pid, rows = result(page)["response"]["out"]["children"]
    assert pid != os.getpid()
    assert rows == 3


def test_an_async_function_runs_to_its_end():
    async def work(clicks):
        return f"async {clicks}"

    page, message = make_page(work)
    start(page, message)
    assert result(page)["response"]["out"]["children"] == "async 2"


def test_an_error_is_reported():
    def work(_clicks):
        raise ValueError("no such row")

    page, message = make_page(work)
    start(page, message)
    assert result(page)["error"]["message"] == "no such row"


def test_a_process_that_is_killed_is_an_error_with_its_exit_code():
    def work(_clicks):
        os.kill(os.getpid(), signal.SIGKILL)

    page, message = make_page(work)
    start(page, message)
    assert "exit code -9" in result(page)["error"]["message"]


@pytest.mark.parametrize("end", ["end-job", "close"])
def test_a_call_that_is_cancelled_ends_and_reports_nothing_more(end):
    def work(set_progress, _clicks):
        set_progress(str(os.getpid()))
        time.sleep(60)

    page, message = make_page(work, progress=Output("progress", "value"))
    start(page, message)
    page.wait_for(lambda: reports(page))
    job = page.pages.views["one"]._jobs[7]
    page.tell(end, worker=7)
    # Two threads wait for it: the one that comes second learns the code from the first.
    exit_code = wait_for(lambda: job._process.exitcode, "the end of the process")
    assert exit_code == -signal.SIGKILL
    assert [each["type"] for each in reports(page)] == ["JobUpdate"]


def test_without_fork_a_call_runs_in_a_thread(monkeypatch):
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    page, message = make_page(lambda _clicks: os.getpid())
    start(page, message)
    assert result(page)["response"]["out"]["children"] == os.getpid()
