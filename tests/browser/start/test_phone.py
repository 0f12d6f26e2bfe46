"""Phones: touches before Python, a narrow screen, a keyboard that composes, pages that sleep."""

import threading

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import covered, is_too_wide, violations
from tests.support.servers import static_server

PYTHON = "**/pyrt/interpreter-*"
PAGE = "**/pyrt/page-*"  # the page's own script: until it runs, the preview stays
PAINTED = (
    "performance.getEntriesByName('pyrt:paint').length"
    " && !document.querySelector('[data-pyrt-preview]')"
)
READY = "performance.getEntriesByName('pyrt:ready').length"
CONTROLS = "#add, #text, #late, #long, #colour label, #save, #fail, #last"
# A browser that has discarded this page says so when it is loaded again. It may load it in the
# background, and discard it again there, of which it tells the page nothing.
DISCARDED = """
const isBehind = () => window.name.endsWith("in the background");
const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "hidden");
Object.defineProperty(document, "wasDiscarded", {
  get: () => window.name.startsWith("discarded"),
});
Object.defineProperty(document, "hidden", {
  get: () => isBehind() || get.call(document),
});
for (const name of ["pagehide", "visibilitychange"]) {
  addEventListener(name, (event) => {
    if (isBehind() && event.isTrusted) event.stopImmediatePropagation();
  }, true);
}
"""


@pytest.fixture(scope="session")
def address(built_site, apps):
    """The site of phone.py, with a preview."""
    with static_server(built_site(apps / "phone.py", "--rehearsal=require")) as found:
        yield found


@pytest.fixture
def page(browser, playwright):
    """An iPhone of 390 x 844 points with touch."""
    device = {**playwright.devices["iPhone 14"], "viewport": {"width": 390, "height": 844}}
    del device["default_browser_type"]
    context = browser.new_context(**device)
    context.add_init_script(DISCARDED)
    yield context.new_page()
    context.close()


@pytest.fixture
def hold(page):
    """Hold requests back, from now on; gives a function that lets them go on."""

    def hold_back(pattern):
        routes = []
        is_free = threading.Event()
        page.route(pattern, lambda one: one.continue_() if is_free.is_set() else routes.append(one))

        def let_go():
            is_free.set()
            while routes:
                routes.pop().continue_()

        return let_go

    return hold_back


@pytest.fixture
def let_python_start(hold):
    """Python waits for a call of this."""
    return hold(PYTHON)


def open_painted(page, address):
    page.goto(address, wait_until="commit")
    page.wait_for_function(PAINTED, timeout=120_000)
    assert not page.evaluate(READY)


def open_ready(page, address):
    page.goto(address, wait_until="commit")
    page.wait_for_function(READY, timeout=120_000)


def slide(page, share):
    """Touch the slider at a share of its width, as a finger does: down, along, rest, up.

    A finger that is lifted while it moves flings, and Chromium makes no click of a tap soon after.
    """
    # A part of the preview may lie over React's slider until that is drawn, in the same place.
    box = page.locator("#slider .dash-slider-track >> visible=true").first.bounding_box()
    cdp = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": x, "y": box["y"] + box["height"] / 2} for x in places]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", box["x"] + share / 2 * box["width"])
    touch("touchMove", box["x"] + share * box["width"])
    page.wait_for_timeout(200)
    touch("touchEnd")


def test_touches_before_python_are_answered_like_clicks(page, hold, let_python_start, address):
    """In the preview, and on React's elements while Python is still loading."""
    let_page_run = hold(PAGE)
    page.goto(address, wait_until="commit")
    page.wait_for_selector("[data-pyrt-preview] #add")
    page.tap("#add >> visible=true")
    slide(page, 0.5)
    let_page_run()
    page.wait_for_function(PAINTED)
    page.tap("#add")
    page.tap("#colour label:has-text('blue')")
    page.tap("#text")
    page.keyboard.type("ab")
    assert not page.evaluate(READY)
    let_python_start()
    expect(page.locator("#history li")).to_have_text(["click 1", "click 2"])
    expect(page.locator("#slid")).to_have_text("at 5")
    expect(page.locator("#coloured")).to_have_text("it is blue")
    expect(page.locator("#text-shown")).to_have_text("typed: ab")
    slide(page, 1)
    expect(page.locator("#slid")).to_have_text("at 10")


def test_a_slider_that_is_touched_during_the_replay_follows_the_finger(
    page, let_python_start, address
):
    """The browser captures no pointer whose finger is gone: the slider must not notice."""
    open_painted(page, address)
    slide(page, 0.3)
    slide(page, 0.8)
    let_python_start()
    expect(page.locator("#slid")).to_have_text("at 8")


def test_a_composed_word_is_kept_before_and_after_python(page, hold, let_python_start, address):
    """Keyboards of phones compose each word; Python gets what the field shows."""
    let_page_run = hold(PAGE)
    cdp = page.context.new_cdp_session(page)

    def compose(text):
        whole = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        cdp.send("Input.imeSetComposition", whole)

    page.goto(address, wait_until="commit")
    page.wait_for_selector("[data-pyrt-preview] #text")
    page.tap("#text >> visible=true")
    compose("に")
    compose("にほ")
    let_page_run()
    page.wait_for_function(PAINTED)  # the word is not ended, and the user does not go on
    expect(page.locator("#text")).to_have_value("にほ")
    compose("ん")
    cdp.send("Input.insertText", {"text": "んご"})
    let_python_start()
    expect(page.locator("#text-shown")).to_have_text("typed: にほんご")
    page.tap("#long")
    compose("カ")
    expect(page.locator("#long-shown")).to_have_text("typed: カ")
    cdp.send("Input.insertText", {"text": "カナ"})
    expect(page.locator("#long-shown")).to_have_text("typed: カナ")


def test_nothing_of_pyrt_covers_the_app_and_axe_finds_nothing_in_it(
    page, let_python_start, address
):
    """While Python starts, and with a notice; in a light, a dark and a forced scheme."""
    open_painted(page, address)
    page.tap("#add")
    expect(page.locator(".pyrt-progress-text")).to_contain_text("what you did is kept")
    assert covered(page, CONTROLS) == []
    assert violations(page, ".pyrt-start") == []
    let_python_start()
    expect(page.locator("#added")).to_have_text("added 1")
    page.tap("#fail")
    expect(page.locator(".pyrt-notice")).to_be_visible()
    assert covered(page, CONTROLS) == []
    assert not is_too_wide(page)
    assert violations(page, ".pyrt-notice") == []
    page.get_by_role("button", name="Dismiss").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pyrt-notice")).to_have_count(0)


def test_a_page_that_cannot_start_says_so_above_the_app(page, address):
    """It has the focus, so that a screen reader begins there, and covers nothing."""
    page.route("**/pyrt/worker-*", lambda route: route.abort())
    page.goto(address, wait_until="commit")
    box = page.get_by_role("alert")
    expect(box).to_contain_text("The app could not start")
    expect(box).to_be_focused()
    assert covered(page, CONTROLS) == []
    assert not is_too_wide(page)
    assert violations(page, ".pyrt-failure") == []


def test_a_browser_that_cannot_run_the_app_says_so_above_it(page, address):
    page.add_init_script("delete window.WebAssembly")
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("This app needs WebAssembly")
    assert covered(page, CONTROLS) == []
    assert not is_too_wide(page)
    assert violations(page, ".pyrt-failure") == []


def test_a_frozen_page_goes_on(page, address):
    open_ready(page, address)
    cdp = page.context.new_cdp_session(page)
    page.tap("#text")
    page.keyboard.type("a")
    cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    cdp.send("Page.setWebLifecycleState", {"state": "active"})
    page.keyboard.type("b")
    expect(page.locator("#text-shown")).to_have_text("typed: ab")
    page.tap("#add")
    expect(page.locator("#added")).to_have_text("added 1")


def test_files_go_both_ways(page, address):
    open_ready(page, address)
    with page.expect_download() as download:
        page.tap("#save")
    assert download.value.path().read_text() == "text of the app"
    with page.expect_file_chooser() as chooser:
        page.tap("#opened button")
    file = {"name": "mine.txt", "mimeType": "text/plain", "buffer": b"text of the user"}
    chooser.value.set_files(file)
    expect(page.locator("#content")).to_have_text("mine.txt: text of the user")


def test_a_discarded_page_starts_again_with_what_was_typed(page, address):
    """The initial callbacks get it. A reload by the user starts anew."""
    open_ready(page, address)
    page.tap("#add")
    page.tap("#text")
    page.keyboard.type("typed")
    page.tap("#colour label:has-text('green')")
    page.tap("#late")
    # dcc.Input with debounce sets the caret anew after each key, also on real Dash: keys must not
    # follow each other within a few milliseconds.
    page.keyboard.type("not sent", delay=50)
    expect(page.locator("#text-shown")).to_have_text("typed: typed")
    expect(page.locator("#history li")).to_have_count(1)

    page.evaluate("window.name = 'discarded'")
    page.reload(wait_until="commit")
    page.wait_for_function(READY, timeout=120_000)
    expect(page.locator("#text")).to_have_value("typed")
    expect(page.locator("#text-shown")).to_have_text("typed: typed")
    expect(page.locator("#coloured")).to_have_text("it is green")
    expect(page.locator("#late")).to_have_value("not sent")
    expect(page.locator("#late-shown")).to_have_text("typed: ")
    expect(page.locator("#history li")).to_have_text(["click 1"])  # a Store in memory
    expect(page.locator("#added")).to_have_text("added 0")  # clicks are not done again
    page.tap("#add")
    expect(page.locator("#late-shown")).to_have_text("typed: not sent")

    page.evaluate("window.name = ''")
    page.reload(wait_until="commit")
    page.wait_for_function(READY, timeout=120_000)
    assert page.input_value("#text") == ""
    expect(page.locator("#text-shown")).to_have_text("typed: ")


def test_a_page_that_is_discarded_twice_and_was_not_shown_between_keeps_what_was_typed(
    page, address
):
    """No event tells a page that is loaded in the background that it is hidden."""
    open_ready(page, address)
    page.tap("#text")
    page.keyboard.type("typed")
    expect(page.locator("#text-shown")).to_have_text("typed: typed")
    page.evaluate("window.name = 'discarded in the background'")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    for _ in range(2):
        page.reload(wait_until="commit")
        page.wait_for_function(READY, timeout=120_000)
        expect(page.locator("#text-shown")).to_have_text("typed: typed")
