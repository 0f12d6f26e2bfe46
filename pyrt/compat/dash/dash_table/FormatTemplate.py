"""`dash.dash_table.FormatTemplate`."""

from pyrt.model.table_format import money, percentage

__all__ = ["money", "percentage"]
