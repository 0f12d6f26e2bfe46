"""`dash_table.Format`: the name of `dash.dash_table.Format` before Dash 2."""

from dash.dash_table.Format import *  # noqa: F403  # its `__all__` says which
