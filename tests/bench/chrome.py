"""Chromium with a profile of its own, as a visitor who comes for the first time has it."""

import contextlib
import tempfile
from collections.abc import Iterator
from functools import cache

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.chromium import FLAGS, executable

# The initial callbacks have run, and what stands in the page is no picture of it any more.
READY = """
performance.getEntriesByName("pyrt:ready").length > 0
&& !document.querySelector("[data-pyrt-still]")
"""


def wait_until_ready(page: Page, seconds: float = 60) -> None:
    """Until a page of ours answers; its first paint may show the same long before."""
    page.wait_for_function(READY, timeout=1000 * seconds)


@cache
def _playwright() -> Playwright:
    """One driver for the whole run; it ends with the program."""
    return sync_playwright().start()


def stop() -> None:
    """End the driver."""
    if _playwright.cache_info().currsize:
        _playwright().stop()
        _playwright.cache_clear()


@contextlib.contextmanager
def open_profile() -> Iterator[BrowserContext]:
    """A browser with an empty profile on disk: its caches work as a visitor's, other than those of
    incognito windows, which Playwright gives by default and which keep little and no compiled code.
    """
    system = executable()
    with tempfile.TemporaryDirectory(prefix="pyrt-bench-", ignore_cleanup_errors=True) as folder:
        context = _playwright().chromium.launch_persistent_context(
            folder, executable_path=system, args=FLAGS, headless=True
        )
        try:
            yield context
        finally:
            context.close()
