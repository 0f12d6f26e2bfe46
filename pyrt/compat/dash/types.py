"""`dash.types`: the names that generated component classes use in their annotations."""

from typing import SupportsComplex, SupportsFloat, SupportsInt, Union

# Evaluated at run time by generated classes, inside further `typing.Union`s.
NumberType = Union[SupportsFloat, SupportsInt, SupportsComplex]  # noqa: UP007

__all__ = ["NumberType"]
