"""What ends jobs early: cancel, a newer call, removed outputs, leaving a page, a reload."""

import re

from playwright.sync_api import expect

from tests.support.waiting import shows

ANY_STEP = re.compile("^step")  # of a server's progress only what is new at a poll is seen


def test_components_that_come_later_have_jobs_as_well(open_background):
    """S-43, S-122, S-123; Dash's test 007."""
    page = open_background("inserted_components")
    page.click("#show")
    shows(page, "state", "idle")
    page.click("#start")
    expect(page.locator("#state")).to_have_text(ANY_STEP)
    page.click("#cancel")
    shows(page, "state", "idle")
    shows(page, "result", "nothing")
    page.click("#start")
    shows(page, "result", "done with hello")
    shows(page, "state", "idle")


def test_a_job_ends_with_its_outputs(open_background):
    """S-78: and the same components, inserted again, are in their initial state."""
    page = open_background("inserted_components")
    page.click("#show")
    page.click("#start")
    expect(page.locator("#state")).to_have_text(ANY_STEP)
    page.click("#hide")
    expect(page.locator("#state")).to_have_count(0)
    page.click("#show")
    shows(page, "state", "idle")
    page.click("#start")
    shows(page, "result", "done with hello")


def test_cancel_inputs_may_be_on_the_page_or_around_all_pages(open_background):
    """S-123; Dash's test 016."""
    page = open_background("two_pages")
    for number in (1, 2):
        for button in ("#cancel-all", f"#cancel-{number}"):
            page.click(f"#start-{number}")
            shows(page, f"state-{number}", "running")
            page.click(button)
            shows(page, f"state-{number}", "idle")
            shows(page, f"result-{number}", "nothing")
        if number == 1:
            page.click("#to-two")


def test_leaving_a_page_ends_its_jobs(open_background):
    """S-78: `running` props outside of the page are off, and a worker is free for the next job."""
    page = open_background("two_pages")
    page.click("#start-1")
    shows(page, "current-job", "job 1")
    page.click("#to-two")
    shows(page, "current-job", "no job")
    page.click("#quick-2")
    shows(page, "quick-result-2", "quick 1")


def test_a_reload_ends_all_jobs(open_background):
    """S-181."""
    page = open_background("two_pages")
    page.click("#start-1")
    shows(page, "state-1", "running")
    page.reload()
    shows(page, "state-1", "idle")
    page.click("#quick-1")
    shows(page, "quick-result-1", "quick 1")


def test_a_newer_call_ends_the_older_job(open_background):
    """S-124: the first would take a minute."""
    page = open_background("overlap")
    page.click("#again")
    shows(page, "again-shown", "run 1")
    page.click("#again")
    shows(page, "again-shown", "run 2")
    shows(page, "again-state", "running")
    shows(page, "again-result", "result 2")
    shows(page, "again-shown", "-")
    shows(page, "again-state", "idle")


def job(page, part, number):
    return page.locator(f"""[id='{{"{part}":{number}}}']""")


def test_several_jobs_run_at_once_and_all_end(open_background):
    """They start in order, one for each worker; the others wait."""
    page = open_background("overlap")
    for n in range(6):
        job(page, "start", n).click()
    expect(job(page, "shown", 0)).to_have_text("begun")
    expect(job(page, "shown", 1)).to_have_text("begun")
    expect(job(page, "result", 0)).to_have_text("done 1")
    for n in range(6):
        expect(job(page, "result", n)).to_have_text("done 1", timeout=60_000)


def test_cancel_ends_jobs_that_run_and_jobs_that_wait(open_background):
    """S-123: any number of them; and a later job finds a worker at once."""
    page = open_background("overlap")
    for n in range(6):
        job(page, "start", n).click()
    expect(job(page, "shown", 0)).to_have_text("begun")
    page.click("#stop")
    expect(page).to_have_title("Dash")
    job(page, "start", 5).click()
    expect(job(page, "result", 5)).to_have_text("done 2")
    for n in range(5):
        expect(job(page, "result", n)).to_have_text("-")
