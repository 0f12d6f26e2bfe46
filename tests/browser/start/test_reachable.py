"""What pyrt itself shows, with other means than a mouse and a wide window: keys, a zoom of 200 %,
forced colours, less motion, a screen reader."""

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import covered, is_too_wide, violations
from tests.support.servers import static_server

PYTHON = "**/pyrt/interpreter-*"
READY = "performance.getEntriesByName('pyrt:ready').length"
PAINTED = (
    "performance.getEntriesByName('pyrt:paint').length"
    " && !document.querySelector('[data-pyrt-preview]')"
)
CONTROLS = "#add, #text, #late, #long, #colour label, #save, #fail, #last"
FOCUSED = """(({ id, ariaLabel, textContent }) => id || ariaLabel || textContent)(
  document.activeElement)"""
# What shows that the focused element has the focus.
OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"
MOTION = """(() => {
  const { animationName, transitionDuration } =
    getComputedStyle(document.querySelector(".pyrt-progress"), "::after");
  return [animationName, transitionDuration];
})()"""
# The colours of the bar and of what is behind it.
BAR = """getComputedStyle(document.querySelector(".pyrt-progress"), "::after").backgroundColor"""


@pytest.fixture(scope="session")
def address(built_site, apps):
    """The site of phone.py, with a preview."""
    with static_server(built_site(apps / "phone.py", "--rehearsal=require")) as found:
        yield found


def hold_python(page):
    """Gives a function that lets Python start."""
    held = []
    is_free = False

    def hold(route):
        if is_free:
            route.continue_()
        else:
            held.append(route)

    def let_go():
        nonlocal is_free
        is_free = True
        while held:
            held.pop().continue_()

    page.route(PYTHON, hold)

    return let_go


def open_ready(page, address):
    page.goto(address, wait_until="commit")
    page.wait_for_function(f"{PAINTED} && {READY}", timeout=120_000)


def tab_to(page, wanted, most=40):
    """Press Tab until an element has the focus."""
    passed: list[str] = []
    while len(passed) < most:
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUSED))
        if passed[-1] == wanted:
            return
    raise AssertionError(f"{wanted} was not reached: {passed}")


def test_a_notice_is_reached_seen_and_closed_by_keys(page, address):
    open_ready(page, address)
    tab_to(page, "fail")
    page.keyboard.press("Enter")
    notice = page.get_by_role("status").filter(has_text="Something went wrong")
    expect(notice).to_be_visible()
    tab_to(page, "last")
    tab_to(page, "Dismiss")
    assert page.evaluate(OUTLINE) == "solid"
    page.keyboard.press("Enter")
    expect(notice).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#lasted")).to_have_text("last 1")


def test_a_failed_start_is_tried_again_by_keys(page, address):
    page.route("**/pyrt/worker-*", lambda route: route.abort())
    page.goto(address, wait_until="commit")
    expect(page.get_by_role("alert")).to_be_focused()
    page.unroute("**/pyrt/worker-*")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Try again"
    assert page.evaluate(OUTLINE) == "solid"
    page.keyboard.press("Enter")
    page.wait_for_function(READY, timeout=120_000)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.fixture
def zoomed(new_context):
    """A window of 1280 x 900 points with a zoom of 200 %."""
    view = {"width": 640, "height": 450}
    return new_context(viewport=view, device_scale_factor=2).new_page()


def test_at_200_percent_nothing_of_pyrt_covers_the_app(zoomed, address):
    let_python_go = hold_python(zoomed)
    zoomed.goto(address, wait_until="commit")
    zoomed.wait_for_function(PAINTED, timeout=120_000)
    assert covered(zoomed, CONTROLS) == []
    let_python_go()
    zoomed.wait_for_function(READY, timeout=120_000)
    zoomed.click("#fail")
    expect(zoomed.locator(".pyrt-notice")).to_be_visible()
    assert covered(zoomed, CONTROLS) == []
    assert not is_too_wide(zoomed)
    assert violations(zoomed, ".pyrt-notice") == []


def test_progress_moves_less_and_keeps_its_contrast_where_users_ask_for_it(page, address):
    page.emulate_media(reduced_motion="no-preference")
    hold_python(page)
    page.goto(address, wait_until="commit")
    page.wait_for_function(PAINTED, timeout=120_000)
    bar = page.get_by_role("progressbar", name="Starting the app")
    expect(bar).to_have_count(1)
    assert page.evaluate(MOTION)[1] != "0s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOTION) == ["none", "0s"]
    own = page.evaluate(BAR)
    page.emulate_media(forced_colors="active")
    forced = page.evaluate(BAR)
    assert forced not in {own, "rgba(0, 0, 0, 0)"}
