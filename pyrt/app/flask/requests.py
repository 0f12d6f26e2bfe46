"""Flask's `request`, `session`, `g` and `current_app` in callbacks and layouts (S-114).

A tab has no server, and so no request. Where the app imports Flask, each call of its code runs in a
request context of the real Flask, made of what the page knows: address, headers, cookies. What the
response would set (the session, `after_this_request`) becomes cookies of the page.

    Dash(...)     app.server is a Flask where the app has imported it, else a stub
    callback      POST <prefix>_dash-update-component
    layout        GET <prefix>_dash-layout
"""

# ruff: noqa: ANN401  # Flask is not there where pyrt is checked without an app

import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from pyrt.app.flask.stub import Server
from pyrt.model import environment

_SETTINGS = ("permanent_session_lifetime", "secret_key", "session_interface")


def find_flask() -> Any:
    """Return the module `flask` if the app has imported it, and it is no stub; else None."""
    flask = sys.modules.get("flask")
    return flask if isinstance(getattr(flask, "Flask", None), type) else None


class FlaskRequests:
    """The request contexts of one app.

    Args:
        find_server: returns `app.server`: a Flask, or the stub of one.
    """

    def __init__(self, find_server: Callable[[], object]) -> None:
        self._find_server = find_server
        self._app: Any = None
        self._end_id = ""

    @contextmanager
    def open(
        self, method: str, path: str, body: Callable[[], bytes] = bytes
    ) -> Iterator[Callable[[], Sequence[str]]]:
        """Enter a request context, if the app has imported Flask; gives what ends the request.

        That returns the cookies that the response sets, as texts for `document.cookie`.

        Args:
            method: of HTTP.
            path: with the prefix of the app, and without a query.
            body: returns the JSON of the request; called when it is read.
        """
        flask = find_flask()
        if flask is None:
            yield list
            return
        app = self._find_app(flask)
        query = self._query() if method == "POST" else ""
        page = environment.current()
        context = app.request_context(make_environ(page, method, path, query, body))
        with context:
            _match(flask.request, path, method)
            yield lambda: _end_response(app, context)

    def _query(self) -> str:
        """Return what Dash's page adds to the address of a callback: a token of this page load."""
        if not self._end_id:
            self._end_id = f"{os.urandom(12).hex()}~{os.urandom(32).hex()}"
        return f"endId={self._end_id}"

    def _find_app(self, flask: Any) -> Any:
        server = self._find_server()
        if isinstance(server, flask.Flask):
            return server
        if self._app is None:
            self._app = _make_flask(flask, getattr(server, "name", "app"))
        given = vars(server) if isinstance(server, Server) else {}
        for name in _SETTINGS:
            if given.get(name) is not None:
                setattr(self._app, name, given[name])
        known = {key: value for key, value in given.get("config", {}).items() if value is not None}
        self._app.config.update(known)
        return self._app


def _match(request: Any, path: str, method: str) -> None:
    """Let a request be one of the rule that Dash's server has for its path."""
    rule = sys.modules["werkzeug.routing"].Rule
    request.url_rule = rule(path, endpoint=path, methods=[method])
    request.view_args, request.routing_exception = {}, None


def make_server(name: str) -> Any:
    """Return `app.server` of an app that does not bring one: a Flask if it is imported."""
    flask = find_flask()
    return Server(name) if flask is None else _make_flask(flask, name)


def _make_flask(flask: Any, name: str) -> Any:
    try:
        return flask.Flask(name)
    except RuntimeError:  # it finds no folder for a module of this name
        return flask.Flask(name, root_path=environment.current().entry.rpartition("/")[0] or "/")


def warn_of_routes(server: object) -> None:
    """Warn of what a Flask of the app would do for requests that never reach it."""
    flask = find_flask()
    if flask is None or not isinstance(server, flask.Flask):
        return
    named = [rule.rule for rule in server.url_map.iter_rules() if rule.endpoint != "static"]
    handlers = [function for each in server.before_request_funcs.values() for function in each]
    named += [f"before_request({function.__name__})" for function in handlers]
    if named:
        warnings.warn(
            f"{', '.join(named)} of app.server have no effect here: pyrt serves the app as static "
            "files, so no request ever reaches it. Move what the page needs into a callback, or "
            "keep a server beside the site.",
            stacklevel=2,
        )


def make_environ(
    page: environment.Environment, method: str, path: str, query: str, body: Callable[[], bytes]
) -> dict[str, object]:
    """Return what WSGI calls the environment of a request, from what the page knows."""
    origin = urlsplit(page.origin)
    port = origin.port or (443 if origin.scheme == "https" else 80)
    environ: dict[str, object] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path),
        "QUERY_STRING": query,
        "SERVER_NAME": origin.hostname or "127.0.0.1",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": page.remote,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": origin.scheme or "http",
        "wsgi.input": _Body(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if method == "POST":
        environ["CONTENT_TYPE"] = "application/json"
    for name, value in page.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ


class _Body(io.RawIOBase):
    """The body of a request, made when it is read."""

    def __init__(self, make: Callable[[], bytes]) -> None:
        self._make = make
        self._content: io.BytesIO | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._content is None:
            self._content = io.BytesIO(self._make())
        return self._content.readinto(buffer)


def _end_response(app: Any, context: Any) -> list[str]:
    """Call `after_this_request` functions, save the session, and return the cookies."""
    response = app.make_response(("", 204))
    for function in context._after_request_functions:  # noqa: SLF001  # Flask has no other way
        response = app.ensure_sync(function)(response)
    if not app.session_interface.is_null_session(context.session):
        app.session_interface.save_session(app, context.session, response)
    return [_for_scripts(text) for text in response.headers.getlist("Set-Cookie")]


def _for_scripts(cookie: str) -> str:
    """Return a cookie without `HttpOnly`, which a script cannot set."""
    parts = [part.strip() for part in cookie.split(";")]
    return "; ".join(part for part in parts if part.lower() != "httponly")
