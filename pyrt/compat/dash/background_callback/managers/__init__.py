"""`dash.background_callback.managers`: what managers of one's own derive from."""

from pyrt.managers.managers import BaseBackgroundCallbackManager

__all__ = ["BaseBackgroundCallbackManager"]
