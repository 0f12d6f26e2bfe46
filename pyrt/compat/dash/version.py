"""`dash.version`: the version of Dash whose names and behaviour are offered."""

from pyrt.model.component import DASH_VERSION

__version__ = DASH_VERSION

__all__ = ["__version__"]
