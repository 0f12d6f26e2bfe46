"""The stub of Flask's server object: what it stores, and what it warns of."""

import functools
import warnings

import pytest

from pyrt.app.flask.stub import Recorded, Server


def test_settings_are_kept_without_a_word():
    """S-168."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        server = Server("app")
        server.secret_key = "x"
        server.config.update(MAX_CONTENT_LENGTH=5)
        server.config["DEBUG"] = True
        server.extensions["cache"] = object()
    assert (server.name, server.secret_key) == ("app", "x")
    assert server.config["MAX_CONTENT_LENGTH"] == 5
    assert seen == []
    assert server.recorded == []


def test_extensions_and_middleware_find_what_they_look_for():
    """As flask-caching does, which the Dash documentation recommends, and WhiteNoise."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        server = Server("app")
        server.jinja_env.add_extension("cache")
        server.jinja_env.globals["year"] = 2026
        with server.app_context() as same:
            assert same is server
        server.logger.info("quiet")
        server.wsgi_app = functools.partial(server.wsgi_app)
    assert server.jinja_env.extensions == ["cache"]
    assert server.logger.name == "app"
    with pytest.raises(RuntimeError, match="has no server"):
        server.wsgi_app({}, None)


def test_what_needs_a_server_is_recorded_and_explained_once():
    """S-168: records and warns."""
    server = Server("app")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")

        @server.route("/health", methods=["GET"])
        def health():
            return "OK"

        @server.before_request
        def guard():
            return None

        @server.errorhandler(404)
        def missing(_error):
            return "?"

        server.add_url_rule("/x", "x", health)
        server.register_blueprint("blueprint", url_prefix="/b")
        server.register_error_handler(500, guard)
        server.run(port=1)
    (warning,) = seen
    assert "app.server.route(...) has no effect" in str(warning.message)
    assert health() == "OK"
    assert [each.method for each in server.recorded] == [
        "route",
        "before_request",
        "errorhandler",
        "add_url_rule",
        "register_blueprint",
        "register_error_handler",
        "run",
    ]
    assert server.recorded[0] == Recorded("route", ("/health", health), {"methods": ["GET"]})
    assert server.view_functions == {"health": health, "missing": missing, "x": health}


def test_the_warning_points_at_the_line_of_the_app():
    server = Server("app")
    with pytest.warns(UserWarning, match="static files") as seen:
        server.after_request(len)
    assert seen[0].filename == __file__


def test_it_is_no_wsgi_application():
    with pytest.raises(RuntimeError, match="a static site has no server"):
        Server("app")({}, None)
