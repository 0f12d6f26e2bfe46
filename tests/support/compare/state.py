"""What a page shows, and where two pages differ."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

SCRIPT = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
SETTLE_S = 20  # a page that changes for longer, such as one with a clock, is taken as it is
STEP_MS = 200
type State = dict[str, Any]  # what page.js returns
_SHOWN = 300  # characters of a value in a report


def settle(page: Page) -> State:
    """Wait until a page has stopped changing and says that nothing is updating; what it shows."""
    end, last, steady = time.monotonic() + SETTLE_S, None, 0
    while time.monotonic() < end:
        page.wait_for_timeout(STEP_MS)
        now = read(page)
        is_quiet = now["title"] != "Updating..." and not now.get("busy")
        steady = steady + 1 if is_quiet and now == last else 0
        last = now
        if steady == 3:  # more than half a second
            break
    return last or read(page)


def read(page: Page) -> State:
    """What a page shows; an empty one while another is loaded."""
    try:
        shown: State = page.evaluate("window.__compare__.state()")
    except Error:  # between two documents
        return {"title": "", "text": [], "inputs": [], "graphs": [], "busy": True}
    return shown


def differences(first, second, where="") -> Iterator[tuple[str, str]]:
    """Yield each place at which two states differ, and both values."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted({*first, *second}):
            yield from differences(first.get(key), second.get(key), f"{where}.{key}".lstrip("."))
    elif isinstance(first, list) and isinstance(second, list):
        if len(first) != len(second):
            only = _first_change(first, second)
            yield (
                f"{where}.length",
                f"{len(first)} / {len(second)}, from [{only}]: "
                + _both(first[only : only + 3], second[only : only + 3]),
            )
            return
        for at, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from differences(one, other, f"{where}[{at}]")
    elif first != second:
        yield where, _both(first, second)


def _first_change(first: list[Any], second: list[Any]) -> int:
    pairs = zip(first, second, strict=False)
    same = (at for at, (one, other) in enumerate(pairs) if one != other)
    return next(same, min(len(first), len(second)))


def _both(first, second) -> str:
    return " / ".join(json.dumps(each, ensure_ascii=False)[:_SHOWN] for each in (first, second))


class Console:
    """Errors of a page's console, without what differs by address."""

    def __init__(self, page: Page):
        self.errors: list[str] = []
        self.failed_callbacks = 0
        page.on("console", self._note)
        page.on("pageerror", lambda error: self._add(str(error)))
        page.on("response", self._answered)

    def _note(self, message):
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._add(message.text)

    def _add(self, text: str):
        plain = re.sub(r"https?://[^\s)]+", "URL", text)
        self.errors.append(plain[:2000])

    def _answered(self, response):
        if response.status >= 500 and "_dash-update-component" in response.url:
            self.failed_callbacks += 1
