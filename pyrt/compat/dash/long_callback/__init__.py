"""`dash.long_callback`: background callbacks in Dash 2, a module and a decorator."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from dash.background_callback import CeleryManager as CeleryLongCallbackManager
from dash.background_callback import DiskcacheManager as DiskcacheLongCallbackManager

from pyrt.app.old_names import long_callback

__all__ = ["CeleryLongCallbackManager", "DiskcacheLongCallbackManager"]


class _Module(ModuleType):
    def __call__(self, *dependencies: Any, **options: Any) -> Callable[..., Any]:  # noqa: ANN401
        return long_callback(*dependencies, **options)


sys.modules[__name__].__class__ = _Module
