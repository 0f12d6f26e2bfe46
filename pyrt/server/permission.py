"""Which callbacks a request may call: those that are marked for the server.

A callback is marked by `server=True`, by its name in `[tool.pyrt] server`, or by being a background
callback that has a manager. All others run in the page only, and are refused here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyrt.model.callback import Callback


@dataclass(frozen=True, slots=True)
class Permission:
    """The marks of an app.

    Attributes:
        named: the names in `[tool.pyrt] server`, `module:function` each.
        manager: the app's manager of background callbacks, if it has one.
    """

    named: Collection[str] = ()
    manager: object = None

    def allows(self, callback: Callback) -> bool:
        """Return whether a request may call this callback."""
        if callback.function is None:
            return False
        if callback.server or (callback.background is not None and self._has_manager(callback)):
            return True
        return bool(self.named) and not names_of(callback).isdisjoint(self.named)

    def _has_manager(self, callback: Callback) -> bool:
        return callback.manager is not None or self.manager is not None


@lru_cache(maxsize=4096)
def names_of(callback: Callback) -> frozenset[str]:
    """Return the names that `[tool.pyrt] server` may give a callback: `module:function`.

    The module is the function's `__module__` or the stem of its file: the app's own file has both
    `__main__` and its stem, depending on how it was started.
    """
    function = callback.function
    name = getattr(function, "__qualname__", callback.origin.name)
    module = getattr(function, "__module__", None) or "__main__"
    return frozenset((f"{module}:{name}", f"{Path(callback.origin.file).stem}:{name}"))
