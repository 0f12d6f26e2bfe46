"""The names of Dash 4.4, as an app imports them; the implementation is in `pyrt`.

In the worker its folder is on `sys.path`; elsewhere `pyrt.activation` says when it is found. A name
that is missing here raises an error that says what to use instead.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

from . import _pages as _pages
from . import dash_table, dcc, development, exceptions, html
from ._missing import explain

if TYPE_CHECKING:  # loaded when they are used
    from pyrt.model.component import Component

    from . import _utils as _utils
    from . import background_callback as background_callback
    from . import dash as dash
    from . import dependencies as dependencies
    from . import resources as resources
    from . import types as types
    from . import version as version
    from .background_callback import CeleryManager, DiskcacheManager

    page_container: Component

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
    "long_callback",
    "resources",
    "types",
    "version",
}
_MANAGERS = {"CeleryManager", "DiskcacheManager"}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # names of any kind
    if name in _SUBMODULES:
        return import_module(f".{name}", __name__)
    if name in _MANAGERS:
        return getattr(import_module(".background_callback", __name__), name)
    if name == "jupyter_dash":
        return import_module("._jupyter", __name__).jupyter_dash
    if name != "page_container":
        raise AttributeError(explain("dash", name))
    value = globals()[name] = pages.page_container()  # imports components, so only when it is used
    return value
