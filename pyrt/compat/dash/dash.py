"""`dash.dash`: the app class, and other names that apps and packages import from there."""

from typing import Any

from pyrt.app import pages
from pyrt.app.dash import Dash
from pyrt.app.pages import ID_CONTENT as _ID_CONTENT
from pyrt.app.pages import ID_DUMMY as _ID_DUMMY
from pyrt.app.pages import ID_LOCATION as _ID_LOCATION
from pyrt.app.pages import ID_STORE as _ID_STORE
from pyrt.model.callback import no_update

__all__ = ["_ID_CONTENT", "_ID_DUMMY", "_ID_LOCATION", "_ID_STORE", "Dash", "no_update"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # one name, but `import *` asks for others
    if name != "page_container":
        raise AttributeError(f"module 'dash.dash' has no attribute '{name}'")
    return pages.page_container()  # imports components, so only when it is used
