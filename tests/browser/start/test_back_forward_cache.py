"""The browser keeps a page that was left by a full navigation in its back/forward cache.

Playwright switches this cache off; these tests therefore start a separate browser.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.support.bridge import Server
from tests.support.waiting import shows

MARK = """() => {
  window.stays = true;
  addEventListener('pageshow', ({persisted}) => { window.isBack = persisted; });
}"""
FOLLOW = "address => Object.assign(document.createElement('a'), {href: address}).click()"
READY = "window.__pyrt_ready__ || window.__pyrt_failed__"
# The browser drops a page that is left while it fetches something.
COMPLETE = "performance.getEntriesByName('pyrt:complete').length"
WHY = "JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons)"


@pytest.fixture
def page(browser_type, browser_type_launch_args):
    """A page in a browser with the back/forward cache."""
    switch = "--disable-back-forward-cache"
    with browser_type.launch(**browser_type_launch_args, ignore_default_args=[switch]) as browser:
        yield browser.new_page()


def leave_and_come_back(page, address):
    """Follow a plain link to another app or page, then go back."""
    page.wait_for_function(COMPLETE, timeout=60_000)
    page.evaluate(MARK)
    page.evaluate(FOLLOW, address)
    page.wait_for_function(f"!window.stays && ({READY})", timeout=60_000)
    page.evaluate("history.back()")
    page.wait_for_function("address => location.href !== address", arg=address)
    page.wait_for_function(f"window.isBack || !window.stays && ({READY})", timeout=60_000)
    assert page.evaluate("window.isBack || null"), page.evaluate(WHY)


def test_a_page_comes_back_with_its_python(page, open_example, sites, examples):
    """The user's choice is kept, and the same worker answers callbacks."""
    address = sites(examples / "pages" / "app.py")
    open_example("pages")
    page.click("text=Mars")
    page.click("text=miles")
    expect(page.locator("#size")).to_have_text(re.compile("miles$"))
    leave_and_come_back(page, f"{address}moons/")
    expect(page.locator("#size")).to_have_text(re.compile("miles$"))
    page.click("text=km")
    expect(page.locator("#size")).to_have_text(re.compile("km$"))
    page.click("text=Home")
    expect(page.locator("#planets")).to_be_visible()


@pytest.mark.parametrize("where", ["tab"])
def test_a_page_with_workers_for_jobs_comes_back(page, open_background, sites, examples):
    """S-125: the database of kept results is open, and a worker waits for the next job."""
    open_background("caching")
    page.fill("#list-text", "a")
    page.click("#list-start")
    shows(page, "list-result", "result for a")
    leave_and_come_back(page, sites(examples / "counter" / "app.py"))
    page.fill("#list-text", "b")
    page.click("#list-start")
    shows(page, "list-result", "result for b")
    shows(page, "list-runs", "ran at click 2")


def test_a_page_with_a_connection_comes_back_and_connects_again(
    page, open_example, sites, examples, tmp_path
):
    """S-132: the connection ends when the page is left, and the persistent call starts again."""
    app = examples / "live_stream" / "app.py"
    origin = "/".join(sites(app).split("/")[:3])
    server = Server(app, tmp_path, "--origin", origin, "--debug")
    page.add_init_script(f"window.__pyrt_bridge__ = '{server.url}'")
    server.start()
    try:
        open_example("live_stream")
        expect(page.locator("#state")).to_have_text("live")
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        leave_and_come_back(page, sites(examples / "counter" / "app.py"))
        before = page.locator(".price").first.inner_text()
        expect(page.locator(".price").first).not_to_have_text(before)
    finally:
        server.end()
