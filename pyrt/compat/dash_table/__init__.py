"""`dash_table`: the name of `dash.dash_table` before Dash 2."""

from dash.dash_table import __dir__ as __dir__
from dash.dash_table import __getattr__ as __getattr__
