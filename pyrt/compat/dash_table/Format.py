"""`dash_table.Format`: the name of `dash.dash_table.Format` before Dash 2."""

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
