"""`dash._callback`: the private names that apps and packages import."""

from pyrt.app.private_names import GLOBAL_CALLBACK_LIST, GLOBAL_CALLBACK_MAP
from pyrt.model.callback import (
    GLOBAL_CALLBACKS,
    NoUpdate,
    callback,
    clientside_callback,
    is_no_update,
    no_update,
)

__all__ = [
    "GLOBAL_CALLBACKS",
    "GLOBAL_CALLBACK_LIST",
    "GLOBAL_CALLBACK_MAP",
    "NoUpdate",
    "callback",
    "clientside_callback",
    "is_no_update",
    "no_update",
]
