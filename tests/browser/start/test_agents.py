"""The tools of the browser's agent (WebMCP), in a Chromium that has `document.modelContext`."""

import json

import pytest
from playwright.sync_api import expect

from tests.support.paths import EXAMPLES
from tests.support.programs import wait_for
from tests.support.quick_pyrt import SNAPSHOT_ONLY

CALL = """async ([name, input]) => {
    const tools = await document.modelContext.getTools();
    return document.modelContext.executeTool(tools.find((tool) => tool.name === name), input);
}"""
NAMES = "document.modelContext.getTools().then((tools) => tools.map((tool) => tool.name))"
SCRIPTS = """performance.getEntriesByType("resource")
    .map((entry) => entry.name).filter((name) => name.includes("agents"))"""


@pytest.fixture(scope="module")
def address(built_site, serve_folder):
    """The address of the sales dashboard, as a site that offers its tools."""
    flags = ("--env", "DASH_MCP_ENABLED=true", SNAPSHOT_ONLY)
    return serve_folder(built_site(EXAMPLES / "sales_dashboard" / "app.py", *flags))


@pytest.fixture(scope="module")
def open_dashboard(browser_type, browser_type_launch_args, address):
    """Open the dashboard in a browser of its own; `feature` gives it an agent."""
    browsers = []

    def open_it(*, feature):
        args = browser_type_launch_args["args"]
        args = [*args, "--enable-features=WebMCPTesting"] if feature else args
        browsers.append(browser_type.launch(**{**browser_type_launch_args, "args": args}))
        page = browsers[-1].new_page()
        page.goto(address)
        page.evaluate("window.__pyrt__.ready")
        return page

    yield open_it
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="module")
def page(open_dashboard):
    page = open_dashboard(feature=True)
    if page.evaluate("typeof document.modelContext") == "undefined":
        pytest.skip("this Chromium has no document.modelContext; vitest tests with a stand-in")
    wait_for(lambda: "navigate" in page.evaluate(NAMES), "the last of its tools")
    return page


def call(page, name, **given):
    return json.loads(page.evaluate(CALL, [name, given]))


def shown(page):
    """What the dashboard shows of a region: title, rows, values of the chart."""
    bars = """document.querySelector("#by-product .js-plotly-plot").data
        .map((each) => JSON.stringify(each.y))"""
    return {
        "title": page.inner_text("#table-title"),
        "rows": page.locator("#table td").all_inner_texts(),
        "bars": page.evaluate(bars),
        "dropdown": page.inner_text("#region"),
    }


def test_an_agent_chooses_a_region_and_sees_what_a_user_would(page):
    read = {"component_id": "table-title", "property": "children"}
    title = call(page, "read_page", **read)["structuredContent"]["props"]["children"]
    assert title == page.inner_text("#table-title")
    change = {"component_id": "region", "property": "value", "value": "South"}
    changed = call(page, "set_values", values=[change])["structuredContent"]["changed"]
    assert changed["table-title"]["children"] == "All products, South"
    by_agent = shown(page)
    assert by_agent["title"] == "All products, South"

    page.click("#region")
    page.get_by_role("option", name="North").click()
    expect(page.locator("#table-title")).to_have_text("All products, North")
    page.click("#region")
    page.get_by_role("option", name="South").click()
    expect(page.locator("#table-title")).to_have_text("All products, South")
    assert shown(page) == by_agent


def test_a_callback_is_a_tool_that_changes_the_page(page):
    found = call(page, "filter_product", region="West")
    assert found["structuredContent"]["response"]["table-title"]["children"] == page.inner_text(
        "#table-title"
    )
    assert "West" in page.inner_text("#table-title")
    assert "West" in page.inner_text("#region")


def test_what_a_user_could_not_choose_is_refused(page):
    before = shown(page)
    for found in (
        call(page, "filter_product", region="Nowhere"),
        call(page, "set_values", values=[]),
        call(page, "click", component_id="nothing"),
    ):
        assert found["isError"]
    assert shown(page) == before


def test_nothing_is_loaded_where_the_browser_has_no_agent(open_dashboard, page):
    without = open_dashboard(feature=False)
    assert without.evaluate("typeof document.modelContext") == "undefined"
    assert without.evaluate(SCRIPTS) == []
    assert len(page.evaluate(SCRIPTS)) == 1
