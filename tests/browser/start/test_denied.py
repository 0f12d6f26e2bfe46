"""Browsers and hosts that deny something: storage, cookies, an origin, types, plain strings."""

import functools
import http.server
import shutil
import threading
from contextlib import contextmanager, suppress

import pytest
from playwright.sync_api import expect

from pyrt_build import serve
from tests.support.paths import BROWSER_APPS
from tests.support.shaping import shaped_server

READY = "performance.getEntriesByName('pyrt:ready').length > 0"
ALLOW_ORIGIN = "Access-Control-Allow-Origin"

# As Chromium does where the user blocks all cookies.
DENY = """
const deny = (owner, name) => Object.defineProperty(owner, name, {
  configurable: true,
  get: () => { throw new DOMException("Access is denied for this document.", "SecurityError"); },
  set: () => { throw new DOMException("Access is denied for this document.", "SecurityError"); },
});
for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) deny(window, name);
deny(Document.prototype, "cookie");
"""


@pytest.fixture
def counter(built_site, examples):
    """The counter's site."""
    return built_site(examples / "counter" / "app.py", "--debug")


@pytest.fixture
def own_app(built_site):
    """The site of first_paint.py: a Store in the browser's storage, and a persisted field."""
    return built_site(BROWSER_APPS / "first_paint.py", "--debug")


def answers(page):
    """The counter answers a click."""
    page.click("#increment")
    expect(page.locator("#count")).to_have_text("1")


def started(page):
    """Python is up. Playwright waits for functions by `eval`, which Trusted Types forbid."""
    expect(page.locator("[data-pyrt-preview], .pyrt-progress")).to_have_count(0, timeout=120_000)


@contextmanager
def host(folder, change=lambda headers: headers, pages=None):
    """Serve a site with changed headers, and further pages: path -> HTML."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            page = (pages or {}).get(self.path)
            asked = {name.lower(): value for name, value in self.headers.items()}
            answer = serve.respond(folder, self.path, asked)
            if page is not None:
                answer = serve.Response(
                    http.HTTPStatus.OK, {"Content-Type": "text/html"}, page.encode()
                )
            self.send_response(answer.status)
            for name, value in change(dict(answer.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(answer.body)

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("policy", ["", "; trusted-types pyrt"])
def test_a_host_may_require_trusted_types(counter, page, policy):
    headers = {"Content-Security-Policy": f"require-trusted-types-for 'script'{policy}"}
    with shaped_server(counter, mbit_per_s=1000, latency_ms=0, headers=headers) as address:
        page.goto(address)
        started(page)
        answers(page)


def test_figures_and_tables_are_drawn_where_trusted_types_are_required(built_site, examples, page):
    """Bundles load their parts as strings, and plotly.js sets HTML."""
    site = built_site(examples / "sales_dashboard" / "app.py", "--debug")
    headers = {"Content-Security-Policy": "require-trusted-types-for 'script'"}
    with shaped_server(site, mbit_per_s=1000, latency_ms=0, headers=headers) as address:
        page.goto(address)
        started(page)
        drawn = page.locator("#react-entry-point:not([data-pyrt-preview])")
        expect(drawn.locator("#by-product .bars .point")).to_have_count(5)
        expect(drawn.locator("#table tr")).not_to_have_count(0)
        expect(page.locator(".pyrt-failure, .pyrt-missing")).to_have_count(0)


def test_storage_and_cookies_may_be_denied(own_app, page):
    page.add_init_script(DENY)
    with shaped_server(own_app, mbit_per_s=1000, latency_ms=0) as address:
        page.goto(address)
        page.wait_for_function(READY)
        page.click("#keep")
        expect(page.locator("#store")).to_have_text("kept: 1 clicks")
        page.fill("#name", "Ada")
        expect(page.locator("#greeting")).to_have_text("Hello Ada")
        expect(page.locator(".pyrt-failure, .pyrt-missing, .pyrt-notice")).to_have_count(0)


FRAME = '<!DOCTYPE html><iframe sandbox="allow-scripts" src="/index.html" width=900 height=600>'


def test_a_site_runs_in_a_frame_without_an_origin(counter, page):
    """`pyrt serve` sends the header that this needs."""
    with host(counter, pages={"/frame": FRAME}) as address:
        page.goto(f"{address}/frame")
        frame = page.frame_locator("iframe")
        expect(
            frame.locator("#react-entry-point:not([data-pyrt-preview]) #increment")
        ).to_be_visible()
        frame.locator("#increment").click()
        expect(frame.locator("#count")).to_have_text("1")


def test_a_frame_without_an_origin_names_the_header_that_the_host_must_send(counter, page):
    def without(headers):
        return {name: value for name, value in headers.items() if name != ALLOW_ORIGIN}

    with host(counter, without, {"/frame": FRAME}) as address:
        page.goto(f"{address}/frame")
        failure = page.frame_locator("iframe").locator(".pyrt-failure")
        expect(failure).to_contain_text("Access-Control-Allow-Origin: *")


def test_a_host_may_know_no_types(counter, page):
    """Scripts and stylesheets, also those of modules and workers, as bytes."""

    def bare(headers):
        is_page = headers.get("Content-Type", "").startswith("text/html")
        kind = "text/html" if is_page else "application/octet-stream"
        return headers | {"Content-Type": kind, "X-Content-Type-Options": "nosniff"}

    with host(counter, bare) as address:
        page.goto(address)
        page.wait_for_function(READY)
        answers(page)


def test_sites_of_one_origin_do_not_share_what_they_keep(own_app, page, tmp_path):
    """Stores and persisted values; what an older pyrt has kept is read once."""
    for name in ("one", "two"):
        shutil.copytree(own_app, tmp_path / name)
    shown = functools.partial(page.evaluate, "document.querySelector('#store').innerText")
    with shaped_server(tmp_path, mbit_per_s=1000, latency_ms=0) as address:
        page.add_init_script(
            "localStorage.seen ?? (localStorage.kept = '\"9 clicks\"'); localStorage.seen = 1"
        )
        page.goto(f"{address}/one/")
        page.wait_for_function(READY)
        expect(page.locator("#store")).to_have_text("kept: 9 clicks")
        page.click("#keep")
        page.fill("#name", "Ada")
        expect(page.locator("#greeting")).to_have_text("Hello Ada")
        expect(page.locator("#store")).to_have_text("kept: 1 clicks")
        page.evaluate("localStorage.removeItem('kept')")
        page.goto(f"{address}/two/")
        page.wait_for_function(READY)
        assert shown() == "kept: nothing"
        assert page.input_value("#name") == "unknown"
        page.goto(f"{address}/one/")
        page.wait_for_function(READY)
        assert shown() == "kept: 1 clicks"
        assert page.input_value("#name") == "Ada"


def test_what_is_damaged_in_storage_counts_as_absent(own_app, page):
    page.add_init_script(
        "for (const items of [localStorage, sessionStorage]) {"
        "  items.setItem('_dash_persistence.name.value.true', '{');"
        "  items.setItem('kept', '{');"
        "  items.setItem('kept-timestamp', '{');"
        "  items.setItem('pyrt.state:/', '{'); }"
    )
    with shaped_server(own_app, mbit_per_s=1000, latency_ms=0) as address:
        page.goto(address)
        page.wait_for_function(READY)
        expect(page.locator("#store")).to_have_text("kept: nothing")
        page.fill("#name", "Ada")
        expect(page.locator("#greeting")).to_have_text("Hello Ada")
        expect(page.locator(".pyrt-failure, .pyrt-notice")).to_have_count(0)
