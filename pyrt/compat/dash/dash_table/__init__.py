"""`dash.dash_table`: DataTable, made when first used, and its number formats."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pyrt.model.components import LIBRARIES, use_as_library

if TYPE_CHECKING:  # loaded when they are used
    from . import Format as Format
    from . import FormatTemplate as FormatTemplate

__version__ = "7.4.1"

use_as_library(__name__)


def __getattr__(name: str) -> Any:  # noqa: ANN401  # classes the type checker cannot know
    if name == "__all__":
        value: Any = __dir__()
    elif name in {"Format", "FormatTemplate"}:  # modules, which few apps use
        value = import_module(f".{name}", __name__)
    else:
        value = LIBRARIES["dash_table"].make(name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*LIBRARIES["dash_table"].names, "Format", "FormatTemplate"]
