"""Stylesheets that a host sends with a wrong type: they are drawn from their bytes."""

import pytest

from tests.support.faulty_host import faulty_host

SHEET = "assets/css/style.css"
STYLE = """
@import "more.css";
h1 { color: rgb(1, 2, 3); background: url(../dot.svg) }
"""
MORE = "h1 { text-decoration: underline }"
APP = """
from dash import Dash, html

app = Dash(__name__, assets_ignore="more")
app.layout = html.H1("Title", id="title")
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
# The computed style of the title.
SHOWN = """
(() => {
  const style = getComputedStyle(document.querySelector("#title"));
  return [style.color, style.textDecorationLine, style.backgroundImage].join(" ");
})()
"""
READY = "performance.getEntriesByName('pyrt:ready').length > 0"
MESSAGES = ".pyrt-failure, .pyrt-notice, .pyrt-missing, .dash-fe-error__title"
TYPES = (
    "text/plain",
    "text/plain, nosniff",
    "text/html",
    "text/html, nosniff",
    "application/octet-stream",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory, built_site):
    """A site with a stylesheet that names files beside it."""
    folder = tmp_path_factory.mktemp("typed") / "typed"
    (folder / "assets" / "css").mkdir(parents=True)
    (folder / "app.py").write_text(APP, encoding="utf-8")
    (folder / "assets" / "css" / "style.css").write_text(STYLE, encoding="utf-8")
    # Dash loads all stylesheets of the folder; this one is only imported.
    (folder / "assets" / "css" / "more.css").write_text(MORE, encoding="utf-8")
    (folder / "assets" / "dot.svg").write_text(DOT, encoding="utf-8")
    return built_site(folder / "app.py", "--debug")


@pytest.mark.parametrize("given", TYPES)
def test_a_stylesheet_is_drawn_whatever_type_the_host_gives_it(site, page, given):
    """Chromium takes no rule of one with another type, and tells that by no event."""
    with faulty_host(site) as host:
        host.fail(SHEET, f"as {given}")
        page.goto(host.address)
        page.wait_for_function(READY)
        image = f'url("{host.address}/assets/dot.svg")'
        page.wait_for_function(f"{SHOWN} === 'rgb(1, 2, 3) underline {image}'")
        assert page.locator(MESSAGES).count() == 0


@pytest.mark.parametrize("kind", ["as text/plain", "changed once"])
def test_a_policy_that_allows_no_blobs_allows_that(site, page, kind):
    """Neither a wrong type nor a damage of the first answer; as the policy of `pyrt build`."""
    with faulty_host(site) as host:
        host.headers = {"Content-Security-Policy": "style-src 'self' 'unsafe-inline'"}
        host.change = lambda content: content.replace(b"1, 2, 3", b"3, 2, 1")
        host.fail(SHEET, kind)
        page.goto(host.address)
        page.wait_for_function(READY)
        image = f'url("{host.address}/assets/dot.svg")'
        page.wait_for_function(f"{SHOWN} === 'rgb(1, 2, 3) underline {image}'")
        assert page.locator(MESSAGES).count() == 0


def test_a_page_in_the_place_of_a_stylesheet_is_named(site, page):
    """As of a host that answers with its own page for what it does not have."""
    with faulty_host(site) as host:
        host.fail(SHEET, "a page")
        page.goto(host.address)
        page.wait_for_function(READY)
        message = page.locator(MESSAGES).first
        message.wait_for()
        assert f"{SHEET}: the server answered with an HTML page in its place." in (
            message.text_content() or ""
        )
