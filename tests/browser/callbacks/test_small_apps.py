"""Small apps of everyday use that are not among the examples."""

import pytest
from playwright.sync_api import expect

from tests.support.waiting import assert_shown

# By the page itself, one task for each: no machine is so slow that an answer comes in between.
CLICK_ALL = """async (ids) => {
  for (const id of ids) {
    document.getElementById(id).click();
    await new Promise(setTimeout);
  }
}"""


def test_form_answers_only_when_sent(open_small_app):
    page = open_small_app("form")
    page.fill("#name", "Ada")
    page.fill("#age", "36")
    expect(page.locator("#answer")).to_have_text("")
    page.click("#send")
    expect(page.locator("#answer")).to_have_text("Ada will be 37")


def test_chain_through_stores(open_small_app):
    page = open_small_app("store_chain")
    expect(page.locator("#summary")).to_have_text("a 1, b 1, c 1")
    page.fill("#text", "banana")
    expect(page.locator("#summary")).to_have_text("a 3, b 1, n 2")


def test_table_sorts_and_turns_pages(open_small_app):
    page = open_small_app("table")
    expect(page.locator("#seen")).to_have_text("0 1 2 3 4 5 6 7 8 9")
    page.click("#table .next-page")
    expect(page.locator("#seen")).to_have_text("10 11 12 13 14 15 16 17 18 19")
    for _ in range(2):
        page.locator("th[data-dash-column='square'] .column-header--sort").click()
    expect(page.locator("#seen")).to_contain_text("34 33 32")


def test_tabs_show_what_the_callback_returns(open_small_app):
    page = open_small_app("tabs")
    expect(page.locator("#content h3")).to_have_text("The first page")
    page.get_by_text("Second").click()
    expect(page.locator("#graph .bars .point")).to_have_count(3)
    page.get_by_text("First").click()
    expect(page.locator("#graph")).to_have_count(0)


@pytest.mark.usefixtures("notes")
def test_javascript_answers_while_python_is_busy(open_small_app):
    """S-97: a clientside callback whose inputs are all in the page does not wait for Python."""
    page = open_small_app("busy")
    expect(page.locator("#python")).to_have_text("Python heard 0 echoes, 0 echoes")
    page.evaluate(CLICK_ALL, ["compute", "echo", "echo"])
    expect(page.locator("#computed")).to_have_text("computed 1")
    expect(page.locator("#python")).to_have_text("Python heard 2 echoes, 2 echoes")
    heard = ("python", "Python heard 2 echoes, 2 echoes")
    assert_shown(page, ("doubled", "2 echoes, 2 echoes"), ("computed", "computed 1"), heard)


@pytest.mark.usefixtures("notes")
def test_a_function_that_sleeps_lets_others_run(open_small_app):
    """S-130: synchronous code that waits is suspended (JSPI), not the worker."""
    page = open_small_app("sleep")
    page.evaluate(CLICK_ALL, ["wait", "ping"])
    expect(page.locator("#waited")).to_have_text("waited 1")
    assert_shown(page, ("pong", "pong 1"), ("waited", "waited 1"))
