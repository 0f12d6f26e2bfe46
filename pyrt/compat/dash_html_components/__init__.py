"""`dash_html_components`: the name of `dash.html` before Dash 2."""

from dash.html import __dir__ as __dir__
from dash.html import __getattr__ as __getattr__
