"""`dash._callback_context`: the private names that apps and published packages import."""

from pyrt.app.private_names import has_context
from pyrt.engine.call.context import CallbackContext, callback_context, set_props
from pyrt.engine.call.context import current as context_value

_get_context_value = context_value.get

__all__ = [
    "CallbackContext",
    "_get_context_value",
    "callback_context",
    "context_value",
    "has_context",
    "set_props",
]
