"""The requests of a site: few bytes until it is ready, the rest later, nothing twice."""

import functools
import http.server
import re
import threading

import pytest
from playwright.sync_api import expect

from pyrt_build.rehearsal import browser

LATER = re.compile(r"/pyrt/[a-z]+-rest-")
READY = "performance.getEntriesByName('pyrt:ready').length > 0"
COMPLETE = "performance.getEntriesByName('pyrt:complete').length > 0"


class Host(http.server.SimpleHTTPRequestHandler):
    """`python -m http.server`, which sends no caching headers; records its responses."""

    answers: list[tuple[int, str]]

    def log_request(self, code="-", size="-"):
        self.answers.append((int(code), self.path))

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def hosted(tmp_path_factory, built_site):
    """Address of an app's rehearsed site, and the responses of its host so far."""
    if browser.find() is None:
        pytest.skip("no Chromium is here to rehearse in")
    www = tmp_path_factory.mktemp("www")
    Host.answers = []
    handler = functools.partial(Host, directory=str(www))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        @functools.cache
        def site(app):
            (www / app.stem).symlink_to(built_site(app, "--rehearsal=require"))
            return f"http://127.0.0.1:{server.server_address[1]}/{app.stem}/"

        yield site, Host.answers
        server.shutdown()


def test_a_start_reads_the_first_parts_and_everything_else_comes_later(page, hosted, apps):
    site, answers = hosted
    address = site(apps / "lazy_imports.py")
    answers.clear()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_function(READY, timeout=120_000)
    page.wait_for_function(COMPLETE, timeout=120_000)
    first_rest = next(i for i, url in enumerate(asked) if LATER.search(url))
    needed = [url for url in asked[:first_rest] if "/pyrt/" in url]
    assert any("/snapshot-" in url for url in needed)
    assert any("/stdlib-rest-" in url for url in asked[first_rest:])
    assert any("/packages-rest-" in url for url in asked[first_rest:])
    assert not [url for url in asked[first_rest:] if "/pyrt/" in url and not LATER.search(url)]
    # No Graph, no plotly.js; no DataTable, no code of it.
    assert not [url for url in asked if "plotly.min.js" in url or "async-table" in url]


def test_an_import_fetches_a_module_that_is_not_loaded_yet(page, hosted, apps):
    """The later parts are blocked; the import requests them itself, and waits."""
    site, _ = hosted
    held: list[object] = []

    def hold_the_first(route):
        """Block the fetch in the background, which later files wait for."""
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(LATER, hold_the_first)
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(site(apps / "lazy_imports.py"))
    page.wait_for_function(READY, timeout=120_000)
    expect(page.locator("#name")).to_have_text("plotly")
    page.click("#button")
    expect(page.locator("#out")).to_have_text("(0.0, 1.0, 1) wave bar", timeout=60_000)
    assert len(held) == 1
    assert not page.evaluate(COMPLETE)
    assert errors == []


def test_a_second_visit_asks_a_plain_host_for_no_byte_again(
    browser_type, browser_type_launch_args, tmp_path, hosted, apps
):
    """Not even a request to revalidate the large files: their names change with their content.

    With a profile on disk, as users have it; the cache of a private window is too small.
    """
    site, answers = hosted
    address = site(apps / "lazy_imports.py")
    with browser_type.launch_persistent_context(tmp_path, **browser_type_launch_args) as context:
        for _ in range(2):
            answers.clear()
            page = context.new_page()
            page.goto(address)
            page.wait_for_function(COMPLETE, timeout=120_000)
            page.close()
    assert [path for code, path in answers if code == 200] == []
    assert [path for _, path in answers if re.search(r"\.(img|bin|wasm)$", path)] == []


def test_progress_counts_bytes(page, hosted, apps):
    site, _ = hosted
    held: list[object] = []
    page.route("**/snapshot-*", lambda route: held.append(route))  # noqa: PLW0108 -- Playwright marks it
    page.goto(site(apps / "lazy_imports.py"))
    expect(page.locator(".pyrt-progress-text")).to_have_text(
        re.compile(r"^Loading Python: \d+\.\d of \d+\.\d MB$"), timeout=60_000
    )
