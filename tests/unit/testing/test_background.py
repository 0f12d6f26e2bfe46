"""Background callbacks of a page: at once, or step by step."""

import asyncio

import pytest
from dash import Dash, Input, Output, html

from pyrt.testing.host import Settings
from pyrt.testing.page import Page


def make_app(ended=None):
    app = Dash(__name__)
    ended = [] if ended is None else ended
    app.layout = html.Div(
        [html.Button(id="run"), html.Button(id="stop"), html.P(id="bar"), html.P(id="out")]
    )

    @app.callback(
        Output("out", "children"),
        Input("run", "n_clicks"),
        background=True,
        progress=Output("bar", "children"),
        cancel=Input("stop", "n_clicks"),
        running=[(Output("run", "disabled"), True, False)],
        prevent_initial_call=True,
    )
    def compute(set_progress, clicks):
        try:
            set_progress("1 of 2")
            set_progress("2 of 2")
        finally:
            ended.append(clicks)
        return f"result {clicks}"

    return app


def test_at_once_the_result_is_there_when_the_click_returns():
    with Page(make_app()) as page:
        page.click("run")
        assert (page["bar"].children, page["out"].children) == ("2 of 2", "result 1")
        assert page["run"].disabled is False
        assert page.calls == ["compute"]
        assert page.jobs == []


def test_in_steps_each_progress_can_be_seen():
    with Page(make_app(), Settings(background="stepped")) as page:
        page.click("run")
        (job,) = page.jobs
        assert (job.name, page["bar"].children, page["run"].disabled) == ("compute", None, True)
        seen = [(job.step(), page["bar"].children) for _ in range(2)]
        assert seen == [(True, "1 of 2"), (True, "2 of 2")]
        assert page["out"].text == ""
        assert [job.step(), job.step()] == [False, False]
        assert page["out"].children == "result 1"
        assert page.jobs == []


def test_a_cancelled_job_ends_without_a_result():
    ended: list[int] = []
    with Page(make_app(ended), Settings(background="stepped")) as page:
        page.click("run")
        (job,) = page.jobs
        job.step()
        page.click("stop")
        assert job.is_over
        assert page.jobs == []
        assert page["out"].children is None
        assert page["run"].disabled is False
        job.wait()
        assert ended == [1]


def test_an_error_of_a_job_is_one_of_the_page():
    app = Dash(__name__)
    app.layout = html.Div([html.Button(id="run"), html.P(id="out")])
    run = Input("run", "n_clicks")
    app.callback(Output("out", "children"), run, background=True, prevent_initial_call=True)(
        lambda n: n / 0
    )
    for background in ("at once", "stepped"):
        with Page(app, Settings(background=background)) as page:
            page.click("run")
            for job in list(page.jobs):
                job.finish()
            assert "division by zero" in page.errors[0]


@pytest.mark.parametrize("background", ["at once", "stepped"])
def test_async_jobs_sleep_on_the_clock(background):
    app = Dash(__name__)
    app.layout = html.Div([html.Button(id="run"), html.P(id="out")])

    @app.callback(
        Output("out", "children"),
        Input("run", "n_clicks"),
        background=True,
        prevent_initial_call=True,
    )
    async def compute(clicks):
        await asyncio.sleep(3600)
        return clicks

    with Page(app, Settings(background=background)) as page:
        page.click("run")
        assert page["out"].children is None
        if background == "stepped":
            page.jobs[0].finish()
        else:
            page.advance(3600)
        assert page["out"].children == 1
