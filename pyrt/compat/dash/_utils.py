"""`dash._utils`: the few private names that published packages import."""

from pyrt.model.attributes import AttributeDict
from pyrt.model.ids import stringify_id

__all__ = ["AttributeDict", "stringify_id"]
