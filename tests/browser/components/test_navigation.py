"""Location, Link, Store, Geolocation and Markdown: their props, as Python receives them."""

import json

import pytest
from playwright.sync_api import expect

from tests.support.paths import BROWSER_APPS


@pytest.fixture
def navigation(page, open_small_app):
    """The page, with permission for geolocation."""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 54.3, "longitude": 10.1})
    return open_small_app("navigation")


def address(page, search="", fragment=""):
    """Expect that Python has received this address."""
    path = "/sub/path/navigation/"
    origin = page.evaluate("location.origin")
    known = json.dumps([path, search, fragment, f"{origin}{path}{search}{fragment}"])
    expect(page.locator("#address")).to_have_text(known)


def test_link_changes_the_address_and_not_the_page(navigation):
    """R-69, R-70."""
    address(navigation)
    navigation.evaluate("window.stays = true")
    expect(navigation.locator("#link")).to_have_attribute("title", "to the harbour")
    navigation.click("#link")
    address(navigation, "?place=harbour")
    navigation.go_back()
    address(navigation)
    navigation.go_forward()
    address(navigation, "?place=harbour")
    assert navigation.evaluate("window.stays")


def test_python_changes_the_address(navigation):
    """R-69: the other Location is updated by `callback-nav`."""
    navigation.evaluate("window.stays = true")
    navigation.click("#sea")
    address(navigation, "?place=sea", "#deep")
    assert navigation.url.endswith("/navigation/?place=sea#deep")
    navigation.click("#plain")
    address(navigation, "?place=sea", "#plain")
    assert navigation.evaluate("window.stays")


def test_link_opens_another_tab(navigation):
    """R-70: a `target` other than `_self` is handled by the browser."""
    with navigation.context.expect_page() as opened:
        navigation.click("#other")
    assert opened.value.url.endswith("?place=else")
    address(navigation)


def kept(page, memory, session, local):
    """Expect the data of each kind of store."""
    for kind, value in (("memory", memory), ("session", session), ("local", local)):
        expect(page.locator(f"#{kind}-kept")).to_have_text(json.dumps(value))


def test_stores_keep_what_their_kind_keeps(navigation):
    """R-71: memory until the page is left, session in its tab, local for all."""
    kept(navigation, 0, 0, 0)
    for count in (1, 2):
        navigation.click("#count")
        kept(navigation, count, count, count)
    navigation.reload()
    kept(navigation, 0, 2, 2)
    other = navigation.context.new_page()
    other.goto(navigation.url)
    kept(other, 0, 0, 2)
    other.click("#count")
    kept(other, 1, 1, 3)
    kept(navigation, 0, 2, 3)  # updated by a storage event
    other.close()


def test_stores_are_cleared(navigation):
    """R-71: `clear_data`."""
    navigation.click("#count")
    kept(navigation, 1, 1, 1)
    navigation.click("#clear")
    kept(navigation, None, None, None)
    # The keys of a site below the root carry its path.
    assert navigation.evaluate("[localStorage, sessionStorage].map(Object.keys).flat()") == [
        "pyrt:/sub/path/navigation/",
        "pyrt:/sub/path/navigation/",
    ]
    navigation.click("#count")
    kept(navigation, 1, 1, 1)


def test_geolocation_is_told_on_mount_and_when_asked(navigation):
    """R-76."""
    expect(navigation.locator("#found")).to_have_text("[[54.3, 10.1], null]")
    navigation.context.set_geolocation({"latitude": -1.5, "longitude": 2})
    navigation.click("#where")
    expect(navigation.locator("#found")).to_have_text("[[-1.5, 2], null]")


def test_geolocation_says_why_it_knows_nothing(page, open_small_app):
    """R-76: the user denies it."""
    page.context.clear_permissions()
    page = open_small_app("navigation")
    expect(page.locator("#found")).to_contain_text('[null, {"code": 1')


def test_markdown_shows_formulas_tables_code_and_html(navigation):
    """R-20: MathJax is loaded where it is asked for."""
    text = navigation.locator("#text")
    expect(text.locator("h2")).to_have_text("Tides")
    expect(text.get_by_role("link", name="link")).to_have_attribute("target", "_blank")
    expect(text.locator("mjx-container")).to_have_count(2)
    expect(text.locator("td").last).to_have_text("2")
    expect(text.locator("code .hljs-keyword").first).to_have_text("def")
    expect(text.locator("b")).to_have_text("bold")
    text.locator("a[href='?by=markdown']").click()
    address(navigation, "?by=markdown")
    expect(navigation.locator("#plain-text")).to_have_text("no formula: $x^2$")


def test_markdown_follows_python(navigation):
    expect(navigation.locator("#written em")).to_have_text("waves")
    navigation.fill("#source", "# calm")
    expect(navigation.locator("#written.prose h1, .prose h1")).to_have_text("calm")


def test_an_app_below_a_prefix_is_shown_there(open_app):
    """S-167: the site's own folder leads to the prefix, and assets are below it, too."""
    page = open_app(BROWSER_APPS / "mounted" / "app.py")
    expect(page.locator("#text")).to_have_text("home 0 POST")
    assert page.url.endswith("/boards/")
    page.wait_for_function("document.getElementById('dot').naturalWidth === 20")
    page.click("#tides")
    expect(page.locator("#text")).to_have_text("tides 0 POST")
    assert page.url.endswith("/boards/tides")
    page.goto(page.url.removesuffix("tides"))
    expect(page.locator("#text")).to_have_text("home 0 POST")
    page.click("#ask")
    expect(page.locator("#text")).to_have_text("home 1 POST")
    assert "/boards/assets/dot.svg" in page.evaluate("document.getElementById('dot').src")
