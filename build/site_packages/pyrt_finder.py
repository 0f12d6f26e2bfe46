"""Finds pyrt's `dash` where no other is installed.

`pyrt_finder.pth` beside it imports it whenever Python starts, so it imports nothing itself. The
finder is the last one, so it is asked only for modules that nothing else has.

PYTEST_DONT_REWRITE: it is imported before pytest could.
"""

import sys

TYPE_CHECKING = False  # as that of `typing`, which would take time
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec


class DashFinder:
    """A finder of `sys.meta_path` for `dash` and the older names that a site knows, too."""

    NAMES = frozenset(
        {
            "dash",
            "dash_core_components",
            "dash_html_components",
            "dash_table",
            "jupyter_dash",
            "plotly_express",
        }
    )

    @classmethod
    def find_spec(cls, name: str, *_: object) -> "ModuleSpec | None":
        """Return the spec of pyrt's module of this name; None if it is no name of `dash`."""
        if name not in cls.NAMES:
            return None
        try:
            from pyrt.activation import find_fallback  # noqa: PLC0415
        except ImportError:  # another `pyrt` is first on the path
            return None
        return find_fallback(name)


sys.meta_path.append(DashFinder)
