"""`dash.development`: the base of generated component classes."""

from . import base_component

__all__ = ["base_component"]
