"""Which callbacks a server answers: those that are marked for it, and no others.

A callback is marked by `server=True`, by its name in `[tool.pyrt] server`, or by being a background
callback that has a manager. Everything else runs in the page, and its code is not meant for
strangers' requests. May import `model` only.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyrt.model.callback import Callback


@dataclass(frozen=True, slots=True)
class Permission:
    """What an app's author has marked.

    Attributes:
        named: `module:function`.
        manager: the app's manager of background callbacks, if it has one.
    """

    named: Collection[str] = ()
    manager: object = None

    def allows(self, callback: Callback) -> bool:
        """Return whether a request may have this callback called."""
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

    The app's own file is known by its stem and as `__main__`, however it was started.
    """
    function = callback.function
    name = getattr(function, "__qualname__", callback.origin.name)
    module = getattr(function, "__module__", None) or "__main__"
    return frozenset((f"{module}:{name}", f"{Path(callback.origin.file).stem}:{name}"))
