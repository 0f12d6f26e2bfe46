"""`dash_table.FormatTemplate`: the name of `dash.dash_table.FormatTemplate` before Dash 2."""

from pyrt.model.table_format import money, percentage

__all__ = ["money", "percentage"]
