"""`dash._pages`: the names with which programs reset the pages before they start again."""

from typing import Any

from pyrt.app import config
from pyrt.app.pages import page_registry as PAGE_REGISTRY  # noqa: N812  # Dash's name
from pyrt.app.pages import parse_query as _parse_query_string
from pyrt.app.pages import parse_variables as _parse_path_variables
from pyrt.app.pages import register_page

__all__ = ["PAGE_REGISTRY", "_parse_path_variables", "_parse_query_string", "register_page"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # one name, of a value that changes
    if name != "CONFIG":
        raise AttributeError(f"module 'dash._pages' has no attribute '{name}'")
    return config.current()
