"""`dash._no_update`."""

from pyrt.model.callback import NoUpdate, no_update

__all__ = ["NoUpdate", "no_update"]
