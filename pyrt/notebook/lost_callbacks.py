"""Callbacks that a real Dash has got from a notebook whose app is one of pyrt: nothing calls them.

`from dash import callback` gives that of a real Dash where one is installed beside pyrt, and
`pyrt.activate()` was not called.
"""

import sys
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from pyrt.activation import is_pyrt
from pyrt.model.component import ONE_DASH


def find_lost_callbacks(ids: AbstractSet[str]) -> Iterator[str]:
    """Yield the outputs of a real Dash's global callbacks that read components with these ids."""
    for callback in _global_callbacks():
        if any(each.get("id") in ids for each in callback["inputs"]):
            yield str(callback["output"])


def has_real_callbacks() -> bool:
    """Tell whether a real Dash has global callbacks."""
    return bool(_global_callbacks())


def explain(output: str) -> str:
    """Return what to do about a callback that pyrt does not call."""
    return (
        f"the callback of {output} is one of the Dash that is installed beside pyrt, which the app "
        f"does not call. {ONE_DASH}"
    )


def _global_callbacks() -> list[Any]:
    dash = sys.modules.get("dash")
    if dash is None or is_pyrt(dash):
        return []
    return list(getattr(sys.modules.get("dash._callback"), "GLOBAL_CALLBACK_LIST", ()))
