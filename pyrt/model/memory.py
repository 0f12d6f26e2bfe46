"""Python's garbage collections, which a large value makes often and for nothing."""

import gc
from collections.abc import Callable

LONG = 100_000  # bytes or characters of a value, from which on they are noticeable


def without_collections[T, R](make: Callable[[T], R], data: T) -> R:
    """Return what a function makes of some data, without collections meanwhile.

    For functions that make a value and no garbage, as `json.loads` does.
    """
    if not gc.isenabled():
        return make(data)
    gc.disable()
    try:
        return make(data)
    finally:
        gc.enable()
