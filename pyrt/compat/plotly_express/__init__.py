"""`plotly_express`: the name of `plotly.express` before plotly 4."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:  # noqa: ANN401  # names of any kind
    return getattr(import_module("plotly.express"), name)
