"""`dash.testing.application_runners`: imports an app; its runners need a server."""

from pyrt.app.main_module import import_app

__all__ = ["import_app"]
