"""An app in one HTML file, opened from the disk without a network, and in frames.

`--single-file` opens every app of the other tests like this; `make single-files` does.
"""

import contextlib
import html
import http.server
import re
import threading

import pytest
from playwright.sync_api import expect

from tests.support.quick_pyrt import SNAPSHOT_ONLY
from tests.support.single_files import pack_site

READY = "performance.getEntriesByName('pyrt:ready').length > 0"

# Sites that other tests open, too.
SITES = {"counter": ("--debug",), "pages": ("--debug", SNAPSHOT_ONLY)}


@pytest.fixture(scope="session")
def single_file(built_site, examples, tmp_path_factory):
    """The single file of an example, in a folder whose name has spaces and umlauts."""
    folder = tmp_path_factory.mktemp("single") / "für alle"
    made = {}

    def single_file(name):
        if name not in made:
            app = examples / name / "app.py"
            made[name] = pack_site(built_site(app, *SITES[name]), app, folder / f"{name} 1.html")
        return made[name]

    return single_file


@pytest.fixture
def requests(page):
    """The addresses that the page asks for, but those that are in itself."""
    asked = []
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    yield lambda: [url for url in asked if not url.startswith(("data:", "blob:"))]
    page.context.set_offline(False)


def count_up(frame):
    """Click in the counter, and see Python's answer; in a page or a frame of one."""
    frame.wait_for_function(READY, timeout=60_000)
    frame.locator("#increment").click()
    expect(frame.locator("#count")).to_have_text("1")
    expect(frame.locator("#count")).to_have_css("color", "rgb(46, 139, 87)")


def test_it_opens_from_the_disk_and_asks_for_nothing(page, requests, single_file):
    file = single_file("counter").as_uri()
    page.goto(file)
    count_up(page)
    page.wait_for_function("performance.getEntriesByName('pyrt:complete').length > 0")
    assert requests() == [file]


def test_the_first_frame_is_there_before_anything_is_unpacked(page, single_file):
    page.goto(single_file("counter").as_uri())
    page.wait_for_function(READY, timeout=60_000)
    first, unpacked = page.evaluate(
        "[performance.getEntriesByName('first-contentful-paint')[0].startTime,"
        " performance.getEntriesByName('pyrt:worker')[0].startTime]"
    )
    assert first < unpacked


class SlowHost:
    """Sends a file but for its last bytes, and those when `goes` is set."""

    HELD_BYTES = 100_000

    def __init__(self, content):
        self.goes = threading.Event()
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                found = content if self.path == "/app.html" else b""
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(found)))
                self.end_headers()
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(found[: -host.HELD_BYTES])
                    host.goes.wait(120)
                    self.wfile.write(found[-host.HELD_BYTES :])

            def log_message(self, *args):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/app.html"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.goes.set()
        self._server.shutdown()
        self._server.server_close()


def test_it_starts_while_the_browser_still_reads_it(page, single_file):
    with contextlib.closing(SlowHost(single_file("counter").read_bytes())) as host:
        page.goto(host.address, wait_until="commit")
        page.wait_for_function("performance.getEntriesByName('pyrt:worker').length > 0")
        assert page.evaluate("document.readyState") == "loading"
        assert page.evaluate("typeof React") == "undefined"  # Python's files come first
        host.goes.set()
        count_up(page)


@pytest.mark.parametrize("kind", ["src", "srcdoc"])
def test_it_runs_in_a_sandboxed_frame(page, requests, single_file, tmp_path, kind):
    """Without an origin there are neither cookies nor storage: the app has some of its own."""
    file = single_file("counter")
    source = file.as_uri() if kind == "src" else html.escape(file.read_text("latin-1"))
    outer = tmp_path / "outer.html"
    outer.write_text(
        '<!DOCTYPE html><meta charset="utf-8">'
        f'<iframe sandbox="allow-scripts" width="1200" height="650" {kind}="{source}">',
        encoding="utf-8",
    )
    page.goto(outer.as_uri())
    inner = page.frames[1]
    count_up(inner)
    kept = inner.evaluate("(localStorage.a = 1, document.cookie = 'b=2', document.cookie)")
    assert kept == "b=2"
    frame = [file.as_uri()] if kind == "src" else ["about:srcdoc"]
    assert [url for url in requests() if url not in frame] == [outer.as_uri()]


def test_a_host_that_names_another_encoding_is_asked_once_more(page, single_file):
    body = single_file("counter").read_bytes()
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(body=body, headers={"Content-Type": "text/html; charset=utf-8"})

    page.route("http://example.org/**", answer)
    page.goto("http://example.org/app.html")
    count_up(page)
    assert set(asked) == {"http://example.org/app.html"}
    assert len(asked) == 2


def test_a_file_that_was_cut_off_says_so(page, single_file, tmp_path):
    cut = tmp_path / "cut.html"
    cut.write_bytes(single_file("counter").read_bytes()[:2_000_000])
    page.goto(cut.as_uri())
    expect(page.get_by_role("alert")).to_contain_text("The file was cut off on its way: about")
    assert page.evaluate("__pyrt__.failed.then(({ stage }) => stage)") == "file"


@pytest.mark.parametrize("how", ["switched off", "stripped"])
def test_who_opens_it_without_scripts_is_told_what_it_is(browser, single_file, tmp_path, how):
    """Mail programs take scripts out, or do not run them."""
    content = single_file("counter").read_bytes()
    if how == "stripped":
        content = re.sub(rb"<script\b.*?</script>", b"", content, flags=re.DOTALL)
    file = tmp_path / "mail.html"
    file.write_bytes(content)
    context = browser.new_context(java_script_enabled=how == "stripped", offline=True)
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(file.as_uri())
    about = page.locator("#pyrt-about")
    expect(about).to_contain_text("This file is an app: Counter.")
    expect(about).to_be_visible()
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    context.close()


def test_pages_have_their_paths_in_the_hash(page, requests, single_file):
    """S-148, S-149: links, templates, query strings, back, reload, deep links, a 404."""
    file = single_file("pages").as_uri()
    page.goto(file)
    page.click("#planets >> text=Mars")
    expect(page.locator("#name")).to_have_text("Mars")
    assert page.url == f"{file}#/planet/mars"
    page.go_back()
    expect(page.locator("#planets li")).to_have_count(5)
    page.go_forward()
    expect(page.locator("#name")).to_have_text("Mars")
    page.reload()
    expect(page.locator("#name")).to_have_text("Mars")
    page.goto("about:blank")
    page.goto(f"{file}#/reports/moons/?least=1")
    expect(page.locator("#moons .bars .point")).to_have_count(3)
    page.goto("about:blank")
    page.goto(f"{file}#/nowhere")
    expect(page.locator("h1")).to_have_text("Lost in space")
    assert {url.partition("#")[0] for url in requests()} - {"about:blank"} == {file}
