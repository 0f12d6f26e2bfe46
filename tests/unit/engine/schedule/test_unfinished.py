"""`Resume`: a session in a new worker goes on with the page of one that has ended."""

import json
from itertools import pairwise

import pytest
from dash import html

from pyrt.engine.session import Session
from pyrt.model.dependencies import Input, Output
from pyrt.model.ids import ALL, MATCH
from tests.support.fake_page import Page


def chain(*, layout="abc"):
    """A page where `a` calls `b`, which calls `c`."""
    page = Page(html.Div([html.Div(id=name) for name in layout]))
    for source, target in pairwise(layout):
        register(page, source, target)
    return page


def register(page, source, target):
    def follow(value):
        return f"{target} of {value}"

    follow.__name__ = f"{source}{target}"
    page.callback(Output(target, "title"), Input(source, "title"), prevent_initial_call=True)(
        follow
    )


def end_worker(page):
    """Replace the engine, as if the worker had ended; the page keeps what it shows."""
    page.take_calls()
    page.take_messages()
    page.session = Session(page.registry, page._serve, page._take, page.session.config)


def resume(page, *journal, kept=(), run=100):
    page.send(
        "Resume",
        layout=page.mirror,
        updateSeq=page.seen,
        run=run,
        journal=list(journal),
        kept=list(kept),
    )


def changed(*props, **more):
    return {"changed": [{"id": i, "property": p} for i, p in props], **more}


def begun(callback, *ids, prop="title"):
    return {"callback": callback, "outputs": [{"id": each, "property": prop} for each in ids]}


def test_the_layout_is_that_of_the_page_and_no_initial_call_runs():
    page = Page(html.Div([html.Div(id="a", title="as served"), html.Div(id="b")]))
    page.callback(Output("b", "title"), Input("a", "title"))(lambda value: f"b of {value}")
    page.open()
    page.set("a", title="typed")
    end_worker(page)
    resume(page)
    assert page.take_calls() == []
    assert page["a", "title"] == "typed"
    assert page["b", "title"] == "b of typed"
    page.assert_quiet()


def test_what_follows_continues_the_counts_of_the_page():
    page = chain()
    page.open()
    page.set("a", title="1")
    seen = page.seen
    end_worker(page)
    resume(page, run=41)
    page.set("a", title="2")
    assert page["c", "title"] == "c of b of 2"
    assert [message["run"] for message in page.of_type("RunStarted")] == [41, 42]
    assert [message["updateSeq"] for message in page.of_type("Update")] == [seen + 1, seen + 2]
    page.assert_quiet()


def test_a_change_that_no_call_has_answered_calls_again():
    page = chain()
    page.open()
    end_worker(page)
    page.find("a")["props"]["title"] = "typed while Python was away"
    resume(page, changed(("a", "title")))
    assert page.take_calls() == ["ab", "bc"]
    assert page["c", "title"] == "c of b of typed while Python was away"
    page.assert_quiet()


def test_a_call_that_has_begun_is_not_called_again():
    page = chain()
    page.open()
    end_worker(page)
    resume(page, changed(("a", "title")), begun("b.title", "b"))
    assert page.take_calls() == []
    resume_later = changed(("a", "title"))
    end_worker(page)
    resume(page, begun("b.title", "b"), resume_later)
    assert page.take_calls() == ["ab", "bc"]


def test_what_a_call_has_changed_before_the_end_calls_on():
    page = chain()
    page.open()
    end_worker(page)
    resume(page, changed(("a", "title")), begun("b.title", "b"), changed(("b", "title")))
    assert page.take_calls() == ["bc"]


def test_initial_calls_that_have_not_begun_run():
    page = Page(html.Div([html.Div(id=name) for name in "abc"]))
    for target in "bc":
        page.callback(Output(target, "title"), Input("a", "title"))(lambda _, t=target: t)
    page.open()
    end_worker(page)
    resume(page, {"initial": True}, begun("b.title", "b"))
    assert len(page.take_calls()) == 1
    assert page.of_type("RunStarted")[0]["callback"] == "c.title"


def test_new_components_get_their_initial_calls():
    page = Page(html.Div([html.Div(id="box"), html.Div(id="a")]))
    page.callback(Output("inner", "title"), Input("a", "title"))(lambda _: "made")
    page.open()
    page.take_calls()
    end_worker(page)
    page.find("box")["props"]["children"] = [json.loads(json.dumps(page.find("a")))]
    page.find("box")["props"]["children"][0]["props"]["id"] = "inner"
    resume(page, {"inserted": {"id": "box", "property": "children"}})
    assert page["inner", "title"] == "made"


def test_calls_of_a_pattern_are_told_apart():
    rows = [html.Div(id={"row": index}) for index in range(3)]
    page = Page(html.Div([*rows, html.Div(id="all")]))
    page.callback(
        Output({"row": MATCH}, "title"), Input({"row": MATCH}, "lang"), prevent_initial_call=True
    )(lambda value: f"row {value}")
    page.callback(Output("all", "title"), Input({"row": ALL}, "title"), prevent_initial_call=True)(
        lambda values: ",".join(filter(None, values))
    )
    page.open()
    for index in range(3):
        page.find({"row": index})["props"]["lang"] = str(index)
    end_worker(page)
    ids = [f'{{"row":{index}}}' for index in range(3)]
    resume(
        page,
        changed(*((each, "lang") for each in ids)),
        begun('{"row":["MATCH"]}.title', ids[1]),
    )
    assert page["all", "title"] == "row 0,row 2"
    page.assert_quiet()


def test_a_call_elsewhere_is_kept_with_its_id():
    page = Page(
        html.Div([html.Button(id="go"), html.Div(id="out")]), choose_executor=lambda _: "server"
    )
    page.callback(Output("out", "title"), Input("go", "n_clicks"), prevent_initial_call=True)(
        lambda clicks: clicks
    )
    page.open()
    page.set("go", n_clicks=1)
    (call,) = page.remote_calls()
    end_worker(page)
    kept = {"run": call["run"], **begun("out.title", "out")}
    resume(page, kept=[kept])
    (again,) = page.remote_calls()
    assert again["run"] == call["run"]
    page.end_remote(again, response={"out": {"title": "answered"}})
    assert page["out", "title"] == "answered"
    page.assert_quiet()


def test_a_callback_that_the_page_has_called_is_left_to_it():
    page = chain()
    page.open()
    index = next(iter(page.registry)).index
    end_worker(page)
    resume(page, changed(("a", "title"), taken=[index]))
    assert page.take_calls() == []


@pytest.mark.parametrize("entry", [changed(("gone", "title")), begun("gone.title", "gone"), {}])
def test_what_is_not_in_the_layout_is_ignored(entry):
    page = chain()
    page.open()
    end_worker(page)
    resume(page, entry, {"inserted": {"id": "gone", "property": "children"}})
    assert page.take_calls() == []
    page.assert_quiet()
