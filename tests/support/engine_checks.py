"""What each browser has to do, for the tests in `browsers/` and the matrix of `make browsers`.

A check uses the page as a user would. It gives the text of its cell in docs/browsers.md, "yes"
where there is no more to say, and raises AssertionError if the browser does not do what it should.
"""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from tests.support.engine_sites import Host
from tests.support.engines_base import Engine

READY_S = 90
_SLEEPS = 5  # at most
_STATE = """(async () => {
  const { ready, failed, abilities } = window.__pyrt__ ?? {};
  if (!ready) return null;
  const late = new Promise((resolve) => setTimeout(resolve, 200, null));
  const outcomes = [ready.then(() => "ready"), failed.then(({ message }) => message), late];
  const state = await Promise.race(outcomes);
  return state && { state, abilities };
})()"""
_WITHOUT_SNAPSHOT = "starting without the site's snapshot"
_WHAT_TO_WRITE = "Write `await work()` in place of"


class Visit:
    """One browser that visits the sites of a host."""

    def __init__(self, browser: Engine, host: Host, folder: Path) -> None:
        self.browser = browser
        self.host = host
        self.folder = folder  # for files of the visit
        self.switching = False

    def open(self, site: str) -> None:
        """Open a site, and wait until its initial callbacks have run."""
        self.browser.goto(f"{self.host.address}/{site}/")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        found = self.browser.wait(_STATE, READY_S)
        assert found, f"the page was not ready after {READY_S} s"
        assert found["state"] == "ready", found["state"]
        self.switching = found["abilities"]["switching"]

    def clicks(self, name: str, text: str, seconds: float = 30) -> str:
        """Click a button of the app `abilities`, and wait for a text beside it; "yes"."""
        self.browser.click(f"#{name}-go")
        return self.shows(name, text, seconds)

    def shows(self, element: str, text: str, seconds: float = 30) -> str:
        shown = self.browser.shows(f"#{element}", text, seconds)
        assert text in shown, f"{element} shows {shown!r}, not {text!r}"
        return "yes"


def starts_without_snapshot(visit: Visit) -> str:
    visit.open("plain")
    return "yes"


def keeps_events_of_the_first_frame(visit: Visit) -> str:
    """Clicks before Python is there are answered, in the site of the checks that follow."""
    visit.host.python.clear()
    visit.browser.goto(f"{visit.host.address}/abilities/")
    visit.shows("count", "clicks: 0")
    for _ in range(2):
        visit.browser.click("#count-go")
    visit.shows("count", "clicks: 0")  # Python is not there
    visit.host.python.set()
    visit.wait_until_ready()
    return visit.shows("count", "clicks: 2")


def uses_the_snapshot(visit: Visit) -> str:
    notes = [text for text in visit.browser.logged("warn") if _WITHOUT_SNAPSHOT in text]
    assert not notes, notes
    return "yes"


def answers_a_click(visit: Visit) -> str:
    return visit.clicks("count", "clicks: 3")


def calls_clientside_functions(visit: Visit) -> str:
    return visit.clicks("local", "local 1")


def answers_typing(visit: Visit) -> str:
    visit.browser.type("#typed", "héllo")
    return visit.shows("echo", "typed: héllo")


def draws_a_figure(visit: Visit) -> str:
    drawn = "document.querySelectorAll('#figure .main-svg').length > 0"
    assert visit.browser.wait(drawn), "no figure was drawn"
    return "yes"


def sleeps(visit: Visit) -> str:
    """A busy machine wakes it later, never sooner."""
    visit.clicks("sleep", "sleep 1: ")
    shown = visit.browser.text("#sleep")
    assert int(shown.removeprefix("sleep 1: ").removesuffix(" s")) >= 1, shown
    return "yes"


def answers_others_during_a_sleep(visit: Visit) -> str:
    """Without stack switching, others wait until the sleep is over.

    On a busy machine the second click may come when it is over: then both are clicked again.
    """
    browser = visit.browser
    for number in range(1, _SLEEPS + 1):
        browser.click("#sleep-go")
        visit.clicks("meanwhile", f"answered {number}")
        is_asleep = f"sleep {number + 1}: " not in browser.text("#sleep")
        visit.shows("sleep", f"sleep {number + 1}: ")
        if is_asleep or not visit.switching:
            return "at once" if is_asleep else "after it"
    raise AssertionError(f"others were answered after each of {_SLEEPS} sleeps")


def waits_by_asyncio_run(visit: Visit) -> str:
    return _waits(visit, "run")


def waits_by_run_sync(visit: Visit) -> str:
    return _waits(visit, "wait")


def _waits(visit: Visit, name: str) -> str:
    visit.clicks(name, "worked" if visit.switching else _WHAT_TO_WRITE)
    return "yes" if visit.switching else "message"


def awaits(visit: Visit) -> str:
    return visit.clicks("later", "worked worked")


def sends_http(visit: Visit) -> str:
    return visit.clicks("http", "1,2")


def runs_jobs(visit: Visit) -> str:
    visit.clicks("job", "job 1 is done", READY_S)
    return "yes"


def cancels_jobs(visit: Visit) -> str:
    browser = visit.browser
    browser.click("#job-go")
    begun = (
        "document.querySelector('#job-go').disabled && +document.querySelector('#bar').value > 3"
    )
    assert browser.wait(begun, READY_S), "the job did not begin"
    browser.click("#stop-go")
    assert browser.wait("!document.querySelector('#job-go').disabled"), "the job goes on"
    assert browser.text("#job") == "job 1 is done"
    return "yes"


def downloads(visit: Visit) -> str:
    visit.browser.click("#save")
    end = time.monotonic() + 15
    while "saved.txt" not in (found := visit.browser.downloaded()):
        assert time.monotonic() < end, f"downloaded: {found}"
        time.sleep(0.1)
    return "yes"


def uploads(visit: Visit) -> str:
    file = visit.folder / "opened.txt"
    file.write_text("text of the user", encoding="utf-8")
    visit.browser.set_files("#opened input[type=file]", file)
    return visit.shows("content", "opened.txt: text of the user")


def logs_no_errors(visit: Visit) -> str:
    errors = visit.browser.logged("error")
    assert not errors, errors
    return "yes"


def follows_links(visit: Visit) -> str:
    """Pages, by links of the app and by the browser's own way back."""
    browser = visit.browser
    visit.open("pages")
    home = browser.evaluate("location.pathname")
    for name in ("venus", "mars"):
        link = f"a[href$='/planet/{name}']"
        browser.click(link)
        assert "Radius" in browser.shows("body", "Radius"), browser.text()
        assert browser.wait(f"location.pathname.endsWith('/planet/{name}')")
        browser.back()
        assert browser.wait(f"location.pathname === {json.dumps(home)}"), "not home again"
        shown = f"document.querySelector({json.dumps(link)}) !== null"
        assert browser.wait(shown), browser.text()
    return "yes"


def types_into_a_chain(visit: Visit) -> None:
    """Types into the example `converter`: each key runs a chain of callbacks. In CI, no column."""
    browser = visit.browser
    visit.open("converter")
    visit.shows("sentence", "1 metre = 3.28084 foot")
    browser.click("#amount")
    browser.press("End", "2", "5")
    visit.shows("sentence", "125 metre = 410.105 foot")
    browser.press("Backspace")
    visit.shows("sentence", "12 metre = 39.3701 foot")
    browser.click("#quantity label:nth-of-type(2) input")
    visit.shows("sentence", "12 kilogram = 26.4555 pound")
    visit.shows("inverse", "1 pound = 0.453592 kilogram")


def calls_the_bridge(visit: Visit) -> str:
    visit.open("served")
    return visit.clicks("marked", "server 1")


# Column of docs/browsers.md -> check, in the order in which they use the browser.
CHECKS: Mapping[str, Callable[[Visit], str]] = MappingProxyType(
    {
        "without snapshot": starts_without_snapshot,
        "first frame": keeps_events_of_the_first_frame,
        "snapshot": uses_the_snapshot,
        "click": answers_a_click,
        "clientside": calls_clientside_functions,
        "typing": answers_typing,
        "figure": draws_a_figure,
        "async": awaits,
        "sleep": sleeps,
        "others during it": answers_others_during_a_sleep,
        "asyncio.run": waits_by_asyncio_run,
        "run_sync": waits_by_run_sync,
        "HTTP": sends_http,
        "background": runs_jobs,
        "cancel": cancels_jobs,
        "download": downloads,
        "upload": uploads,
        "no errors": logs_no_errors,
        "pages": follows_links,
        "bridge": calls_the_bridge,
    }
)


def run_checks(visit: Visit) -> tuple[dict[str, str], dict[str, str]]:
    """Give the cells of the checks that went well, and what was wrong with the others."""
    cells: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for column, check in CHECKS.items():
        try:
            cells[column] = check(visit)
        except Exception as error:  # noqa: BLE001  # of the driver as well
            wrong[column] = f"{type(error).__name__}: {error}"
    return cells, wrong
