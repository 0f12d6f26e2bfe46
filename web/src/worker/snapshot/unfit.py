"""Finds the modules that a snapshot cannot hold: those with JavaScript objects, and their users.

Runs in Pyodide, only in the build's rehearsal, after a snapshot could not be taken. Its result is
JSON: names of modules.
"""

# ruff: noqa: INP001 - a single file; its last expression is its result.

import json
import sys
from collections.abc import Iterable
from types import FunctionType, ModuleType

from pyodide.ffi import JsProxy


def unfit(engine: Iterable[str]) -> list[str]:
    """Return the modules that hold JavaScript objects, or what such a module has defined.

    A module of a package that does so is one of them, because its import runs the package's code.

    Args:
        engine: names of modules that a snapshot can hold, whatever is in them.
    """
    others = sys.modules.keys() - set(engine)
    values = {
        name: list(vars(module).values())
        for name, module in list(sys.modules.items())
        if name in others and isinstance(module, ModuleType)
    }
    found = {name for name, own in values.items() if any(isinstance(v, JsProxy) for v in own)}
    known = 0
    while len(found) > known:
        known = len(found)
        found |= {
            name
            for name, own in values.items()
            if name.rpartition(".")[0] in found or not found.isdisjoint(map(_origin, own))
        }
    return sorted(found)


def _origin(value: object) -> str:
    """Return the name of a module, or of the module that a class or a function is of."""
    if isinstance(value, ModuleType):
        return str(value.__name__)
    return str(value.__module__) if isinstance(value, type | FunctionType) else ""


json.dumps(unfit(engine))  # noqa: F821 -- a global that the caller sets
