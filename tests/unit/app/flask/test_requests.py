"""S-114: Flask's `request`, `session`, `g` in callbacks and layouts, with the real Flask."""

import asyncio
import json
import sys
from typing import Any

import dash
import flask
import pytest
from dash import Input, Output, State, html
from flask import current_app, g, request, session

from pyrt.engine.wire.protocol import parse_batch
from pyrt.model import environment
from pyrt.model.environment import Environment, Location
from pyrt.model.errors import PreventUpdate

PAGE = Environment(
    base="/site/",
    location=Location("https://h.example:8443/site/x?a=1#top", "https://h.example:8443", "/site/x"),
    cookie="known=1",
    user_agent="agent",
)


# Other tests run as in an app that does not import Flask.
del sys.modules["flask"]


class Opened:
    """An app whose page is open; `click` returns what its callback shows."""

    def __init__(self, app):
        app.prepare()
        self.messages: list[Any] = []
        self.session = app.session(lambda text, _: self.messages.extend(parse_batch(text)))
        self.seq = 0
        self.send("Hello", lazy=[])

    def send(self, kind, **fields):
        self.seq += 1
        self.session.receive_text(json.dumps([{"type": kind, "seq": self.seq, **fields}]))

    def click(self):
        change = {"path": [], "id": "go", "props": {"n_clicks": self.seq}, "origin": "internal"}
        self.send("SetProps", seen=2**40, changes=[change])
        return self.shown

    @property
    def shown(self):
        node = self.session.layout.find("out")
        return node.props["children"]

    @property
    def cookies(self):
        return [m["cookie"] for m in self.messages if m["type"] == "SetDocument"]

    @property
    def failures(self):
        return [m["message"] for m in self.messages if m["type"] == "Failure"]


@pytest.fixture(autouse=True)
def page(monkeypatch):
    monkeypatch.setitem(sys.modules, "flask", flask)
    environment.use(PAGE)


def open_app(function, *, layout=None, server=True, secret_key="a test"):
    app = dash.Dash("test_flask", server=server)
    app.server.secret_key = secret_key
    parts = [html.Button(id="go"), html.Pre(id="out")]
    app.layout = layout or html.Div(parts)
    app.callback(Output("out", "children"), Input("go", "n_clicks"), State("go", "title"))(function)
    return Opened(app)


def test_a_callback_reads_the_request_that_the_page_would_have_sent():
    """S-113, S-114."""

    def show(*_):
        parts = (request.method, request.path, request.host, request.base_url, request.referrer)
        return [
            *parts,
            request.headers["User-Agent"],
            request.cookies["known"],
            request.remote_addr,
        ]

    assert open_app(show).shown == [
        "POST",
        "/site/_dash-update-component",
        "h.example:8443",
        "https://h.example:8443/site/_dash-update-component",
        "https://h.example:8443/site/x?a=1",
        "agent",
        "1",
        "127.0.0.1",
    ]


def test_the_request_is_one_of_the_rule_of_dash():
    def show(*_):
        rule = request.url_rule
        assert rule is not None
        return [request.endpoint, request.view_args, sorted(rule.methods or ())]

    path = "/site/_dash-update-component"
    assert open_app(show).shown == [path, {}, ["POST"]]


def test_the_address_has_the_token_of_the_page_load():
    """S-114: as Dash's page adds it."""

    def show(*_):
        return [list(request.args), request.args["endId"], request.full_path]

    opened = open_app(show)
    names, token, path = opened.shown
    assert names == ["endId"]
    assert path == f"/site/_dash-update-component?endId={token}"
    assert opened.click()[1] == token
    assert open_app(show).shown[1] != token


def test_the_body_of_the_request_is_that_of_dash():
    """S-50."""

    def show(*_):
        return sorted(request.get_json())

    assert open_app(show).shown == [
        "changedPropIds",
        "inputs",
        "output",
        "outputs",
        "parsedChangedPropsIds",
        "state",
    ]


def test_g_and_current_app_belong_to_one_call():
    def show(*_):
        g.seen = getattr(g, "seen", 0) + 1
        return [g.seen, current_app.name]

    opened = open_app(show)
    assert opened.shown == [1, "test_flask"]
    assert opened.click() == [1, "test_flask"]


def count(*_):
    session["n"] = session.get("n", 0) + 1
    return [session["n"], sorted(request.cookies)]


def test_the_session_is_kept_in_a_cookie_of_the_page():
    """And so across reloads; scripts cannot set HttpOnly."""
    opened = open_app(count)
    assert opened.shown == [1, ["known"]]
    assert opened.click() == [2, ["known", "session"]]
    assert [cookie.partition("=")[0] for cookie in opened.cookies] == ["session", "session"]
    assert "httponly" not in "".join(opened.cookies).lower()
    assert open_app(count).shown == [3, ["known", "session"]]


def test_a_session_that_was_tampered_with_is_empty():
    opened = open_app(count)
    value = opened.cookies[0].partition("=")[2].partition(";")[0]
    environment.change(cookie=f"session={'x' if value[0] != 'x' else 'y'}{value[1:]}")
    assert open_app(count).shown[0] == 1


def test_without_a_secret_key_writing_a_session_is_flasks_error():
    (failure,) = open_app(count, secret_key=None).failures
    assert "no secret key was set" in failure


def test_after_this_request_sets_cookies():
    def show(*_):
        @flask.after_this_request
        def add(response):
            response.set_cookie("more", "1", httponly=True)
            return response

        return "shown"

    opened = open_app(show)
    assert opened.shown == "shown"
    assert opened.cookies == ["more=1; Path=/"]
    assert "more=1" in environment.current().cookie


def test_a_cookie_that_is_removed_is_gone_for_the_next_call():
    def show(*_):
        @flask.after_this_request
        def remove(response):
            response.delete_cookie("known")
            return response

        return sorted(request.cookies)

    opened = open_app(show)
    assert opened.shown == ["known"]
    assert opened.click() == []


def test_prevent_update_keeps_the_session():
    def show(*_):
        session["n"] = session.get("n", 0) + 1
        if session["n"] == 1:
            raise PreventUpdate
        return session["n"]

    opened = open_app(show)
    assert opened.click() == 2


def test_an_async_callback_keeps_its_request():
    async def show(*_):
        session["n"] = session.get("n", 0) + 1
        await asyncio.sleep(0)
        session["n"] += 10
        return [session["n"], request.method]

    async def run():
        opened = open_app(show)
        await opened.session.settled()
        return opened

    opened = asyncio.run(run())
    assert opened.shown == [11, "POST"]
    assert len(opened.cookies) == 1


def test_a_layout_function_has_a_request_and_a_session():
    """S-161."""

    def layout():
        session["n"] = session.get("n", 0) + 1
        shown = f"{request.method} {request.path} {session['n']}"
        return html.Div([html.Pre(shown, id="out"), html.Button(id="go")])

    app = dash.Dash("test_flask", suppress_callback_exceptions=True)
    app.server.secret_key = "a test"
    app.layout = layout
    opened = Opened(app)
    assert opened.shown == "GET /site/_dash-layout 1"
    assert [cookie.partition("=")[0] for cookie in opened.cookies] == ["session"]


def test_the_server_is_a_flask_where_the_app_imports_it():
    app = dash.Dash("test_flask")
    assert isinstance(app.server, flask.Flask)
    given = flask.Flask("given")
    assert dash.Dash(server=given).server is given
    assert open_app(lambda *_: current_app.name, server=given).shown == "given"


def test_routes_are_named_as_unreachable():
    app = dash.Dash("test_flask")
    app.layout = html.Div()

    @app.server.route("/download/<name>")
    def download(name):
        return name

    @app.server.before_request
    def look():
        pass

    app.prepare()  # as the bridge does, which answers them
    with pytest.warns(UserWarning, match=r"/download/<name>, before_request\(look\) of app.server"):
        app.session(lambda *_: None)


def test_without_flask_there_is_no_request(monkeypatch):
    monkeypatch.delitem(sys.modules, "flask")
    app = dash.Dash("test_flask")
    assert type(app.server).__name__ == "Server"
    app.layout = html.Div([html.Button(id="go"), html.Pre(id="out")])
    app.callback(Output("out", "children"), Input("go", "n_clicks"))(lambda _: "no request")
    assert Opened(app).shown == "no request"
