"""Decides whether `import dash` finds pyrt's names or a real Dash, outside of the tab.

    no Dash is installed      pyrt's: `pyrt_finder`, installed beside pyrt, asks `find_fallback`
    a real Dash is installed  the real one, unless `activate` has been called before

In the tab `pyrt/compat` is on `sys.path`, and there is no other `dash`.
"""

import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from pyrt.model.errors import PyrtError

_IN_NOTEBOOK = " In a notebook: restart the kernel, and call it in the first cell."
COMPAT = str(Path(__file__).with_name("compat"))


class ActivationError(PyrtError):
    """A real Dash has been imported; the text is for the author of the program."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the text alone."""
        return [str(self)]


def activate() -> None:
    """Make `import dash` find pyrt's names in this process, whatever else is installed.

    Raises:
        ActivationError: a real Dash has been imported before.
    """
    loaded = sys.modules.get("dash")
    if loaded is not None and not is_pyrt(loaded):
        raise ActivationError(
            f"Dash {getattr(loaded, '__version__', '')} has been imported already, from "
            f"{_place(loaded)}, so that pyrt cannot take its place. Call pyrt.activate() before "
            "the first import of dash, and before imports of packages that import dash."
            + (_IN_NOTEBOOK if "IPython" in sys.modules else "")
        )
    if COMPAT in sys.path:
        sys.path.remove(COMPAT)
    sys.path.insert(0, COMPAT)


def find_fallback(name: str) -> ModuleSpec | None:
    """Return where pyrt has `dash`, or a package of an older name.

    None for the old names if `dash` is a real one: they would show what it does not have.
    """
    if name != "dash" and not finds_pyrt():
        return None
    return PathFinder.find_spec(name, [COMPAT])


def finds_pyrt() -> bool:
    """Tell whether `import dash` gives pyrt's names."""
    loaded = sys.modules.get("dash")
    if loaded is not None:
        return is_pyrt(loaded)
    spec = find_spec("dash")
    return spec is not None and _is_inside(spec.origin)


def dash_name() -> str:
    """Return the name under which pyrt's `dash` can be imported.

    Where `dash` is a real one, it is that of a second package with the same classes and functions.
    """
    return "dash" if finds_pyrt() else "pyrt.compat.dash"


def is_pyrt(module: ModuleType) -> bool:
    """Tell whether a module is one of pyrt's `dash`."""
    return _is_inside(getattr(module, "__file__", None))


def _is_inside(file: str | None) -> bool:
    return file is not None and file.startswith(COMPAT)


def _place(module: ModuleType) -> str:
    return getattr(module, "__file__", None) or str(list(getattr(module, "__path__", [])))
