"""`dash.dash_table.FormatTemplate`."""

from pyrt.table_format import money, percentage

__all__ = ["money", "percentage"]
