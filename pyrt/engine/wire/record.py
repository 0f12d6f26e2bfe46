"""`record`: dataclasses of which a callback makes many."""

from dataclasses import dataclass, field
from typing import dataclass_transform


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record[T](cls: type[T]) -> type[T]:
    """Make a class a dataclass with slots, whose fields are not assigned again: mypy refuses it.

    `dataclass(frozen=True)` refuses it at run time, too, which makes a new object of four fields
    five times as expensive: 0.7 us in Pyodide. A callback makes twelve of them.
    """
    return dataclass(slots=True)(cls)
