"""`dash._dash_renderer`: the version of React, which apps for dash-mantine-components set."""

from pyrt.app.resources import set_react_version as _set_react_version

__all__ = ["_set_react_version"]
