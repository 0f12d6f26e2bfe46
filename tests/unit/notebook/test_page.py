"""An output: its description, its files, pages that come and go."""

import hashlib

from dash import Input, Output, html

from pyrt.app.dash import Dash
from pyrt.notebook import page as page_module
from tests.support.notebooks import LOCATION, FakePage, make_pages


def make_app():
    app = Dash("page")
    app.layout = html.Div([html.Button(id="add"), html.P("0", id="count")])

    @app.callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
    def show(clicks):
        return str(clicks)

    return app


def test_a_page_gets_the_files_that_it_asks_for_and_no_others():
    page = FakePage(make_pages(make_app()))
    name = "pkg/dash/html/dash_html_components.min.js"
    index = {each["name"]: each for each in page.pages.describe()["files"]}
    page.tell("files", names=[name, "../../pyproject.toml"])
    found, refused = page.other
    assert found["found"]
    assert hashlib.sha256(found["buffers"][0]).hexdigest() == index[name]["sha256"]
    assert not refused["found"]
    assert refused["buffers"] == [b""]


def test_what_a_start_needs_is_marked():
    files = make_pages(make_app()).describe()["files"]
    needed = {each["name"] for each in files if each.get("needed")}
    assert "pyrt/page.js" in needed
    assert "pkg/dash/dcc/dash_core_components.js" in needed
    assert "pkg/dash/dcc/async-mathjax.js" in {each["name"] for each in files} - needed


def test_a_page_that_is_loaded_again_goes_on_where_it_was_left():
    pages = make_pages(make_app())
    page = FakePage(pages).open()
    page.set("add", n_clicks=4)
    page.close()
    assert FakePage(pages, "two").open().props["count"]["children"] == "4"


def test_a_second_view_begins_anew():
    pages = make_pages(make_app())
    FakePage(pages).open().set("add", n_clicks=4)
    assert FakePage(pages, "two").open().props["count"]["children"] == "0"


def test_a_page_that_the_kernel_does_not_know_is_told_so():
    page = FakePage(make_pages(make_app()))
    page.send({"type": "Hello", "lazy": []})
    assert page.other == [{"kind": "lost", "view": "one", "buffers": ()}]
    assert page.confirmed == [{"kind": "got", "view": "one", "upTo": 1, "sent": 0}]


def test_old_pages_are_forgotten(monkeypatch):
    monkeypatch.setattr(page_module, "MOST_VIEWS", 2)
    pages = make_pages(make_app())
    for name in ("one", "two", "three"):
        FakePage(pages, name).open()
    assert list(pages.views) == ["two", "three"]


def test_the_state_of_a_page_is_passed_on():
    pages = make_pages(make_app())
    saved: list[tuple[str, int]] = []
    pages.save_state = lambda html, height: saved.append((html, height))
    FakePage(pages).open().tell("state", html="<p>", height=300)
    assert saved == [("<p>", 300)]


def test_messages_are_handled_once_in_order_and_confirmed():
    page = FakePage(make_pages(make_app()))
    environment = {"base": "/", "location": LOCATION}
    hello = '[{"type":"Hello","seq":1,"lazy":[],"rendered":true}]'
    page.tell_numbered(1, "open", environment=environment)
    page.tell_numbered(3, "batch", text='[{"type":"Rendered","seq":2,"updateSeq":0}]')
    assert page.of_type("Layout") == []
    page.tell_numbered(2, "batch", text=hello)
    page.tell_numbered(2, "batch", text=hello)
    assert len(page.of_type("Layout")) == 1
    assert [each["upTo"] for each in page.confirmed] == [1, 1, 3, 3]


def test_what_a_page_has_not_got_is_sent_again():
    page = FakePage(make_pages(make_app())).open()
    sent, batches = page.confirmed[-1]["sent"], len(page.batches)
    page.tell_numbered(90, "got", up_to=sent - 1)
    page.tell("again", up_to=0)
    assert len(page.batches) == batches + 1
    page.tell("again", up_to=sent)
    assert len(page.batches) == batches + 1


def test_a_page_that_was_forgotten_goes_on_with_numbers_after_those_it_has():
    pages = make_pages(make_app())
    page = FakePage(pages).open()
    sent = page.confirmed[-1]["sent"]
    page.close()
    page.tell("open", up_to=sent, environment={"base": "/", "location": LOCATION})
    assert page.confirmed[-1]["sent"] == sent + 1


def test_an_app_that_cannot_be_described_fails_in_its_page():
    app = make_app()
    pages = make_pages(app)
    app.interpolate_index = lambda **_: "<html></html>"
    page = FakePage(pages)
    page.tell("open", environment={"location": LOCATION})
    (failed,) = page.of_type("Failed")
    assert failed["stage"] == "app"
    assert "react-entry-point" in failed["message"]
