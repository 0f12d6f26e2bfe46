"""Python ends while a page is open: the page shows a notice, and clientside callbacks still run."""

from playwright.sync_api import expect

from tests.support.accessibility import violations

ENDED = "Python has stopped in this page"


def test_a_fatal_error_is_said_once_and_a_reload_mends_it(built_site, serve_folder, page, apps):
    """The console has the traceback of the callback; no loading state remains."""
    errors = []
    page.on("console", lambda message: errors.append(message.text))
    address = serve_folder(built_site(apps / "fatal.py", "--no-rehearsal"))
    page.goto(address)
    expect(page.locator("#answer")).to_have_text("answer 0 to unknown")
    page.fill("#name", "Ada")
    expect(page.locator(".pyrt-notice")).to_have_count(0)

    page.click("#end")
    expect(page.locator(".pyrt-notice")).to_contain_text(ENDED)
    expect(page).to_have_title("Fatal")
    expect(page.locator("._dash-loading-callback")).to_have_count(0)
    assert any("memory access out of bounds" in text for text in errors)
    assert any("fatal.py" in text and "in end" in text for text in errors)

    assert violations(page, ".pyrt-notice") == []

    told = len(errors)
    page.click("#ask")
    expect(page.locator("#local")).to_have_text("the page has counted 1")
    assert page.inner_text("#answer") == "answer 0 to unknown"
    expect(page).to_have_title("Fatal")
    assert errors[told:] == []

    page.get_by_role("button", name="Reload").click()
    page.click("#ask")
    expect(page.locator("#answer")).to_have_text("answer 1 to Ada")
    expect(page.locator(".pyrt-notice")).to_have_count(0)


def test_the_developer_tools_say_it_too(open_small_app, expected_errors):
    expected_errors += ["fatal error", "The cause of", "out of bounds"]
    page = open_small_app("fatal")
    page.click("#end")
    expect(page.locator(".pyrt-notice")).to_contain_text(ENDED)
    expect(page.locator(".dash-error-card__topbar")).to_contain_text("Python has stopped")
    expect(page.locator(".dash-error-card__list")).to_contain_text("worker has stopped")
    assert violations(page, ".dash-debug-menu__outer") == []
    page.locator(".dash-fe-error-item").first.press(" ")
    expect(page.locator(".dash-fe-error-item").first).to_have_attribute("aria-expanded", "true")
