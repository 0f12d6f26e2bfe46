"""Python ends while a page is open: it is started again in place, and nothing is lost."""

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import violations
from tests.support.click_script import (
    COUNT_WORKERS,
    END_WORKER,
    QUICK_HEARTBEAT,
    STARTED_AGAIN,
    Script,
)

RESTART = ".pyrt-notice--python"
# For how many seconds a callback has been running, each time that a notice says another number.
NOTE_SECONDS = """window.pyrtSeconds = []; new MutationObserver(() => {
  const text = document.querySelector(".pyrt-notice--python")?.textContent ?? "";
  const seconds = Number(/for (\\d+) seconds/.exec(text)?.[1]);
  if (seconds && pyrtSeconds.at(-1) !== seconds) pyrtSeconds.push(seconds);
}).observe(document, { childList: true, subtree: true });"""
ASKED_AGAIN = "pyrtSeconds.some((seconds, index) => seconds >= 2 * pyrtSeconds[index - 1])"


@pytest.fixture(scope="module")
def address(built_site, serve_folder, apps):
    """The site of an app with state of all kinds."""
    return serve_folder(built_site(apps / "restarts.py", "--no-rehearsal"))


@pytest.fixture
def open_page(page, address):
    """The page, ready."""

    def open_ready(path=""):
        page.add_init_script(COUNT_WORKERS)
        page.goto(address + path)
        page.wait_for_function("performance.getEntriesByName('pyrt:ready').length > 0")
        return page

    return open_ready


def test_a_fatal_error_costs_only_the_callback_that_made_it(built_site, serve_folder, page, apps):
    """The console has its traceback; what was typed and shown stays; callbacks go on."""
    errors = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(serve_folder(built_site(apps / "fatal.py", "--no-rehearsal")))
    expect(page.locator("#answer")).to_have_text("answer 0 to unknown")
    page.fill("#name", "Ada")
    page.click("#ask")
    expect(page.locator("#answer")).to_have_text("answer 1 to Ada")
    page.click("#end")
    page.click("#ask")
    expect(page.locator("#local")).to_have_text("the page has counted 2")
    expect(page.locator("#answer")).to_have_text("answer 2 to Ada")
    expect(page.locator(RESTART)).to_have_count(0)
    expect(page.locator(".pyrt-notice")).to_have_count(1)
    expect(page).to_have_title("Fatal")
    expect(page.locator("._dash-loading-callback")).to_have_count(0)
    assert any("memory access out of bounds" in text for text in errors)
    assert any("fatal.py" in text and "in end" in text for text in errors)
    assert any("The callback end (fatal.py:" in text and "did not end" in text for text in errors)
    assert violations(page, ".pyrt-notice") == []


def test_a_worker_that_was_ended_is_replaced_and_all_state_stays(open_page):
    page = open_page()
    script = Script(page)
    script.play(["name", "add", "row", "colour", "link", "add", "row"])
    script.expect_state()
    page.fill("#unsent", "not sent")
    page.evaluate(END_WORKER)
    script.play(["add", "name", "row", "echo"])
    script.play(["link"])
    page.wait_for_function(STARTED_AGAIN, arg=1)
    script.expect_state()
    assert page.input_value("#unsent") == "not sent"
    expect(page.locator(".pyrt-notice")).to_have_count(0)


def test_an_endless_callback_is_stopped_by_the_user(open_page, page):
    """Who waits is asked again; who stops keeps all state, and is told which callback it was."""
    page.add_init_script(QUICK_HEARTBEAT)
    page.add_init_script(NOTE_SECONDS)
    open_page()
    script = Script(page)
    script.play(["add", "name"])
    script.expect_state()
    page.click("#ever")
    script.play(["add"])
    notice = page.locator(RESTART)
    expect(notice).to_contain_text("for_ever (restarts.py:")
    assert violations(page, RESTART) == []
    notice.get_by_role("button", name="Wait").click()
    page.wait_for_function(ASKED_AGAIN)
    with page.expect_console_message(lambda message: "you have stopped it" in message.text):
        notice.get_by_role("button", name="Stop").click()
    script.expect_state()
    expect(notice).to_have_count(0)


def test_the_developer_tools_say_it_too(open_small_app, expected_errors):
    expected_errors += [
        "fatal error",
        "The cause of",
        "out of bounds",
        "Python is started again",
        "did not end",
    ]
    page = open_small_app("fatal")
    page.click("#end")
    page.locator(".dash-debug-menu__outer, .dash-debug-menu").first.wait_for()
    expect(page.locator(".dash-fe-error-item").first).to_contain_text("The callback end (fatal.py:")
    page.click("#ask")
    expect(page.locator("#answer")).to_have_text("answer 1 to unknown")


def test_a_bad_callback_costs_only_its_own_call(built_site, serve_folder, page, apps):
    """It is named, nothing stays loading, and the next callback answers."""
    errors = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(serve_folder(built_site(apps / "bad.py", "--no-rehearsal")))
    expect(page.locator("#answer")).to_have_text("answer 0")
    kinds = page.locator("#kind label")
    for index in range(kinds.count()):
        del errors[:]
        kinds.nth(index).click()
        page.click("#do")
        page.click("#ask")
        expect(page.locator("#answer")).to_have_text(f"answer {index + 1}")
        expect(page.locator("._dash-loading-callback")).to_have_count(0)
        expect(page).to_have_title("Bad")
        text = "\n".join(errors)
        named = "done.children" in text or "misbehave (bad.py:" in text
        assert named, f"{kinds.nth(index).inner_text()}: {text}"
        assert page.inner_text("#done") == ""
