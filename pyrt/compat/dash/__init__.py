"""The names of Dash 4.4, as an app imports them; the implementation is in `pyrt`.

This folder is on `sys.path` in the worker, on a server and in tests. It is never installed, so it
cannot hide a real Dash. A name that is missing here raises an error that says what to use instead.
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

# Component packages look for it, to recognise a file dash.py of the app.
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


# Dash imports these itself: `import dash` is enough for `dash.dependencies.Input`.
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
    value = globals()[name] = pages.page_container()  # imports components, so only when it is used
    return value
