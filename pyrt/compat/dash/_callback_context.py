"""`dash._callback_context`: the few private names that published packages import."""

from pyrt.engine.call.context import callback_context, set_props
from pyrt.engine.call.context import current as context_value

_get_context_value = context_value.get

__all__ = ["_get_context_value", "callback_context", "context_value", "set_props"]
