"""The names of Dash 4.4, as an app imports them: renaming only, everything lives in `pyrt`.

This folder is on `sys.path` in the worker and in tests; it is never installed, so it cannot hide a
real Dash. What is not offered says so when it is asked for, and names what will do.
"""

from importlib import import_module

from dash import dash_table, dcc, development, exceptions, html
from dash._missing import explain

from pyrt.callback import NoUpdate, callback, clientside_callback, no_update
from pyrt.component import DASH_VERSION
from pyrt.dependencies import ClientsideFunction, Input, Output, State
from pyrt.ids import ALL, ALLSMALLER, MATCH, stringify_id
from pyrt.patch import Patch

__version__ = DASH_VERSION

# Component packages look for it, to tell Dash from an author's own file named dash.py.
__plotly_dash = True

_ELSEWHERE = {
    "CeleryManager": ("pyrt.background", "CeleryManager"),
    "Dash": ("pyrt.app", "Dash"),
    "DiskcacheManager": ("pyrt.background", "DiskcacheManager"),
    "callback_context": ("pyrt.context", "ctx"),
    "ctx": ("pyrt.context", "ctx"),
    "get_app": ("pyrt.app", "get_app"),
    "get_asset_url": ("pyrt.paths", "get_asset_url"),
    "get_relative_path": ("pyrt.paths", "get_relative_path"),
    "hooks": ("pyrt.hooks", "hooks"),
    "page_registry": ("pyrt.pages", "page_registry"),
    "register_page": ("pyrt.pages", "register_page"),
    "set_props": ("pyrt.context", "set_props"),
    "strip_relative_path": ("pyrt.paths", "strip_app_path"),
}

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


def __getattr__(name: str) -> object:
    if name == "page_container":
        value: object = import_module("pyrt.pages").page_container()
    elif name in _ELSEWHERE:
        module, original = _ELSEWHERE[name]
        value = getattr(import_module(module), original)
    else:
        raise AttributeError(explain("dash", name))
    globals()[name] = value
    return value
