"""The constructor of an app as a table: the arguments of `Dash(...)`, their defaults and meanings.

Order, names and defaults are those of Dash 4.4.
"""

# ruff: noqa: ANN401 - arguments of any type

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Any, Concatenate

from pyrt.app import template
from pyrt.model.dependencies import Input, State

type ErrorHandler = Callable[[Exception], Any]


@dataclass(frozen=True, eq=False, repr=False)
class Arguments:
    """The arguments of `Dash(...)`. Those without effect in pyrt (S-168) are marked."""

    # The app's module; the other folders are relative to its file. By default the calling module.
    name: str | None = None
    # A Flask object of the app; False leaves the rest of the construction to `init_app`.
    server: object = True
    backend: object = None  # without effect

    # Files of the app, and pages, one for each module of a folder (S-144, S-163).
    assets_folder: str = "assets"
    pages_folder: str | Path = "pages"
    use_pages: bool | None = None
    assets_url_path: str = "assets"
    assets_ignore: str = ""  # regular expression for names of files
    assets_path_ignore: list[str] | None = None  # the same for folders
    assets_external_path: str | None = None  # URL of a host that serves them
    eager_loading: bool = False  # of the code that components load on demand
    include_assets_files: bool = True
    include_pages_meta: bool = True  # for previews in other sites (S-152)

    # URL path of the app on its host (S-167).
    url_base_pathname: str | None = None
    requests_pathname_prefix: str | None = None
    routes_pathname_prefix: str | None = None

    # The document around the app (S-164 to S-166).
    serve_locally: bool = True
    compress: bool | None = None  # without effect
    meta_tags: Sequence[Mapping[str, str]] | None = None
    index_string: str = template.DEFAULT_INDEX
    external_scripts: Sequence[str | Mapping[str, str]] | None = None
    external_stylesheets: Sequence[str | Mapping[str, str]] | None = None

    # Callbacks (S-21), and what the page shows of them (S-160).
    suppress_callback_exceptions: bool | None = None
    prevent_initial_callbacks: bool | str = False
    show_undo_redo: bool = False
    extra_hot_reload_paths: Sequence[str] | None = None  # without effect
    plugins: Sequence[Any] | None = None  # each has a method `plug(app)` (S-142)
    title: str = "Dash"
    update_title: str | None = "Updating..."
    background_callback_manager: Any = None  # for callbacks without their own (S-121)
    add_log_handler: bool = True
    hooks: Mapping[str, str] | None = None  # JavaScript around each call (S-143)
    routing_callback_inputs: Mapping[str, Input | State] | None = None  # (S-149)
    description: str | None = None
    on_error: ErrorHandler | None = None  # for callbacks without their own

    # Options of a server. `pyrt serve-bridge` has options instead.
    use_async: bool | None = None  # without effect: functions may be async
    health_endpoint: str | None = None  # without effect
    csrf_token_name: str = "_csrf_token"  # noqa: S105  # without effect; a name of a cookie
    csrf_header_name: str = "X-CSRFToken"  # without effect
    websocket_callbacks: bool | None = False  # call the server over a WebSocket (S-131)
    websocket_allowed_origins: list[str] | None = None  # without effect, as the four below
    websocket_inactivity_timeout: int | None = 300000
    websocket_heartbeat_interval: int | None = 30000
    websocket_batch_delay: float | None = 0.005
    websocket_max_workers: int | None = 4
    enable_mcp: bool | None = None  # bridge and page offer tools (pyrt/agents)
    mcp_path: str | None = None

    @property
    def wants_pages(self) -> bool:
        """Whether the app has pages: by `use_pages`, or by another `pages_folder`."""
        return (self.pages_folder != "pages") if self.use_pages is None else self.use_pages


# Arguments of Dash 2, and their names today.
OLD_NAMES = {"long_callback_manager": "background_callback_manager"}
_NAMES = frozenset(field.name for field in fields(Arguments))


def takes_arguments[**P](
    _table: Callable[P, Arguments], check_others: Callable[[Mapping[str, object]], None]
) -> Callable[[Callable[[Any, Arguments], None]], Callable[Concatenate[Any, P], None]]:
    """Return a decorator: the constructor receives its arguments as one `Arguments`.

    Args:
        _table: `Arguments`, from which type checkers take the signature.
        check_others: receives the keywords that are not in it.
    """

    def decorate(construct: Callable[[Any, Arguments], None]) -> Callable[..., None]:
        @wraps(construct)
        def constructor(self: object, *values: Any, **named: Any) -> None:
            named = {OLD_NAMES.get(name, name): value for name, value in named.items()}
            check_others({name: named[name] for name in named if name not in _NAMES})
            known = {name: named[name] for name in named if name in _NAMES}
            construct(self, Arguments(*values, **known))

        constructor.__signature__ = _signature()  # type: ignore[attr-defined]  # inspect reads it
        return constructor

    return decorate


def _signature() -> Signature:
    """Return the signature of Dash's constructor, in which obsolete keywords are accepted."""
    return Signature(
        [
            Parameter("self", Parameter.POSITIONAL_OR_KEYWORD),
            *signature(Arguments).parameters.values(),
            Parameter("obsolete", Parameter.VAR_KEYWORD),
        ]
    )
