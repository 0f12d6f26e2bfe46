"""Routes of the app's own server, behind the bridge's own."""

import asyncio
import sys
from types import ModuleType
from typing import Any

import flask
import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from pyrt.app.flask.stub import Server
from pyrt.calls.call import CallOptions
from pyrt.model.callback import CallbackRegistry
from pyrt.server.app_routes import find_app_routes
from pyrt.server.asgi import Access, make_asgi
from pyrt.server.jobs.lifecycle import JobLifecycle
from pyrt.server.permission import Permission
from pyrt.server.service import CallService

# Other tests run as in an app that does not import Flask.
del sys.modules["flask"]


@pytest.fixture(autouse=True)
def imported(monkeypatch):
    """The app has imported Flask."""
    monkeypatch.setitem(sys.modules, "flask", flask)


def client(server):
    registry, options = CallbackRegistry(), CallOptions()
    jobs = JobLifecycle(registry, None, options, secret="secret")
    service = CallService(registry, Permission(manager=None), options, jobs)
    app = make_asgi(service, Access(app_routes=find_app_routes(server)))

    def ask(path, method="GET", **options):
        async def send():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://bridge") as http:
                return await http.request(method, path, **options)

        return asyncio.run(send())

    return ask


@pytest.fixture
def server():
    made = flask.Flask("app")

    @made.route("/report/<name>")
    def report(name):
        return f"{name} {flask.request.args.get('year')} {flask.g.seen}"

    @made.before_request
    def note():
        flask.g.seen = "yes"

    return made


def test_a_route_of_flask_is_answered_with_its_handlers(server):
    answer = client(server)("/report/may?year=2024")
    assert (answer.status_code, answer.text) == (200, "may 2024 yes")


def test_the_bridges_own_routes_come_first(server):
    server.add_url_rule("/_pyrt-health", "mine", lambda: "mine")
    assert client(server)("/_pyrt-health").text != "mine"
    assert client(server)("/nowhere").status_code == 404


def test_pages_of_other_origins_may_not_post_to_a_route(server):
    server.add_url_rule("/pay", "pay", lambda: "paid", methods=["POST"])
    asked = client(server)("/pay", "POST", headers={"origin": "https://other.example"})
    assert asked.status_code == 403
    assert client(server)("/pay", "POST").text == "paid"


@pytest.mark.parametrize("nothing", [flask.Flask("app"), Server("app"), None])
def test_without_routes_there_is_nothing_to_answer(nothing):
    assert find_app_routes(nothing) is None
    assert client(nothing)("/report/may").status_code == 404


def test_a_server_that_speaks_asgi_is_asked_itself(monkeypatch):
    """FastAPI's class is Starlette's; Quart has its own."""

    async def status(_):
        return PlainTextResponse("fine")

    made = Starlette(routes=[Route("/status", status)])
    assert client(made)("/status").text == "fine"

    class Quart(flask.Flask):
        pass

    module = ModuleType("quart")
    vars(module)["Quart"] = Quart
    monkeypatch.setitem(sys.modules, "quart", module)
    quart: Any = Quart("app")
    assert find_app_routes(quart) is None
    quart.add_url_rule("/x", "x", lambda: "")
    assert find_app_routes(quart) is quart
