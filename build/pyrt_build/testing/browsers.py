"""The browser of a test run: Playwright's, or a Chromium of this machine."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pyrt_build.rehearsal import browser as browsers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Playwright

START_MS = 120_000  # for the start of Python in a page
_STARTED = """() => Promise.race([
    window.__pyrt__.ready.then(() => null),
    window.__pyrt__.failed.then(({ stage, message }) => `${stage}: ${message}`),
])"""
_MISSING = (
    "The fixture pyrt_site needs Playwright, and it is not installed: pip install playwright. Its "
    "browser is a Chromium, Chrome or Edge of this machine, or what `playwright install chromium` "
    "gets."
)


@contextmanager
def start_playwright() -> "Iterator[Playwright]":
    """Start Playwright; fail the test where it is not installed."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  # may be missing
    except ImportError:
        pytest.fail(_MISSING, pytrace=False)
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def launch(playwright: "Playwright") -> "Iterator[Browser]":
    """Start a browser without a window."""
    found = browsers.find()
    browser = playwright.chromium.launch(
        executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
    )
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def open_page(browser: "Browser", address: str) -> "Iterator[Page]":
    """Open an address, and wait until the initial callbacks have run.

    A start that fails ends the test, with the message that the page shows.
    """
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("window.__pyrt__ && window.__pyrt__.ready", timeout=START_MS)
        failure = page.evaluate(_STARTED)
        if failure:
            pytest.fail(f"The site at {address} did not start. {failure}", pytrace=False)
        yield page
    finally:
        context.close()
