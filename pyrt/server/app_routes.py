"""The routes of the app's own server, answered by the bridge: `@app.server.route("/report")`.

Only what none of the bridge's routes takes reaches them. Callbacks do not pass through them, so a
`before_request` runs for these routes alone.
"""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyrt.app.flask.requests import find_flask

if TYPE_CHECKING:
    from starlette import types as asgi


def find_app_routes(server: object) -> "asgi.ASGIApp | None":
    """Return what answers the routes of `app.server`; None if it has none.

    Args:
        server: a Flask or a Quart with routes of its own, a FastAPI or a Starlette; anything else
            has no routes, such as the stub of an app that does not import Flask.
    """
    if isinstance(server, _classes("quart", "Quart")) and _has_rules(server):
        return server  # type: ignore[return-value]  # an ASGI application
    if isinstance(server, _classes("starlette.applications", "Starlette")):
        return server  # type: ignore[return-value]
    flask = find_flask()
    if flask is None or not isinstance(server, flask.Flask) or not _has_rules(server):
        return None
    from a2wsgi import WSGIMiddleware  # noqa: PLC0415  # an extra, and only for Flask

    return WSGIMiddleware(server)  # type: ignore[return-value]  # ASGI's types, written otherwise


def find_paths(server: object, paths: Iterable[str]) -> set[str]:
    """Return those of some paths that a route of `app.server` has."""
    rules = getattr(getattr(server, "url_map", None), "iter_rules", None)  # Flask, Quart
    if rules is not None:
        known = {str(rule.rule) for rule in rules()}
    else:
        known = {str(getattr(route, "path", "")) for route in getattr(server, "routes", None) or ()}
    return known & set(paths)


def _classes(module: str, name: str) -> tuple[type, ...]:
    found = getattr(sys.modules.get(module), name, None)
    return (found,) if isinstance(found, type) else ()


def _has_rules(server: Any) -> bool:  # noqa: ANN401  # Flask need not be installed
    return any(rule.endpoint != "static" for rule in server.url_map.iter_rules())
