"""Files in a browser tab that are fetched when they are read: errors with their addresses.

A file system knows numbers of errors only, so `open` says "I/O error". The worker remembers the
reason, and it becomes the text of the exception while that is raised.
"""

import errno
import linecache
import sys
from collections.abc import Callable
from json import loads
from typing import Any

# Sources of packages are fetched for `inspect`, but not for each line of a traceback.
PACKAGES = ("/pyrt/packages/", "/pyrt/compiled/")
TOOL = 4  # of `sys.monitoring`; debuggers, coverage and profilers have others


def install(*, show_sources: bool) -> None:
    """Let errors of files name their addresses.

    Args:
        show_sources: whether tracebacks show the lines of packages, which are fetched for that.
    """
    from js import pyrtFiles  # type: ignore[import-not-found]  # noqa: PLC0415  # in the worker

    explain_failures(pyrtFiles.takeFailure)
    if not show_sources:
        leave_out_package_lines()


def explain_failures(take_failure: Callable[[], str]) -> None:
    """Give each OSError of a file that could not be fetched its path and the reason.

    Args:
        take_failure: returns the JSON of the last failure, `{"path", "reason"}`, or of None if
            there is none, or if it was taken before.
    """
    if sys.monitoring.get_tool(TOOL) is not None:
        return

    def explain(_code: object, _offset: int, error: BaseException) -> None:
        if not isinstance(error, OSError) or error.errno != errno.EIO:
            return
        failure: dict[str, str] | None = loads(take_failure())
        if failure:
            error.filename = failure["path"]
            error.strerror = failure["reason"]

    sys.monitoring.use_tool_id(TOOL, "pyrt")
    sys.monitoring.register_callback(TOOL, sys.monitoring.events.RAISE, explain)
    sys.monitoring.set_events(TOOL, sys.monitoring.events.RAISE)


def leave_out_package_lines() -> None:
    """Let tracebacks and warnings show no lines of packages whose sources are not there yet."""
    previous = linecache.getline
    if getattr(previous, "leaves_out_packages", False):
        return

    def getline(filename: str, lineno: int, module_globals: dict[str, Any] | None = None) -> str:
        if filename.startswith(PACKAGES) and filename not in linecache.cache:
            return ""
        return previous(filename, lineno, module_globals)

    getline.leaves_out_packages = True  # type: ignore[attr-defined]
    linecache.getline = getline
