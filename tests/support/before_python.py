"""A prerendered page before Python has started, which is held back for as long as a test wants."""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Route

PYTHON = "**/pyrt/interpreter-*"
PAINTED = "performance.getEntriesByName('pyrt:paint').length"
PREVIEW_REMOVED = "!document.querySelector('[data-pyrt-preview]')"
READY = "window.__pyrt_ready__ || window.__pyrt_failed__"


def hold_python(page):
    """Block Python's start in pages opened from now on; returns a function that unblocks it."""
    held: list[Route] = []
    is_free = threading.Event()
    page.route(PYTHON, lambda route: route.continue_() if is_free.is_set() else held.append(route))

    def unblock():
        is_free.set()
        while held:
            held.pop().continue_()

    return unblock


def settle(page):
    """Wait until Python has started, and answered all."""
    page.wait_for_function(READY, timeout=120_000)
    page.wait_for_function(
        "!document.querySelector('._dash-loading-callback') && document.title !== 'Updating...'"
    )
