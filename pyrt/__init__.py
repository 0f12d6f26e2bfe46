"""pyrt: Dash's callbacks, components and pages, running in the browser.

Apps are written for `dash` and import that; these names are for programs around them. They are
imported when they are used, so that the import of a module of pyrt costs no more than that module.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrt.app.dash import Dash
    from pyrt.model.errors import PyrtError

__version__ = "0.1.0"

__all__ = ["Dash", "PyrtError", "__version__"]

_MODULES = {"Dash": "pyrt.app.dash", "PyrtError": "pyrt.model.errors"}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module 'pyrt' has no attribute '{name}'")
    return getattr(import_module(_MODULES[name]), name)
