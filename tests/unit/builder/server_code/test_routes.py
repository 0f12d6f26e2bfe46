"""Routes, blueprints and handlers of the app's server: named, with file and line."""

from textwrap import dedent

import pytest

from pyrt_build.app.discover import discover
from pyrt_build.server_code.routes import find_routes, route_notes
from tests.support.workspace import write_files

DASH = "from dash import Dash\napp = Dash(__name__)\nserver = app.server\n"

BLUEPRINT = """\
from flask import Blueprint
bp = Blueprint("b", __name__, url_prefix="/api")

@bp.route("/csv")
def f():
    return ""

"""
ROUTER = """\
from fastapi import APIRouter
router = APIRouter(prefix="/items")

@router.get("/all")
def f():
    return ""

"""


@pytest.fixture
def found(tmp_path):
    """The routes of an app of these files."""

    def find(text, **others):
        files = {"app.py": DASH + dedent(text), **{f"{n}.py": dedent(t) for n, t in others.items()}}
        write_files(tmp_path, files)
        return find_routes(discover(tmp_path / "app.py"))

    return find


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ('@app.server.route("/report/<name>")\ndef f(name): return ""', "/report/<name>"),
        ('@server.get("/item/{id}")\nasync def f(id): return ""', "/item/{id}"),
        ('@server.route(rule="/x")\ndef f(): return ""', "/x"),
        ('server.add_url_rule("/y", "y", lambda: "")', "/y"),
        ('server.add_api_route("/z", print)', "/z"),
        ('from dash import hooks\n@hooks.route("status")\ndef f(): return ""', "/status"),
        (BLUEPRINT + "server.register_blueprint(bp)", "/api/csv"),
        (BLUEPRINT + "server.register_blueprint(bp, url_prefix='/v1')", "/v1/csv"),
        (ROUTER + "server.include_router(router)", "/items/all"),
        (ROUTER + "server.include_router(router, prefix='/v1')", "/v1/items/all"),
    ],
)
def test_an_address_is_found_as_the_server_would_have_it(found, text, address):
    assert address in [route.address for route in found(text)]


def test_a_blueprint_of_another_module_has_its_own_place(found):
    routes = found(
        "from reports import bp\nserver.register_blueprint(bp, url_prefix='/r')\n",
        reports="""\
            from flask import Blueprint
            bp = Blueprint("reports", __name__)

            @bp.route("/pdf")
            def pdf():
                return ""
            """,
    )
    assert [(r.place, r.address) for r in routes] == [
        ("app.py:5", None),
        ("reports.py:4", "/r/pdf"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "@app.server.before_request\ndef f(): pass",
        "@server.errorhandler(404)\ndef f(e): return ''",
        "server.before_request(print)",
        "@server.middleware('http')\nasync def f(request, call): return await call(request)",
    ],
)
def test_a_handler_of_all_requests_is_found(found, text):
    (route,) = found(text)
    assert route.address is None
    assert route.place == "app.py:4"


@pytest.mark.parametrize(
    "text",
    [
        "import requests\nrequests.get('/x')\nrequests.Session().mount('https://x', print)",
        "@app.callback()\ndef f(): pass",
        "settings = {}\nsettings.get('/x')",
        "@cache.memoize(3)\ndef f(): pass",
    ],
)
def test_other_calls_are_no_routes(found, text):
    assert found(text) == []


def test_a_warning_says_where_it_is_what_happens_and_what_to_do(found):
    routes = found(
        '@server.route("/a")\ndef a(): return ""\n@server.before_request\ndef b(): pass\n'
    )
    first, second = route_notes(routes, has_bridge=False)
    assert str(first).startswith("Warning PB203: app.py:4: @server.route does not exist in a site")
    assert "a link to /a leads nowhere" in first.text
    assert "--bridge" in first.text
    assert "app.py:6: @server.before_request has no effect" in second.text
    assert [str(note) for note in route_notes(routes, has_bridge=True)] == [
        "Note PB204: app.py:4: @server.route is for the server behind the bridge",
        "Note PB204: app.py:6: @server.before_request is for the server behind the bridge",
    ]
