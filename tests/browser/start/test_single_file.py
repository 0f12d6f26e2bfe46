"""An app in one HTML file, opened from the disk without a network, and in frames.

`--single-file` opens every app of the other tests like this; `make single-files` does.
"""

import html

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


@pytest.mark.parametrize("kind", ["src", "srcdoc"])
def test_it_runs_in_a_sandboxed_frame(page, single_file, tmp_path, kind):
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


def test_a_file_that_was_cut_off_says_so(page, single_file, tmp_path):
    cut = tmp_path / "cut.html"
    cut.write_bytes(single_file("counter").read_bytes()[:2_000_000])
    page.goto(cut.as_uri())
    expect(page.get_by_role("alert")).to_contain_text("The file was cut off on its way: about")


def test_who_opens_it_without_scripts_is_told_what_it_is(browser, single_file):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(single_file("counter").as_uri())
    expect(page.locator("#pyrt-about")).to_contain_text("This file is an app: Counter.")
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
