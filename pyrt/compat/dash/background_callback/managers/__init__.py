"""`dash.background_callback.managers`: the base class of managers."""

from pyrt.managers.managers import BaseBackgroundCallbackManager

__all__ = ["BaseBackgroundCallbackManager"]
