"""`dash.html`: one component for each HTML element, made when first used."""

from typing import Any

from pyrt.model.component import DASH_VERSION
from pyrt.model.components import LIBRARIES, use_as_library

__version__ = DASH_VERSION

use_as_library(__name__)


def __getattr__(name: str) -> Any:  # noqa: ANN401  # classes the type checker cannot know
    value = LIBRARIES["html"].names if name == "__all__" else LIBRARIES["html"].make(name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return LIBRARIES["html"].names
