"""A prerendered page works before Python has started: what the user does meanwhile counts.

Sites are served over a slow connection, so that Python takes a while to start.
"""

import hashlib
import random
import re
import shutil

import pytest
from playwright.sync_api import expect

from pyrt_build.site import compression
from pyrt_build.site.manifest import integrity
from pyrt_build.site.plan import early_script
from tests.support.before_python import PAINTED, PREVIEW_REMOVED, READY, hold_python, settle
from tests.support.paths import BROWSER_APPS
from tests.support.ports import Port
from tests.support.shaping import shaped_server
from tests.support.start_actions import (
    ACTIONS,
    VIEW,
    WHERE,
    act_when_ready,
    act_while_it_starts,
    outcome,
)

APPS = BROWSER_APPS


@pytest.fixture(scope="session")
def prerendered_site(built_site, examples):
    """The folder of the rehearsed site of an example, or of a file."""

    def site(name):
        app = name if hasattr(name, "is_file") else examples / name / "app.py"
        return built_site(app, "--debug")

    return site


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_the_site_of_an_example_has_its_preview(prerendered_site, name):
    page = prerendered_site(name) / WHERE.get(name, "").strip("/") / "index.html"
    assert " data-pyrt-preview" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_what_is_done_while_python_starts_counts_as_if_it_were_up(
    prerendered_site, page, browser, name
):
    """Ten actions at random moments of the start; then the same on a page that is ready."""
    chance = random.Random(name)
    page.set_viewport_size(VIEW)
    with shaped_server(prerendered_site(name)) as address:
        act_while_it_starts(page, address, name, chance)
    other = browser.new_context(viewport=VIEW).new_page()
    with shaped_server(prerendered_site(name), mbit_per_s=1000, latency_ms=0) as address:
        act_when_ready(other, address, name)
        # Either page may still be waiting for an answer, or drawing figures and grids.
        for _ in range(300):
            if outcome(page, name) == outcome(other, name):
                break
            page.wait_for_timeout(100)
        assert outcome(page, name) == outcome(other, name)
    other.context.close()


WATCH = """
() => {
  window.gone = [];
  const watch = (list) => {
    const nodes = list.flatMap(({ removedNodes }) => [...removedNodes]);
    for (const node of nodes)
      if (node.nodeType === 1 && node.className !== "_dash-loading-callback")
        gone.push(node.outerHTML);
  };
  const entry = document.getElementById("react-entry-point");
  new MutationObserver(watch).observe(entry, { childList: true, subtree: true });
  window.before = Object.fromEntries(
    [...entry.querySelectorAll("[id]")].map((element) => [element.id, element]));
}
"""


@pytest.fixture
def own_app(prerendered_site):
    """The site of first_paint.py."""
    return prerendered_site(APPS / "first_paint.py")


@pytest.fixture
def quiet(page):
    """Fails when the page writes an error to the console."""
    errors = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield
    assert errors == []


@pytest.mark.usefixtures("quiet")
def test_python_changes_only_what_differs_when_it_arrives(own_app, page):
    """With a clock in the layout, one text changes; equal elements are not made again."""
    let_python_start = hold_python(page)
    with shaped_server(own_app) as address:
        page.goto(address, wait_until="commit")
        page.wait_for_function(f"{PAINTED} && {PREVIEW_REMOVED}")
        assert not page.evaluate("window.__pyrt_ready__")
        assert page.inner_text("#same") == "always the same"
        clock = page.inner_text("#clock")
        page.evaluate(WATCH)
        let_python_start()
        settle(page)
        assert page.inner_text("#clock") != clock
        kept = "Object.entries(before).every(([id, e]) => document.getElementById(id) === e)"
        assert page.evaluate(kept)
        assert page.evaluate("gone") == []


def test_a_router_is_called_once_with_the_address_of_the_page(own_app, page):
    """S-64: Location sends its address before the initial calls, as without a preview."""
    with shaped_server(own_app.parent) as address:
        page.goto(f"{address}/site/?year=2026", wait_until="commit")
        settle(page)
        assert page.inner_text("#address") == "at /site/ with ?year=2026"
        assert page.evaluate("__pyrt_eval__('CALLS')") == '[["/site/", "?year=2026"]]'
        assert page.get_attribute("#file", "href") == "/site/assets/x.txt"


@pytest.mark.usefixtures("quiet")
def test_what_the_browser_has_kept_is_there_before_python(own_app, page):
    """R-61: persistence and a local Store; their callbacks are called with the stored values."""
    port = Port()
    with shaped_server(own_app, mbit_per_s=1000, latency_ms=0, port=port.number) as address:
        page.goto(address)
        settle(page)
        page.fill("#name", "Ada")
        page.click("#keep")
        expect(page.locator("#store")).to_have_text("kept: 1 clicks")
    let_python_start = hold_python(page)
    with shaped_server(own_app, port=port.number) as address:
        page.goto(address, wait_until="commit")
        page.wait_for_function(f"{PAINTED} && {PREVIEW_REMOVED}")
        assert not page.evaluate("window.__pyrt_ready__")
        assert page.input_value("#name") == "Ada"
        let_python_start()
        settle(page)
        expect(page.locator("#greeting")).to_have_text("Hello Ada")
        expect(page.locator("#store")).to_have_text("kept: 1 clicks")
        assert page.input_value("#name") == "Ada"


def test_clicks_before_python_are_answered_one_by_one(own_app, page):
    let_python_start = hold_python(page)
    with shaped_server(own_app) as address:
        page.goto(address, wait_until="commit")
        page.wait_for_function(f"{PAINTED} && {PREVIEW_REMOVED}")
        for _ in range(3):
            page.click("#keep")
        assert not page.evaluate("window.__pyrt_ready__")
        expect(page).to_have_title("Updating...")
        expect(page.locator(".pyrt-progress-text")).to_contain_text("what you did is kept")
        let_python_start()
        settle(page)
        expect(page.locator("#items li")).to_have_text(["click 1", "click 2", "click 3"])
        expect(page).to_have_title("First paint")


@pytest.mark.usefixtures("quiet")
def test_a_strict_policy_and_a_deep_folder_are_no_obstacle(prerendered_site, page, tmp_path):
    """With figures, tables and late code; nothing is evaluated, and one inline script runs."""
    shutil.copytree(prerendered_site("sales_dashboard"), tmp_path / "deep" / "er")
    first = integrity(early_script().encode())
    policy = (
        f"default-src 'self'; script-src 'self' '{first}' 'wasm-unsafe-eval'; connect-src 'self'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:"
    )
    headers = {"Content-Security-Policy": policy}
    with shaped_server(tmp_path, mbit_per_s=200, headers=headers) as address:
        page.goto(f"{address}/deep/er/", wait_until="commit")
        # React's bars, not those of the preview.
        drawn = page.locator("#react-entry-point:not([data-pyrt-preview])")
        expect(drawn.locator("#by-product .bars .point")).to_have_count(5)
        expect(page.locator("[data-pyrt-preview]")).to_have_count(0)
        assert page.evaluate(PAINTED) == 1
        expect(page.locator(".pyrt-progress")).to_have_count(0, timeout=120_000)
        expect(page.locator("#by-product .bars .point")).to_have_count(5)
        assert page.evaluate("__pyrt_ready__")


def test_each_page_has_its_own_paint_and_a_template_none(prerendered_site, page):
    let_python_start = hold_python(page)
    with shaped_server(prerendered_site("pages").parent) as address:
        page.goto(f"{address}/site/reports/moons/?least=1", wait_until="commit")
        page.wait_for_function(f"{PAINTED} && {PREVIEW_REMOVED}")
        assert not page.evaluate("window.__pyrt_ready__")
        assert page.inner_text("h1") == "Moons"
        assert page.url == f"{address}/site/reports/moons?least=1"
        let_python_start()
        settle(page)
        expect(page.locator("#moons .bars .point")).to_have_count(3)
    html = (prerendered_site("pages") / "404.html").read_text()
    assert "pyrt-prerender" not in html


def test_scripts_that_look_for_the_entry_find_one_beside_the_preview(own_app, page):
    with shaped_server(own_app) as address:
        page.goto(address, wait_until="commit")
        page.wait_for_selector("[data-pyrt-preview]", state="attached")
        assert (
            page.evaluate("document.getElementById('react-entry-point').dataset.pyrtPreview")
            is None
        )


def test_an_app_that_fails_says_that_what_is_seen_is_dead(own_app, page, tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(own_app, folder)
    (image,) = folder.glob("pyrt/app-*.img")
    content = compression.decompress(image.read_bytes()).replace(b"import time", b"import tome")
    content = content.replace(b"\x04time", b"\x04tome")  # the bytecode's
    image.write_bytes(compression.compress(content, compression.FAST))
    manifest = (folder / "index.html").read_text()
    known = re.search(r'app-\w+\.img","size":(\d+),"sha256":"(\w+)"', manifest)
    assert known
    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    changed = known[0].replace(known[2], digest).replace(known[1], str(image.stat().st_size))
    (folder / "index.html").write_text(manifest.replace(known[0], changed))
    with shaped_server(folder) as address:
        page.goto(address, wait_until="commit")
        page.wait_for_function(READY, timeout=120_000)
        notice = page.locator(".pyrt-failure")
        expect(notice).to_contain_text("The module 'tome' is not part of this site")
        expect(notice).to_contain_text("it does not answer")
        expect(page.locator("#same")).to_have_text("always the same")


def test_without_a_first_paint_the_page_waits_for_python(prerendered_site, page, tmp_path):
    app = tmp_path / "app.py"
    source = (APPS / "first_paint.py").read_text()
    app.write_text(f"# /// script\n# [tool.pyrt]\n# first-paint = false\n# ///\n{source}")
    site = prerendered_site(app)
    assert "pyrt-prerender" not in (site / "index.html").read_text()
    assert "served at" not in (site / "index.html").read_text()
    with shaped_server(site, mbit_per_s=1000, latency_ms=0) as address:
        page.goto(address)
        settle(page)
        assert page.inner_text("#same") == "always the same"
