"""Every example, used in Chromium as its docstring describes."""

import pytest
from playwright.sync_api import expect

from tests.support.waiting import assert_shown


def test_counter_counts_and_colours(open_example):
    page = open_example("counter")
    count = page.locator("#count")
    expect(count).to_have_text("0")
    page.click("#increment")
    expect(count).to_have_text("1")
    expect(count).to_have_css("color", "rgb(46, 139, 87)")
    page.click("#decrement")
    page.click("#decrement")
    expect(count).to_have_text("-1")
    expect(count).to_have_css("color", "rgb(220, 20, 60)")
    expect(page).to_have_title("Counter")


def test_converter_follows_the_chain(open_example):
    page = open_example("converter")
    expect(page.locator("#sentence")).to_have_text("1 metre = 3.28084 foot")
    page.fill("#amount", "12")
    expect(page.locator("#sentence")).to_have_text("12 metre = 39.3701 foot")
    page.get_by_label("mass").check()
    expect(page.locator("#sentence")).to_have_text("12 kilogram = 26.4555 pound")
    expect(page.locator("#inverse")).to_have_text("1 pound = 0.453592 kilogram")


def test_todo_adds_ticks_filters_and_clears(open_example):
    """S-13, S-16, S-101: ALL reads every line, MATCH writes the one, a Patch adds and removes."""
    page = open_example("todo")
    lines = page.locator("#items > label:not([hidden])")
    for count, text in enumerate(("Buy milk", "Write tests", "Ship"), start=1):
        page.fill("#text", text)
        page.press("#text", "Enter")
        expect(lines).to_have_count(count)
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator("#summary")).to_have_text("3 left of 3")
    page.get_by_text("Write tests").click()
    expect(page.locator("#items .done")).to_have_text(["Write tests"])
    expect(page.locator("#summary")).to_have_text("2 left of 3")
    page.get_by_label("open").check()
    expect(lines).to_have_text(["Buy milk", "Ship"])
    page.get_by_label("all").check()
    page.click("#clear")
    expect(lines).to_have_text(["Buy milk", "Ship"])
    expect(page.locator("#summary")).to_have_text("2 left of 2")


def test_pages_follow_links_templates_and_query_strings(open_example):
    """S-144 to S-149, S-152."""
    page = open_example("pages")
    expect(page).to_have_title("Planets")
    page.click("#planets >> text=Mars")
    expect(page.locator("#name")).to_have_text("Mars")
    expect(page).to_have_title("Mars: planets")
    expect(page.locator("#size")).to_have_text("Radius: 3,390 km")
    assert page.url.endswith("/planet/mars")
    page.get_by_label("miles").check()
    expect(page.locator("#size")).to_have_text("Radius: 2,106 miles")
    page.go_back()
    expect(page.locator("#planets li")).to_have_count(5)
    page.click("text=Moons")
    expect(page.locator("#moons .bars .point")).to_have_count(5)


def test_pages_are_reached_by_their_address(open_example):
    """S-148, S-149, S-151: deep links, a query string, a redirect, on a plain file server."""
    page = open_example("pages", "reports/moons/?least=1")
    expect(page.locator("#moons .bars .point")).to_have_count(3)
    page = open_example("pages", "moons/")
    expect(page.locator("h1")).to_have_text("Moons")
    assert page.url.endswith("/reports/moons")


def test_pages_show_their_own_404(open_example):
    """S-149: an address inside of the app that no page has."""
    page = open_example("pages")
    page.evaluate("history.pushState({}, '', 'nowhere')")
    page.evaluate("dispatchEvent(new CustomEvent('_dashprivate_pushstate'))")
    expect(page.locator("h1")).to_have_text("Lost in space")


def test_a_patch_sends_what_changed_and_set_props_reaches_any_component(open_example):
    """S-89, S-100, S-105."""
    page = open_example("patch_and_set_props")
    for points in (4, 5):
        page.click("#extend")
        expect(page.locator("#graph .gtitle")).to_have_text(f"{points} points")
        expect(page.locator("#graph .point")).to_have_count(points)
    page.click("#recolour")
    expect(page.locator("#graph .js-line")).to_have_css("stroke", "rgb(0, 128, 128)")
    page.click("#log")
    page.click("#log")
    expect(page.locator("#lines li")).to_have_text(["line 2", "line 1"])
    expect(page.locator("#notice")).to_have_text("2 logged")


def test_clientside_functions_feed_python(open_example):
    """S-92 to S-96: inline, from assets, with a promise, and PreventUpdate."""
    page = open_example("clientside")
    expect(page.locator("#wave .gtitle")).to_have_text("6 Hz")
    expect(page.locator("#doubled")).to_have_text("twice 6 is 12")
    expect(page.locator("#digest")).to_have_text("sha256: 82ec071be8fe42f2")
    expect(page.locator("#python")).to_have_text("Python was told: twice 6 is 12")
    page.locator("#frequency [role=slider]").press("Home")
    expect(page.locator("#python")).to_have_text("Python was told: twice 0 is 0")
    expect(page.locator("#wave .gtitle")).to_have_text("0 Hz")
    expect(page.locator("#digest")).to_have_text("sha256: 82ec071be8fe42f2")


@pytest.mark.usefixtures("notes")
def test_async_callbacks_overlap_and_stream(open_example):
    """S-91, S-99, S-130."""
    page = open_example("async_work")
    page.evaluate("start.click(); ping.click()")
    expect(page.locator("#steps")).to_have_text("3 jobs done")
    expect(page.locator("#start")).to_be_enabled()
    expect(page.locator("#job-2")).to_have_text("job 2: step 5 of 5")
    begin, end = ("start", "disabled"), ("steps", "3 jobs done")
    assert_shown(page, begin, ("job-0", "job 0: step 1 of 5"), end, ("start", "enabled"))
    assert_shown(page, begin, ("pong", "yes, 1 times"), end)


def test_sales_dashboard_filters_by_region_and_by_click(open_example):
    page = open_example("sales_dashboard")
    expect(page.locator("#by-product .gtitle")).to_have_text("Revenue, East")
    expect(page.locator("#by-product .bars .point")).to_have_count(5)
    page.click("#region")
    page.get_by_role("option", name="West").click()
    expect(page.locator("#by-product .gtitle")).to_have_text("Revenue, West")
    expect(page.locator("#table-title")).to_have_text("All products, West")
    bars = page.locator("#by-product .nsewdrag").bounding_box()
    page.mouse.click(bars["x"] + bars["width"] * 0.5, bars["y"] + bars["height"] * 0.9)
    expect(page.locator("#table-title")).to_have_text("Coffee, West")
    expect(page.locator("#by-month .gtitle")).to_have_text("By month: Coffee, West")
    products = page.locator("#table td[data-dash-column='product']")
    expect(products.first).to_have_text("Coffee")
    assert set(products.all_inner_texts()) == {"Coffee"}


def test_the_network_is_not_needed_after_the_start(open_example):
    page = open_example("counter")
    page.wait_for_function("performance.getEntriesByName('pyrt:complete').length > 0")
    page.context.set_offline(True)
    page.click("#increment")
    expect(page.locator("#count")).to_have_text("1")
    page.context.set_offline(False)


def test_site_asks_for_nothing_outside_of_its_folder(sites, examples, page):
    address = sites(examples / "counter" / "app.py")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_function("window.__pyrt_ready__", timeout=120_000)
    own = (address.partition("#")[0], "data:", "blob:")  # of a single file, the page has a hash
    outside = [url for url in asked if not url.startswith(own)]
    assert outside == []
