"""`dash.resources`: the lists behind `app.scripts` and `app.css`."""

from pyrt.app.resources import Css, ResourceConfig, Resources, Scripts

__all__ = ["Css", "ResourceConfig", "Resources", "Scripts"]
