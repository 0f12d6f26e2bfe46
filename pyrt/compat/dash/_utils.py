"""`dash._utils`: the few private names that published packages import."""

from pyrt.attributes import AttributeDict
from pyrt.ids import stringify_id

__all__ = ["AttributeDict", "stringify_id"]
