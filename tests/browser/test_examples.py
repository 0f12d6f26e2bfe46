"""Every example does in Chromium what its docstring says."""

import re

from playwright.sync_api import expect


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
    page = open_example("todo")
    for text in ("Buy milk", "Write tests"):
        page.fill("#text", text)
        page.press("#text", "Enter")
        expect(page.locator("#items")).to_contain_text(text)
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator("#summary")).to_have_text("2 left of 2")
    page.get_by_label("Buy milk").check()
    expect(page.locator("#summary")).to_have_text("1 left of 2")
    page.get_by_label("open").check()
    expect(page.locator("#items")).not_to_contain_text("Buy milk")
    page.click("#clear")
    page.get_by_label("all").check()
    expect(page.locator("#items label")).to_have_count(1)
    expect(page.locator("#summary")).to_have_text("1 left of 1")


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
    outside = [url for url in asked if not re.match(rf"{address}|data:|blob:", url)]
    assert outside == []
