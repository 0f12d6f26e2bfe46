"""pyrt: Dash's callbacks, components and pages, running in the browser.

Apps import `dash`; `from pyrt import Dash, html` gives the same objects, and pyrt's also where
`dash` is a real one. Names are loaded when they are used, so that the import of a module of pyrt
costs no more than that module.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dash import (
        ALL,
        ALLSMALLER,
        MATCH,
        CeleryManager,
        ClientsideFunction,
        Dash,
        DiskcacheManager,
        Input,
        NoUpdate,
        Output,
        Patch,
        State,
        callback,
        callback_context,
        clientside_callback,
        ctx,
        dash_table,
        dcc,
        exceptions,
        get_app,
        get_asset_url,
        get_relative_path,
        hooks,
        html,
        no_update,
        page_container,
        page_registry,
        register_page,
        set_props,
        stringify_id,
        strip_relative_path,
    )

    from pyrt.activation import activate
    from pyrt.model.errors import PyrtError

__version__ = "0.1.0"

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
    "PyrtError",
    "State",
    "__version__",
    "activate",
    "callback",
    "callback_context",
    "clientside_callback",
    "ctx",
    "dash_table",
    "dcc",
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

_OWN = {"PyrtError": "pyrt.model.errors", "activate": "pyrt.activation"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'pyrt' has no attribute '{name}'")
    module = _OWN.get(name) or import_module("pyrt.activation").dash_name()
    return getattr(import_module(module), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
