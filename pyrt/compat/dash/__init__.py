"""The names of Dash 4.4, as an app imports them: renaming only, everything lives in `pyrt`.

This folder is on `sys.path` in the worker and in tests; it is never installed, so it cannot hide a
real Dash. What is not offered says so when it is asked for, and names what will do.
"""

from importlib import import_module
from typing import Any

from dash import _pages as _pages
from dash import dash_table, dcc, development, exceptions, html
from dash._missing import explain

from pyrt.app import pages
from pyrt.app.dash import Dash, get_app
from pyrt.app.hooks import hooks
from pyrt.app.pages import page_registry, register_page
from pyrt.app.paths import get_asset_url, get_relative_path
from pyrt.app.paths import strip_app_path as strip_relative_path
from pyrt.engine.call.context import ctx, set_props
from pyrt.model.callback import NoUpdate, callback, clientside_callback, no_update
from pyrt.model.component import DASH_VERSION
from pyrt.model.dependencies import ClientsideFunction, Input, Output, State
from pyrt.model.ids import ALL, ALLSMALLER, MATCH, stringify_id
from pyrt.model.patch import Patch

callback_context = ctx

__version__ = DASH_VERSION

# Component packages look for it, to tell Dash from an author's own file named dash.py.
__plotly_dash = True

__all__ = [
    "ALL",
    "ALLSMALLER",
    "MATCH",
    "CeleryManager",
    "ClientsideFunction",
    "Dash",
    "DiskcacheManager",
    "Input",
    "NoUpdate",
    "Output",
    "Patch",
    "State",
    "__version__",
    "callback",
    "callback_context",
    "clientside_callback",
    "ctx",
    "dash_table",
    "dcc",
    "development",
    "exceptions",
    "get_app",
    "get_asset_url",
    "get_relative_path",
    "hooks",
    "html",
    "no_update",
    "page_container",
    "page_registry",
    "register_page",
    "set_props",
    "stringify_id",
    "strip_relative_path",
]


# Dash has imported these by the time it is there; `dash.dependencies.Input` is common.
_SUBMODULES = {
    "_pages",
    "_utils",
    "background_callback",
    "dash",
    "dependencies",
    "resources",
    "types",
    "version",
}
_MANAGERS = {"CeleryManager", "DiskcacheManager"}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # names of any kind
    if name in _SUBMODULES:
        return import_module(f"dash.{name}")
    if name in _MANAGERS:
        return getattr(import_module("dash.background_callback"), name)
    if name != "page_container":
        raise AttributeError(explain("dash", name))
    value = globals()[name] = pages.page_container()  # made of components: not unless it is used
    return value
