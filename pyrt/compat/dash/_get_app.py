"""`dash._get_app`."""

from pyrt.app.dash import get_app

__all__ = ["get_app"]
