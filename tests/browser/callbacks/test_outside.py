"""Files, databases, HTTP, threads and plots: they work in a tab, or raise an error with a hint."""

import json
import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def outside(open_app, apps):
    """The page: numpy, pandas, matplotlib, scipy and scikit-learn are in its site."""
    return open_app(apps / "outside" / "app.py")


def says(page, name, text):
    """Click on a button and expect what its callback returns."""
    page.click(f"#{name}")
    expect(page.locator(f"#{name}-said")).to_have_text(text, timeout=60_000)


def test_files_databases_and_models(outside):
    """`open` of data beside the app, files of the app's own, sqlite3, scikit-learn."""
    says(outside, "files", json.dumps(["hour,metres", "app.py", "kept"]))
    says(outside, "sqlite", json.dumps([{"longest": 14.0}]))
    says(outside, "learn", json.dumps([0.0208, 1.0417]))


def test_flask_caching_keeps_results(outside):
    """There is no Flask, but `app.server` has the attributes that it reads."""
    says(outside, "cache", json.dumps([4, 4, 6, [2, 3]]))


def test_http_by_way_of_the_browser(outside):
    """requests, urllib.request, and pandas, which uses it; a missing page raises an error."""
    island = {"island": "Aldra"}
    says(outside, "requests", json.dumps([200, island]))
    says(outside, "urllib", json.dumps([200, island, "application/json"]))
    says(outside, "pandas", json.dumps(island))
    outside.click("#lost")
    expect(outside.locator("#lost-said")).to_have_text("HTTPError: HTTP Error 404: File not found")
    for name in ("foreign", "silent"):
        outside.click(f"#{name}")
        said = outside.locator(f"#{name}-said")
        expect(said).to_contain_text("http://127.0.0.1:9/ gave no response")
        expect(said).to_contain_text("does not allow pages of other")


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("socket", "OSError", "no sockets. For HTTP, use requests"),
        ("subprocess", "OSError", "no processes. Call a Python function"),
    ],
)
def test_what_cannot_be_says_so(outside, name, kind, reason):
    """The error names alternatives: an async callback, a background callback, a server."""
    outside.click(f"#{name}")
    said = outside.locator(f"#{name}-said")
    expect(said).to_contain_text(f"{kind}: ")
    expect(said).to_contain_text(f"A browser tab has {reason}")
    expect(said).to_contain_text("server=True")


def test_threads_pools_and_processes_run_in_order(outside):
    for name, result in {
        "thread": "[2]",
        "threads": "4",
        "process": "0",
        "pool": "[2, 4]",
        "processes": "6",
    }.items():
        outside.click(f"#{name}")
        expect(outside.locator(f"#{name}-said")).to_have_text(result)


def test_matplotlib_draws_into_the_page(outside):
    """As data, and as a file in assets that is not on the host: its address is a data URL."""
    written = outside.locator("#written")
    before = written.get_attribute("src")
    assert before.startswith("data:image/png;base64,")
    is_drawn = "image => image.decode().then(() => image.naturalWidth > 100)"
    assert written.evaluate(is_drawn)
    outside.click("#draw")
    expect(outside.locator("#drawn")).to_have_attribute("src", re.compile("^data:image/png"))
    assert outside.locator("#drawn").evaluate(is_drawn)
    again = outside.locator("#again").get_attribute("src")
    assert again.startswith("data:image/png;base64,")
    assert again != before
