"""`dash.dash_table`: DataTable, made when first asked for, and its number formats."""

from typing import Any

from dash.dash_table import Format as Format
from dash.dash_table import FormatTemplate as FormatTemplate

from pyrt.components import LIBRARIES

__version__ = "7.4.1"


def __getattr__(name: str) -> Any:  # noqa: ANN401  # classes the type checker cannot know
    value = __dir__() if name == "__all__" else LIBRARIES["dash_table"].make(name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*LIBRARIES["dash_table"].names, "Format", "FormatTemplate"]
