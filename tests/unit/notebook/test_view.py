"""One page: calls in several threads, async callbacks, its own environment."""

import asyncio
import signal
import threading

import pytest
from dash import Input, Output, State, callback, ctx, dcc, get_app, html, set_props

from pyrt.app.dash import Dash
from pyrt.notebook.interrupts import INTERRUPTS
from tests.support.notebooks import FakePage, make_pages


def counter(name="counter"):
    app = Dash(name)
    app.layout = html.Div([html.Button(id="add"), html.P("0", id="count"), dcc.Input(id="text")])
    return app


def test_a_click_is_answered_in_the_thread_that_brings_it():
    app, threads = counter(), []

    @app.callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
    def show(clicks):
        threads.append(threading.current_thread())
        return str(clicks)

    page = FakePage(make_pages(app)).open()
    clicks = [threading.Thread(target=page.set, args=("add",), kwargs={"n_clicks": 1})]
    clicks[0].start()
    clicks[0].join()
    assert page.props["count"]["children"] == "1"
    assert threads == clicks


def test_an_async_callback_goes_on_in_the_loop_and_its_page_is_answered_meanwhile():
    app = counter()
    begun, go_on = threading.Event(), asyncio.Event()

    @app.callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
    async def show(clicks):
        begun.set()
        await go_on.wait()
        set_props("text", {"placeholder": ctx.triggered_id})
        return f"{clicks} of {get_app().config.name}"

    @app.callback(Output("text", "title"), Input("text", "value"), prevent_initial_call=True)
    def echo(value):
        return value.upper()

    page = FakePage(make_pages(app)).open()
    page.set("add", n_clicks=3)
    assert begun.wait(30)
    page.set("text", value="meanwhile")
    assert page.props["text"]["title"] == "MEANWHILE"
    page.pages.views["one"]._kernel.loop.call_soon_threadsafe(go_on.set)
    assert page.wait_for(lambda: page.of_type("Status")[-1]["pending"] == 0)
    assert page.props["count"]["children"] == "3 of counter"
    assert page.props["text"]["placeholder"] == "add"


def test_an_async_callback_ends_with_its_page():
    app, ended = counter(), threading.Event()
    begun = threading.Event()

    @app.callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
    async def forever(clicks):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    page = FakePage(make_pages(app)).open()
    page.set("add", n_clicks=1)
    assert begun.wait(30)
    page.close()
    assert ended.wait(30)


def test_pages_have_their_own_cookies_and_addresses():
    app = counter()

    @app.callback(Output("count", "children"), Input("add", "n_clicks"), State("text", "value"))
    def show(clicks, _):
        return ctx.cookies.get("who", "nobody")

    pages = make_pages(app)
    one, two = FakePage(pages, "one").open(), FakePage(pages, "two").open()
    one.send({"type": "SetEnvironment", "cookie": "who=one"})
    one.set("add", n_clicks=1)
    two.set("add", n_clicks=1)
    assert one.props["count"]["children"] == "one"
    assert two.props["count"]["children"] == "nobody"


def test_two_apps_keep_their_own_callbacks():
    first = counter("first")

    @callback(Output("count", "children"), Input("add", "n_clicks"))
    def of_first(_):
        return get_app().config.name

    one = FakePage(make_pages(first)).open()
    second = counter("second")

    @callback(Output("count", "children"), Input("add", "n_clicks"))
    def of_second(_):
        return f"{get_app().config.name}, too"

    two = FakePage(make_pages(second)).open()
    assert [each.origin.name for each in first.callbacks] == ["of_first"]
    assert [each.origin.name for each in second.callbacks] == ["of_second"]
    one.set("add", n_clicks=1)
    assert one.props["count"]["children"] == "first"
    assert two.props["count"]["children"] == "second, too"


def test_a_callback_that_a_callback_registers_belongs_to_the_app_that_runs():
    app = counter("dynamic")

    @callback(Output("count", "children"), Input("add", "n_clicks"), _allow_dynamic_callbacks=True)
    def add(clicks):
        if clicks == 1:

            @callback(Output("text", "title"), Input("text", "value"))
            def echo(value):
                return f"dynamic {value}"

        return "added"

    other = counter("other")
    page = FakePage(make_pages(app)).open()
    make_pages(other)
    page.set("add", n_clicks=1)
    page.set("text", value="x")
    assert page.props["text"]["title"] == "dynamic x"
    assert not list(other.callbacks)


def test_a_failure_names_the_function_and_its_line():
    app = counter()

    @app.callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
    def fails(clicks):
        return clicks / 0

    page = FakePage(make_pages(app)).open()
    page.set("add", n_clicks=1)
    (failure,) = page.of_type("Failure")
    assert "ZeroDivisionError" in failure["message"]
    assert "return clicks / 0" in failure["traceback"]
    assert "pyrt/" not in failure["traceback"].replace("tests/unit", "")


def interrupted(page):
    return [each["kind"] for each in page.other if each["kind"] in {"interrupted", "lost"}]


@pytest.mark.parametrize("is_async", [False, True])
def test_an_interrupted_callback_fails_and_its_page_goes_on(is_async):
    app, begun = counter(), threading.Event()

    def endless(clicks):
        if clicks == 1:
            begun.set()
            while True:
                threading.Event().wait(0.001)
        return str(clicks)

    async def endless_async(clicks):
        return endless(clicks)

    outputs = Output("count", "children"), Input("add", "n_clicks")
    app.callback(*outputs, prevent_initial_call=True)(endless_async if is_async else endless)
    page = FakePage(make_pages(app)).open()
    click = threading.Thread(target=page.set, args=("add",), kwargs={"n_clicks": 1})
    click.start()
    assert begun.wait(30)
    INTERRUPTS.handle(signal.SIGINT, None)
    click.join(30)
    assert page.wait_for(lambda: page.of_type("Failure"))
    assert "KeyboardInterrupt" in page.of_type("Failure")[0]["message"]
    assert interrupted(page) == ["interrupted"]
    page.set("add", n_clicks=2)
    assert page.wait_for(lambda: page.props["count"]["children"] == "2")


def test_a_page_whose_session_was_interrupted_opens_another_one(monkeypatch):
    page = FakePage(make_pages(counter())).open()
    session = page.pages.views["one"].session

    def interrupt(_text):
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "receive_text", interrupt)
    page.set("add", n_clicks=1)
    assert interrupted(page) == ["interrupted", "lost"]
