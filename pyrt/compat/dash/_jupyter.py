"""`dash._jupyter`."""

from pyrt.app.old_names import jupyter_dash

__all__ = ["jupyter_dash"]
