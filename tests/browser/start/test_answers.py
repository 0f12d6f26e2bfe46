"""Results that the build has computed answer the user until Python comes, and Python takes over."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.support.before_python import PAINTED, PREVIEW_REMOVED, hold_python, settle
from tests.support.shaping import shaped_server

SETTINGS = '[tool.pyrt]\nprecompute = ["app:draw_products", "app:filter_product"]\n'
# Every text that the title of the table has had, each once in a row.
WATCH = """() => {
    const title = document.querySelector("#table-title");
    window.seen = [title.textContent];
    new MutationObserver(() => {
        const text = document.querySelector("#table-title").textContent;
        if (text !== window.seen.at(-1)) window.seen.push(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


@pytest.fixture(scope="session")
def answering_site(built_site, examples, tmp_path_factory):
    """The sales dashboard, both of whose callbacks are computed when it is built."""
    folder = tmp_path_factory.mktemp("answers") / "sales"
    shutil.copytree(examples / "sales_dashboard", folder)
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    return built_site(folder / "app.py", "--debug")


@pytest.fixture
def without_switching_on_a_phone(new_context, playwright):
    """A page of a phone whose browser has no stack switching."""
    context = new_context(**playwright.devices["Pixel 7"])
    context.add_init_script("delete WebAssembly.Suspending; delete WebAssembly.promising")
    return context.new_page()


def choose(page, region):
    page.click("#region")
    page.get_by_role("option", name=region).click()


def expect_region(page, region):
    expect(page.locator("#by-product .gtitle")).to_have_text(f"Revenue, {region}")
    expect(page.locator("#table-title")).to_have_text(f"All products, {region}")


def test_a_browser_without_webassembly_says_so_and_the_page_answers(new_context, answering_site):
    context = new_context()
    context.add_init_script("delete window.WebAssembly")
    page = context.new_page()
    with shaped_server(answering_site, mbit_per_s=200, latency_ms=1) as address:
        page.goto(address, wait_until="commit")
        page.wait_for_function(f"{PAINTED} && {PREVIEW_REMOVED}")
        expect(page.locator("#by-product")).to_have_count(1)
        choose(page, "West")
        expect_region(page, "West")
        expect(page.locator(".pyrt-failure")).to_have_count(1)
        expect(page.locator(".pyrt-failure")).to_contain_text("switched off in this browser")


@pytest.mark.parametrize("browser_page", ["page", "without_switching_on_a_phone"])
def test_choices_are_answered_before_python_and_stay_when_it_comes(
    browser_page, answering_site, request
):
    page = request.getfixturevalue(browser_page)
    let_python_start = hold_python(page)
    with shaped_server(answering_site) as address:
        page.goto(address, wait_until="commit")
        page.wait_for_function(f"{PAINTED} && {PREVIEW_REMOVED}")
        expect(page.locator("#by-product")).to_have_count(1)
        page.evaluate(WATCH)
        for region in ("West", "North", "South"):
            choose(page, region)
            expect_region(page, region)
            expect(page).to_have_title("Sales")
        assert not page.evaluate("window.__pyrt_ready__")
        let_python_start()
        choose(page, "West")  # in between
        expect_region(page, "West")
        settle(page)
        expect_region(page, "West")
        titles = [
            f"All products, {region}" for region in ("East", "West", "North", "South", "West")
        ]
        assert page.evaluate("window.seen") == titles
        # What was not computed: a click on a bar.
        bar = page.locator("#by-product .bars .point path").first.bounding_box()
        page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
        expect(page.locator("#table-title")).not_to_contain_text("All products")
        choose(page, "North")
        expect(page.locator("#by-product .gtitle")).to_have_text("Revenue, North")
