"""Imported before an app that has not come to an end: tells the builder where Python is.

Each line of the app is posted when it runs for the first time, and again each second.
"""

import os
import sys
import time
from types import CodeType

from js import XMLHttpRequest  # type: ignore[import-not-found]

_TOOL = 3  # pyrt has the fourth (pyrt/browser_files.py)
_EVENTS = sys.monitoring.events
_seen: set[tuple[CodeType, int]] = set()
_last = 0.0


def _start(code: CodeType, _offset: int) -> object:
    if code.co_filename.startswith("/app/"):
        sys.monitoring.set_local_events(_TOOL, code, _EVENTS.LINE)
    return sys.monitoring.DISABLE


def _line(code: CodeType, line: int) -> None:
    global _last  # noqa: PLW0603 -- one watch in one interpreter
    now = time.monotonic()
    if (code, line) in _seen and now - _last < 1:
        return
    _seen.add((code, line))
    _last = now
    request = XMLHttpRequest.new()
    request.open("POST", os.environ["PYRT_WATCH"], False)  # noqa: FBT003 -- it waits
    request.send(f"{code.co_filename.removeprefix('/app/')}:{line}")


sys.monitoring.use_tool_id(_TOOL, "pyrt")
sys.monitoring.register_callback(_TOOL, _EVENTS.PY_START, _start)
sys.monitoring.register_callback(_TOOL, _EVENTS.LINE, _line)
sys.monitoring.set_events(_TOOL, _EVENTS.PY_START)
