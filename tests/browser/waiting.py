"""Waiting for texts that may be there for a moment only."""

from contextlib import suppress

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

LOOK = "([id, text]) => document.getElementById(id)?.textContent === text"
PATIENCE_MS = 15_000


def shows(page: Page, component_id: str, text: str) -> None:
    """Wait until a component shows a text, looking at each frame; `expect` looks now and then."""
    with suppress(TookTooLong):
        page.wait_for_function(LOOK, arg=[component_id, text], timeout=PATIENCE_MS)
        return
    expect(page.locator(f"[id='{component_id}']")).to_have_text(text, timeout=1)
