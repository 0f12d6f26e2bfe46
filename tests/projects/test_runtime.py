"""What a project uses at run time that a tab does otherwise: Flask's context, threads, HTTP."""

from playwright.sync_api import expect


def test_flask_in_callbacks(open_project):
    """S-114: `request`, `session`, `g` and `current_app`; the session is kept across reloads."""
    page = open_project("flask_context", "app.py")
    expect(page.locator("#o")).to_have_text("agent POST True 1 1 []")
    page.click("#b")
    expect(page.locator("#o")).to_have_text("agent POST True 2 1 ['session']")
    page.reload()
    page.wait_for_function("window.__pyrt_ready__", timeout=120_000)
    expect(page.locator("#o")).to_have_text("agent POST True 3 1 ['session']")


def test_pools_of_threads_run_what_they_are_given(open_project):
    page = open_project("threads", "app.py")
    expect(page.locator("#p")).to_have_text("[0, 1, 4, 9, 16] [1, 2, 4] [0, 1, 8]")
    page.click("#b")
    expect(page.locator("#p")).to_have_text("[0, 1, 4, 9, 16] [1, 2, 4] [0, 1, 8]")


def test_httpx_asks_by_way_of_the_browser(open_project):
    """At once and with `await`."""
    page = open_project("http_client", "app.py")
    expect(page.locator("#sync")).to_have_text("200")
    expect(page.locator("#async")).to_have_text("200")
