"""`dash._patch`."""

from pyrt.model.patch import Patch

__all__ = ["Patch"]
