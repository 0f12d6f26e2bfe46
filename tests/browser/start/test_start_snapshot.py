"""Snapshots of rehearsed sites: what they contain, and what differs between visits."""

import functools

import pytest
from playwright.sync_api import expect

from pyrt_build import static_files
from pyrt_build.packages import distribution
from pyrt_build.rehearsal import browser

WITHOUT = "starting without the site's snapshot"


@pytest.fixture(scope="session")
def rehearsed(built_site, serve_folder):
    """Address of an app's site, which was built with a rehearsal."""
    if browser.find() is None:
        pytest.skip("no Chromium is here to rehearse in")

    @functools.cache
    def site(app, *flags):
        return f"{serve_folder(built_site(app, '--rehearsal=require', *flags))}/"

    return site


@pytest.fixture
def watched(page):
    """The requests of a page and the messages of its console."""
    seen: dict[str, list[str]] = {"asked": [], "said": []}
    page.on("request", lambda request: seen["asked"].append(request.url))
    page.on("console", lambda message: seen["said"].append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: seen["said"].append(f"error: {error}"))
    return seen


def open_ready(page, address):
    page.goto(address)
    page.wait_for_function("performance.getEntriesByName('pyrt:ready').length", timeout=120_000)


def shown(page, *names):
    return {name: page.inner_text(f"#{name}") for name in names}


def test_two_fresh_profiles_share_no_random_number(new_context, rehearsed, apps):
    """The standard library's, numpy's old and new ones, and generators made by the app."""
    names = ("random", "uuid4", "numpy", "generator", "shared")
    pages = [new_context().new_page() for _ in range(2)]
    for page in pages:
        open_ready(page, rehearsed(apps / "clocks.py"))
        expect(page.locator("#restored")).to_have_text("True")
    first, second = (shown(page, *names) for page in pages)
    assert [name for name in names if first[name] == second[name]] == []


def test_clocks_and_environment_belong_to_the_visit(new_context, rehearsed, apps):
    page = new_context(locale="de-DE").new_page()
    before = page.evaluate("Date.now() / 1000")
    open_ready(page, rehearsed(apps / "clocks.py"))
    page.click("#again")
    expect(page.locator("#second")).not_to_be_empty()
    first, second = (
        [float(text) for text in page.inner_text(selector).split()]
        for selector in ("#first", "#second")
    )
    wall, monotonic, counter = (later - early for early, later in zip(first, second, strict=True))
    assert before <= first[0] <= second[0] <= page.evaluate("Date.now() / 1000")
    assert first[1] >= 0
    assert first[2] >= 0
    # All clocks run at the same speed: none was stopped in the snapshot and jumps now.
    assert abs(wall - monotonic) < 1
    assert abs(wall - counter) < 1
    assert shown(page, "lang", "home") == {"lang": "de_DE.UTF-8", "home": "/home/pyodide"}


def test_libraries_that_need_a_shared_library_come_out_of_the_snapshot(
    page, rehearsed, apps, watched
):
    open_ready(page, rehearsed(apps / "forest.py"))
    page.click("#button")
    expect(page.locator("#out")).to_have_text("3.00 1.00 8.0", timeout=60_000)
    assert any("/snapshot-" in url for url in watched["asked"])
    assert not [url for url in watched["asked"] if url.endswith(".whl")]
    assert not [text for text in watched["said"] if WITHOUT in text or text.startswith("error")]


def test_only_what_holds_javascript_objects_is_imported_anew(page, rehearsed, apps, watched):
    open_ready(page, rehearsed(apps / "installs.py"))
    page.click("#button")
    expect(page.locator("#out")).to_have_text("True plotly", timeout=60_000)
    assert any("/snapshot-" in url for url in watched["asked"])
    assert not [text for text in watched["said"] if WITHOUT in text or text.startswith("error")]


def test_a_site_whose_interpreter_is_on_a_cdn_has_a_snapshot(page, rehearsed, apps, watched):
    """This machine answers for the CDN, with the files of the npm package."""

    def answer(route):
        name = route.request.url.removeprefix(distribution.CDN)
        kind = "application/wasm" if name.endswith(".wasm") else "text/javascript"
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": kind}
        route.fulfill(body=static_files.read(f"pyodide/{name}"), headers=headers)

    page.route(f"{distribution.CDN}**", answer)
    open_ready(page, rehearsed(apps / "fresh.py", "--cdn"))
    expect(page.locator("#restored")).to_have_text("True")
    assert not [text for text in watched["said"] if WITHOUT in text or text.startswith("error")]
