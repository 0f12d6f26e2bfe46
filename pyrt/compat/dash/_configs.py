"""`dash._configs`."""

from pyrt.app.private_names import pathname_configs

__all__ = ["pathname_configs"]
