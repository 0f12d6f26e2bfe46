"""Background callbacks as app developers use them (S-121 to S-126); Dash has the same tests."""

import pytest
from playwright.sync_api import expect

from tests.support.waiting import shows


@pytest.fixture
def app(open_background):
    return open_background("basics")


def test_quick_edits_settle_on_the_last_one(app):
    """S-124, S-77; Dash's test 001."""
    shows(app, "echo", "first")
    app.fill("#text", "")
    app.type("#text", "hello world")
    shows(app, "echo", "hello world")
    expect(app).to_have_title("Dash")


def test_running_is_on_while_the_job_runs(app):
    """S-99; Dash's test 002."""
    shows(app, "count-state", "idle")
    app.click("#count")
    shows(app, "count-state", "running")
    shows(app, "count-result", "1 clicks")
    shows(app, "count-state", "idle")
    app.click("#count")
    app.click("#count")
    shows(app, "count-state", "running")
    shows(app, "count-result", "3 clicks")
    shows(app, "count-state", "idle")


def test_a_cancelled_job_updates_nothing_and_the_next_one_runs(app):
    """S-123; Dash's test 003."""
    app.click("#start")
    shows(app, "result", "done with first")
    app.fill("#text", "another")
    app.click("#start")
    shows(app, "state", "running")
    app.click("#cancel")
    shows(app, "state", "idle")
    shows(app, "result", "done with first")
    app.click("#start")
    shows(app, "state", "running")
    shows(app, "result", "done with another")
    shows(app, "state", "idle")


def test_progress_is_shown_at_once_and_reset_by_end_and_cancel(app):
    """S-122, S-123; Dash's tests 004, 009 and 010: short intervals, consumers of progress."""
    shows(app, "progress", "ready")
    app.click("#start")
    shows(app, "progress", "step 2 of 4")
    shows(app, "progress-echo", "seen: step 2 of 4")
    app.click("#cancel")
    shows(app, "progress", "ready")
    shows(app, "result", "nothing")
    for _ in range(2):
        app.click("#start")
        shows(app, "progress", "step 2 of 4")
        shows(app, "progress", "ready")
        shows(app, "result", "done with first")
    shows(app, "progress-echo", "seen: ready")


def test_each_progress_calls_its_consumers_once(app):
    """S-90, S-122; Dash's test 014."""
    app.click("#steps")
    shows(app, "steps-result", "done")
    shows(app, "steps-counted", "2")
    shows(app, "steps-shown", "two")


def test_wildcards_and_the_context_are_those_of_the_trigger(app):
    """S-110, S-126; Dash's tests 011 and 012."""
    for n in range(3):
        button = app.get_by_role("button", name=f"Row {n}")
        for _ in range(n + 1):
            button.click()
        wanted = f'row {n} of 3: {n + 1}, [\'{{"kind":"row","n":{n}}}.n_clicks\']'
        shows(app, "row-result", wanted)
    shows(app, "row-state", "idle")


def test_a_state_may_stand_before_an_input(app):
    """S-3; Dash's test 013."""
    app.click("#unordered")
    shows(app, "unordered-result", "from the store: 1")


def test_one_function_may_be_the_job_of_two_callbacks(app):
    """Dash's test 015."""
    for n in (1, 2):
        app.click(f"#twin-{n}")
        shows(app, f"twin-result-{n}", f"twin {n}")


def test_set_props_is_shown_while_the_job_runs(app):
    """S-89, S-91; Dash's test 017."""
    app.click("#set")
    shows(app, "aside", "first")
    expect(app.locator("#aside")).to_have_css("background-color", "rgb(255, 0, 0)")
    shows(app, "set-result", "before")
    shows(app, "set-result", "after")
    shows(app, "aside", "second")
    app.click("#set-only")
    shows(app, "only-aside", "begun")
    shows(app, "only-aside", "ended")


def test_a_job_sees_the_cookies_of_the_moment(app):
    """S-113, S-126; Dash's test 019."""
    app.click("#bake")
    shows(app, "baked", "baked")
    app.click("#taste")
    shows(app, "tasted", "tastes of cinnamon")


def test_a_coroutine_runs_as_a_job(app):
    """S-126."""
    app.click("#coroutine")
    shows(app, "coroutine-result", "awaited 1")


def test_items_without_an_update_keep_their_value(app):
    """S-52; the second half of Dash's test 008."""
    for clicks in (1, 2, 3):
        app.click("#several")
        for n in range(3):
            shows(app, f"several-{n}", str(n) if n < clicks else "-")


def test_an_exception_is_reported_and_the_app_still_answers(app, expected_errors):
    """S-126, S-62, S-52; Dash's test 008."""
    expected_errors += ["the second click is one too many", "status of 500"]
    told = []
    app.on("console", lambda m: told.append(m.text) if "Callback error" in m.text else None)

    def click():
        app.click("#fail")
        expect(app.locator("#fail")).to_be_disabled()
        expect(app.locator("#fail")).to_be_enabled()

    for clicks, shown in ((1, 1), (2, 1), (3, 1), (4, 4)):
        click()
        shows(app, "fail-result", f"click {shown}")
        assert len(told) == (clicks > 1)
    assert "BackgroundCallbackError: An error occurred inside a background callback: " in told[0]
    assert "in fail" in told[0]


def test_a_job_that_crashes_is_reported_and_the_next_one_runs(app, expected_errors):
    """Only the interpreter of the job ends."""
    expected_errors += ["Callback error updating crash-result", "status of 500"]
    expected_errors += ["fatal error", "memory access"]  # of Pyodide
    app.click("#crash")
    expect(app.locator("#crash")).to_be_disabled()
    expect(app.locator("#crash")).to_be_enabled()
    shows(app, "crash-result", "nothing")
    app.click("#crash")
    shows(app, "crash-result", "click 2")


NO_JOB_WORKER = """
window.Worker = class extends Worker {
  constructor(url, options) {
    super(options.name === "pyrt job" ? "nothing-there.js" : url, options);
  }
};
"""


def test_a_job_without_a_worker_is_reported(sites, page, background_apps):
    """For any reason; here its script is missing."""
    page.add_init_script(NO_JOB_WORKER)
    page.goto(sites(background_apps / "basics.py"))
    page.wait_for_function("window.__pyrt_ready__")
    with page.expect_console_message(lambda m: "updating fail-result" in m.text) as told:
        page.click("#fail")
    assert "No worker for background callbacks could be started" in told.value.text
    expect(page.locator("#fail")).to_be_enabled()
    shows(page, "fail-result", "nothing")


def test_exceptions_go_to_the_handlers_of_callback_and_app(open_background):
    """S-119, S-126; Dash's test 018."""
    page = open_background("handlers")
    said = "An error occurred inside a background callback: "
    page.click("#own-start")
    expect(page.locator("#own")).to_contain_text(f"its own, for own-start: {said}no luck")
    page.click("#apps-start")
    expect(page.locator("#apps")).to_contain_text(f"the app: {said}bad luck")
    shows(page, "apps-result", "nothing")


def test_a_long_job_at_the_start_keeps_neither_page_nor_build_waiting(
    page, background_apps, built_site, serve_folder
):
    """S-63: the rehearsal ends, and the page is prerendered, ready and answers meanwhile."""
    site = built_site(background_apps / "initial.py")
    assert list(site.glob("pyrt/snapshot-*"))
    page.goto(f"{serve_folder(site)}/")
    shows(page, "shown", "minute 0")
    page.fill("#text", "second")
    shows(page, "echo", "echo of second")
    page.wait_for_function("performance.getEntriesByName('pyrt:ready').length > 0")
    shows(page, "result", "nothing")
