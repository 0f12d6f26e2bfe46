"""The worker ends while the page starts: the start is made again, and what was done counts."""

import pytest
from playwright.sync_api import expect

from tests.support.click_script import QUICK_HEARTBEAT, Script
from tests.support.paths import BROWSER_APPS, EXAMPLES

# The first worker ends when it has told this.
END_AT = """window.pyrtWorkers = []; window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    window.pyrtWorkers.push(this);
    if (window.pyrtWorkers.length > 1) return;
    this.addEventListener("message", ({ data }) => {
      if (/TOLD/.test(data.text)) this.terminate();
    });
  }
};"""
MOMENTS = {
    "the interpreter starts": "Starting Python",
    "the app runs": "Running the app",
    "the page is described": '"type": ?"Document"',
    "the layout is there": '"type": ?"Layout"',
}


@pytest.fixture(params=list(MOMENTS))
def start_that_ends(request, page):
    """Open a site; its first worker ends when it has told a certain thing."""
    page.add_init_script(QUICK_HEARTBEAT)
    page.add_init_script(END_AT.replace("TOLD", MOMENTS[request.param]))

    def open_page(address):
        page.goto(address, wait_until="commit")
        return page

    return open_page


def expect_one_more_start(page):
    """The app has answered; there is no message, and no worker but the second."""
    assert page.evaluate("window.pyrtWorkers.length") == 2
    expect(page.locator(".pyrt-failure, .pyrt-notice")).to_have_count(0)


def test_a_page_without_a_layout_starts_again(built_site, serve_folder, start_that_ends):
    site = built_site(BROWSER_APPS / "restarts.py", "--no-rehearsal")
    page = start_that_ends(serve_folder(site))
    page.locator("#add").wait_for()
    script = Script(page)
    script.play(["add", "name", "row", "link"])
    script.expect_state()
    expect_one_more_start(page)


def test_what_is_done_to_a_prerendered_page_counts(built_site, serve_folder, start_that_ends):
    site = built_site(EXAMPLES / "counter" / "app.py", "--debug")
    page = start_that_ends(serve_folder(site))
    page.click("#increment")
    page.wait_for_function("window.pyrtWorkers?.length === 2")
    page.click("#increment")
    expect(page.locator("#count")).to_have_text("2")
    expect_one_more_start(page)
