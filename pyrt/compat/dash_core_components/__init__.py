"""`dash_core_components`: the name of `dash.dcc` before Dash 2."""

from dash.dcc import __dir__ as __dir__
from dash.dcc import __getattr__ as __getattr__
from dash.dcc import send_bytes as send_bytes
from dash.dcc import send_data_frame as send_data_frame
from dash.dcc import send_file as send_file
from dash.dcc import send_string as send_string
