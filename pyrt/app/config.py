"""The settings of an app: `app.config`, the environment variables behind it, and URL prefixes.

The functions `dash.get_asset_url` and others without an app use the settings that are kept here:
those of the app that was created last, or chosen by `run`.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from pyrt.app import main_module
from pyrt.app.arguments import Arguments
from pyrt.model import environment
from pyrt.model.attributes import AttributeDict
from pyrt.model.errors import InvalidConfig


class Config(AttributeDict):
    """`app.config`: what the constructor was given, checked and completed (S-170)."""

    name: str
    assets_folder: str
    assets_url_path: str
    assets_ignore: str
    assets_path_ignore: list[str] | None
    assets_external_path: str
    pages_folder: str | None
    eager_loading: bool
    include_assets_files: bool
    url_base_pathname: str | None
    routes_pathname_prefix: str
    requests_pathname_prefix: str
    serve_locally: bool
    meta_tags: list[Mapping[str, str]]
    external_scripts: list[str | Mapping[str, str]]
    external_stylesheets: list[str | Mapping[str, str]]
    suppress_callback_exceptions: bool
    prevent_initial_callbacks: bool | str
    show_undo_redo: bool
    title: str
    update_title: str | None
    include_pages_meta: bool
    description: str | None
    hide_all_callbacks: bool
    csrf_token_name: str
    csrf_header_name: str


_AS_GIVEN = (
    *("assets_url_path", "assets_ignore", "assets_path_ignore", "eager_loading", "serve_locally"),
    *("prevent_initial_callbacks", "show_undo_redo", "title", "update_title", "description"),
    *("include_pages_meta", "health_endpoint", "csrf_token_name", "csrf_header_name"),
)
# These can be set by environment variables, too.
_WITH_VARIABLE = {
    "assets_external_path": "",
    "include_assets_files": True,
    "compress": False,
    "suppress_callback_exceptions": False,
}
_LISTS = ("meta_tags", "external_scripts", "external_stylesheets", "extra_hot_reload_paths")
_CONSTRUCTOR_ONLY = (
    *("name", "assets_folder", "assets_url_path", "eager_loading", "serve_locally", "compress"),
    *("pages_folder", "csrf_token_name", "csrf_header_name"),
)


def make_config(name: str, given: Arguments) -> Config:
    """Return the settings of an app; the rest of the program may change some of them (S-170).

    Raises:
        InvalidConfig: settings contradict each other or the files beside the app.
        ValueError: a name is empty.
    """
    for key in ("csrf_token_name", "csrf_header_name"):
        if not (getattr(given, key) or "").strip():
            raise ValueError(f"{key} must be a non-empty string")
    base, routes, requests = pathname_prefixes(
        given.url_base_pathname, given.routes_pathname_prefix, given.requests_pathname_prefix
    )
    folder = main_module.root_path(name)
    config = Config(
        name=name,
        assets_folder=str(Path(folder, given.assets_folder)),
        pages_folder=pages_folder_path(folder, given.pages_folder, use_pages=given.use_pages),
        url_base_pathname=base,
        routes_pathname_prefix=routes,
        requests_pathname_prefix=requests,
        hide_all_callbacks=False,
        **{key: getattr(given, key) for key in _AS_GIVEN},
        **{
            key: env_default(key, getattr(given, key), other)
            for key, other in _WITH_VARIABLE.items()
        },
        **{key: list(getattr(given, key) or ()) for key in _LISTS},
    )
    config.set_read_only(_CONSTRUCTOR_ONLY, "Read-only: give this setting to `Dash(...)`")
    config.finalize("There is no setting of this name that an app may set after `Dash(...)`")
    return config


class _Current:
    """The settings in use; empty before there is an app."""

    config = Config()


_of_call: ContextVar[Config | None] = ContextVar("config", default=None)


def current() -> Config:
    """Return the settings of the app whose callback runs, else of the one made last, or mounted."""
    found = _of_call.get()
    return _Current.config if found is None else found


@contextmanager
def serving(config: Config) -> Iterator[None]:
    """Make these settings the current ones in this context, tasks included."""
    token = _of_call.set(config)
    try:
        yield
    finally:
        _of_call.reset(token)


def use(config: Config) -> None:
    """Make these settings the ones that `current` returns."""
    _Current.config = config


def env_default(name: str, value: object, default: object = None) -> Any:  # noqa: ANN401
    """Return the argument, else the environment variable `DASH_<NAME>`, else the default.

    `true` and `false`, in any case, are read as booleans.
    """
    if value is not None:
        return value
    text = _variable(f"DASH_{name.upper()}")
    if text is None:
        return default
    return {"true": True, "false": False}.get(text.lower(), text)


def _variable(name: str) -> str | None:
    return os.environ.get(name, os.environ.get(name.lower()))


def pathname_prefixes(
    url_base: str | None = None, routes: str | None = None, requests: str | None = None
) -> tuple[str | None, str, str]:
    """Return `url_base_pathname`, `routes_pathname_prefix` and `requests_pathname_prefix` (S-167).

    Requests go to the folder of the site, or to what is set, below that folder.

    Raises:
        InvalidConfig: the three contradict each other, or a slash is missing.
    """
    url_base = env_default("url_base_pathname", url_base)
    routes = env_default("routes_pathname_prefix", routes)
    requests = env_default("requests_pathname_prefix", requests)
    _refuse_ambiguity(url_base, routes, requests)
    chosen = url_base if routes is None else routes
    routes = "/" if chosen is None else chosen
    _check_slashes("routes_pathname_prefix", routes, at_end=True)
    app_name = _variable("DASH_APP_NAME")
    if not requests and app_name:
        requests = f"/{app_name}{routes}"
    elif requests is None:
        requests = routes
    _check_slashes("requests_pathname_prefix", requests, at_end=False)
    return url_base, routes, _in_site(requests)


def request_path(settings: Config, name: str) -> str:
    """Return the path of a request of Dash's page, as a server would see it (S-114)."""
    return f"{_in_site(settings.routes_pathname_prefix)}{name}"


def _in_site(prefix: str) -> str:
    """Return a prefix below the folder of the site, unless that folder is the one it names."""
    base = environment.current().base
    return base if base.endswith(prefix) else base.rstrip("/") + prefix


def _refuse_ambiguity(url_base: str | None, routes: str | None, requests: str | None) -> None:
    if url_base is None:
        return
    others = {"requests_pathname_prefix": requests, "routes_pathname_prefix": routes}
    for name, value in others.items():
        if value is not None:
            raise InvalidConfig(
                f"You supplied `url_base_pathname` and `{name}`. This is ambiguous: the first one "
                "sets both prefixes to the same value. To fix this, set `routes_pathname_prefix` "
                "instead of `url_base_pathname`, and `requests_pathname_prefix` where it differs."
            )


def _check_slashes(name: str, prefix: str, *, at_end: bool) -> None:
    if not prefix.startswith("/"):
        raise InvalidConfig(f"`{name}` needs to start with `/`, found {prefix!r}.")
    if at_end and not prefix.endswith("/"):
        raise InvalidConfig(f"`{name}` needs to end with `/`, found {prefix!r}.")


def pages_folder_path(root_path: str, folder: object, *, use_pages: bool | None) -> str | None:
    """Return the absolute path of the pages folder; None if the app has none (S-144).

    Raises:
        InvalidConfig: the app has pages, but the folder does not exist.
    """
    if not folder:
        return None
    path = Path(root_path, str(folder))
    if (use_pages or str(folder) != "pages") and not path.is_dir():
        raise InvalidConfig(
            f"A folder called `{folder}` does not exist in `{root_path}`. Create it, or "
            'write `Dash(..., pages_folder="")` for an app without such a folder.'
        )
    return str(path)
