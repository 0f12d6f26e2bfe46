"""`dash.resources`: the lists behind `app.scripts` and `app.css`."""

from pyrt.author.resources import Css, ResourceConfig, Resources, Scripts

__all__ = ["Css", "ResourceConfig", "Resources", "Scripts"]
