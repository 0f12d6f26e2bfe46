"""`dash.dcc`: the core components, made when first used, and content for `dcc.Download`."""

from typing import Any

from pyrt.model.component import DASH_VERSION
from pyrt.model.components import LIBRARIES, use_as_library
from pyrt.model.downloads import send_bytes as send_bytes
from pyrt.model.downloads import send_data_frame as send_data_frame
from pyrt.model.downloads import send_file as send_file
from pyrt.model.downloads import send_string as send_string

__version__ = DASH_VERSION
_FUNCTIONS = ["send_bytes", "send_data_frame", "send_file", "send_string"]

use_as_library(__name__)


def __getattr__(name: str) -> Any:  # noqa: ANN401  # classes the type checker cannot know
    value = __dir__() if name == "__all__" else LIBRARIES["dcc"].make(name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*LIBRARIES["dcc"].names, *_FUNCTIONS]
