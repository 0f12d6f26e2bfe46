"""`app.server` in a site without a server: it accepts the calls of Flask's app object.

Settings such as `secret_key` and `config` are kept, and extensions that do not need requests (a
cache, a logger) work. Routes, request handlers and blueprints are recorded but never called; the
first of them causes a warning.
"""

import contextlib
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call that would have configured the server."""

    method: str
    arguments: tuple[object, ...]
    options: dict[str, object]


class Templates:
    """A stub of `app.jinja_env`, which extensions add to; nothing is ever rendered."""

    def __init__(self) -> None:
        self.globals: dict[str, object] = {}
        self.filters: dict[str, object] = {}
        self.tests: dict[str, object] = {}
        self.extensions: list[object] = []

    def add_extension(self, extension: object) -> None:
        """Keep the extension."""
        self.extensions.append(extension)


class Server:
    """A stub of the Flask object of a Dash app; `recorded` lists the calls without effect."""

    def __init__(self, name: str) -> None:
        self.name = self.import_name = name
        self.secret_key: object = None
        self.debug = False
        self.config: dict[str, Any] = {"DEBUG": False, "TESTING": False, "SECRET_KEY": None}
        self.extensions: dict[str, object] = {}
        self.jinja_env = Templates()
        self.logger = logging.getLogger(name)
        # Middleware wraps it and replaces it.
        self.wsgi_app: Callable[..., object] = self.__call__
        self.view_functions: dict[str, Callable[..., object]] = {}
        self.recorded: list[Recorded] = []
        self._has_warned = False

    def __repr__(self) -> str:
        return f"<Server {self.name!r} (recorded only: a static site has none)>"

    def route(self, rule: str, **options: object) -> Callable[..., Any]:
        """Record a route; the function itself stays callable."""
        return self._decorator("route", rule, **options)

    get = post = put = delete = patch = route

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., object] | None = None,
        **options: object,
    ) -> None:
        """Record a route."""
        if view_func is not None:
            self.view_functions[endpoint or view_func.__name__] = view_func
        self._record("add_url_rule", rule, endpoint, view_func, **options)

    def before_request(self, function: Callable[..., object]) -> Callable[..., object]:
        """Record a function that would run around each request."""
        self._record("before_request", function)
        return function

    after_request = teardown_request = teardown_appcontext = context_processor = before_request
    url_value_preprocessor = before_request

    def errorhandler(self, code_or_exception: object) -> Callable[..., Any]:
        """Record a handler of failed requests."""
        return self._decorator("errorhandler", code_or_exception)

    def register_error_handler(self, code_or_exception: object, function: object) -> None:
        """Record a handler of failed requests."""
        self._record("register_error_handler", code_or_exception, function)

    def register_blueprint(self, blueprint: object, **options: object) -> None:
        """Record a blueprint."""
        self._record("register_blueprint", blueprint, **options)

    def app_context(self) -> contextlib.AbstractContextManager["Server"]:
        """Return a context manager without effect, which extensions enter."""
        return contextlib.nullcontext(self)

    def run(self, *arguments: object, **options: object) -> None:
        """Record the call; the page is already served."""
        self._record("run", *arguments, **options)

    def __call__(self, *_arguments: object, **_options: object) -> object:
        """Raise an error: there is no server that calls WSGI applications."""
        raise RuntimeError(
            "app.server was called like a WSGI application, but a static site has no server. "
            "Deploy the app with `pyrt build`, or run this code where Dash itself is installed."
        )

    def _decorator(self, method: str, *arguments: object, **options: object) -> Callable[..., Any]:
        def record(function: Callable[..., object]) -> Callable[..., object]:
            self.view_functions[function.__name__] = function
            self._record(method, *arguments, function, **options)
            return function

        return record

    def _record(self, method: str, *arguments: object, **options: object) -> None:
        self.recorded.append(Recorded(method, arguments, options))
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(
                f"app.server.{method}(...) has no effect here: pyrt serves the app as static files "
                "and runs Python in the user's browser, so no request ever reaches it. Move "
                "what the page needs into a callback, or keep a server beside the site.",
                stacklevel=3,
            )
