"""`dash.dcc.express`."""

from pyrt.model.downloads import send_bytes, send_data_frame, send_file, send_string

__all__ = ["send_bytes", "send_data_frame", "send_file", "send_string"]
