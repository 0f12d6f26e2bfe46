"""`dash.dash`: where `Dash` was imported from before Dash 2."""

from pyrt.app import Dash
from pyrt.callback import no_update

__all__ = ["Dash", "no_update"]
