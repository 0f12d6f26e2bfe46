"""`dash.long_callback.managers`: the managers of Dash 2 by their names."""

from dash.background_callback.managers import (
    BaseBackgroundCallbackManager as BaseLongCallbackManager,
)
from dash.long_callback import CeleryLongCallbackManager, DiskcacheLongCallbackManager

__all__ = [
    "BaseLongCallbackManager",
    "CeleryLongCallbackManager",
    "DiskcacheLongCallbackManager",
]
