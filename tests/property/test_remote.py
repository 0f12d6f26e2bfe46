"""S-99, S-121 to S-124: after any sequence of actions of users, jobs and servers, all runs end."""

from dash import html
from hypothesis import given
from hypothesis import strategies as st

from pyrt.engine.call.remote import add_cancellers, choose_executor
from pyrt.model.dependencies import Input, Output
from pyrt.model.environment import Environment
from tests.support.fake_page import Page

JOBS = Environment(jobs=True)
NAMES = ["a", "b", "c"]  # b follows a; c is alone
OUTCOMES = ["value", "prevented", "error", "unreachable", "cancelled"]

# Starting is what all else is about, so it comes most often.
steps = st.sampled_from(
    [
        *[("start", name) for name in NAMES * 3],
        *[(action, name) for action in ("stop", "touch") for name in NAMES],
        *[("hide", ""), ("show", ""), ("reload", "")],
        *[(action, which) for action in ("progress", *OUTCOMES) for which in range(2)],
    ]
)


def outputs():
    return [html.P(id=f"out-{name}") for name in NAMES]


def make_page(on_error):
    frame = [html.Div(id=f"{part}-{n}") for part in ("go", "stop", "state", "bar") for n in NAMES]
    layout = lambda: html.Div([*frame, html.Div(id="show"), html.Div(outputs(), id="box")])  # noqa: E731  # short
    page = Page(
        layout, choose_executor=lambda callback: choose_executor(callback, JOBS), on_error=on_error
    )

    def add_job(name, *inputs):
        @page.callback(
            Output(f"out-{name}", "children"),
            Input(f"go-{name}", "n_clicks"),
            *inputs,
            running=(Output(f"state-{name}", "title"), "on", "off"),
            progress=Output(f"bar-{name}", "title"),
            progress_default="nothing",
            cancel=Input(f"stop-{name}", "n_clicks"),
            background=True,
            prevent_initial_call=True,
        )
        def work(*_):
            raise AssertionError("it was called here")

    add_job("a")
    add_job("b", Input("out-a", "children"))
    add_job("c")

    @page.callback(Output("box", "children"), Input("show", "title"), prevent_initial_call=True)
    def fill(shown):
        return outputs() if shown else []

    add_cancellers(page.registry)
    return page.open()


def act(page, clicks, action, which):
    calls = page.remote_calls()
    if action in {"start", "stop"}:
        page.set(f"{'go' if action == 'start' else 'stop'}-{which}", n_clicks=clicks)
    elif action == "touch":
        page.set(f"state-{which}", lang="x")
    elif action in {"hide", "show"}:
        page.set("show", title=action == "show")
    elif action == "reload":
        page.send("Reload")
    elif action == "progress":
        for call in calls[which : which + 1]:
            name = call["output"][len("out-")]
            page.show_remote(call, **{f"bar-{name}": {"title": "half"}})
    else:
        for call in calls[which : which + 1]:
            end(page, call, action)


def end(page, call, outcome):
    component_id = call["output"].removesuffix(".children")
    page.end_remote(
        call,
        outcome,
        response={component_id: {"children": "x"}} if outcome == "value" else None,
        error={"message": "bad"} if outcome in {"error", "unreachable"} else None,
    )


@given(st.lists(steps, min_size=5, max_size=25), st.booleans())
def test_jobs_leave_nothing_behind_however_they_end(taken, handled):
    page = make_page((lambda _: None) if handled else None)
    for clicks, (action, which) in enumerate(taken, start=1):
        act(page, clicks, action, which)
        going = {call["output"] for call in page.remote_calls()}
        assert len(going) == len(page.remote_calls()), "one job for each output (S-124)"
        assert not (going and action in {"hide", "reload"}), "no job without outputs (S-78)"
    while calls := page.remote_calls():
        end(page, calls[0], "value")
    assert page.session.scheduler.quiet
    assert page.of_type("Status")[-1]["pending"] == 0
    for name in NAMES:
        assert page[f"state-{name}", "title"] in {None, "off"}
        assert page[f"bar-{name}", "title"] in {None, "nothing"}
