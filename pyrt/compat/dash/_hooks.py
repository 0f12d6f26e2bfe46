"""`dash._hooks`."""

from pyrt.app.hooks import hooks

__all__ = ["hooks"]
