"""`dash.dash_table.Format`."""

from pyrt.model.table_format import (
    Align,
    Format,
    Group,
    Padding,
    Prefix,
    Scheme,
    Sign,
    Symbol,
    Trim,
)

__all__ = ["Align", "Format", "Group", "Padding", "Prefix", "Scheme", "Sign", "Symbol", "Trim"]
