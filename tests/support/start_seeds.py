"""What is done while Python starts, on a slow machine, many times: none of it may be lost.

python -m tests.support.start_seeds --rates 4 8 --seeds 10 [--first 0] [--minutes 9] [NAME ...]

Each seed chooses the moments of ten actions in an example whose page has its processor throttled
(Chromium throttles the page's thread, not its workers). The outcome is compared with that of the
same actions on a page that is ready. Every seed is one line, and the last line counts them; the
exit code is 1 if any differs, and 3 if the time was up before all were tried.
"""

import argparse
import itertools
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.support.built_sites import BuiltSites
from tests.support.chromium import FLAGS_OF_TESTS, executable
from tests.support.paths import EXAMPLES
from tests.support.shaping import shaped_server
from tests.support.start_actions import (
    ACTIONS,
    VIEW,
    Outcome,
    act_when_ready,
    act_while_it_starts,
    outcome,
)

SITES = Path(".cache/test-sites")
# What the user's clicks have hit: one that misses, because the page has moved, is not lost.
WATCH_CLICKS = """
window.clicked = [];
addEventListener("click", ({ target, isTrusted }) => {
  const { id } = target.closest("[id]") ?? {};
  if (isTrusted) clicked.push(`${target.localName} in #${id} ${target.textContent.slice(0, 20)}`);
}, true);
"""
PATIENCE_S = 30  # for the answers and drawings that are on their way


def _outcome_when_ready(browser: Browser, site: Path, name: str) -> Outcome:
    """What the actions lead to on a page that is ready, when it has not changed for a second."""
    page = browser.new_context(viewport=VIEW).new_page()
    with shaped_server(site, mbit_per_s=1000, latency_ms=0) as address:
        act_when_ready(page, address, name)
        before, found = None, outcome(page, name)
        while before != found:
            page.wait_for_timeout(1000)
            before, found = found, outcome(page, name)
    page.context.close()
    return found


@dataclass(frozen=True)
class Case:
    """One start: the moments of its actions, and how slow its page is."""

    name: str
    rate: float
    seed: int


def _outcome_of_start(page: Page, site: Path, expected: Outcome, case: Case) -> Outcome:
    """What the actions lead to while the page starts."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": case.rate})
    with shaped_server(site) as address:
        act_while_it_starts(page, address, case.name, random.Random(repr(case)))
        end_s = time.monotonic() + PATIENCE_S
        while (found := outcome(page, case.name)) != expected and time.monotonic() < end_s:
            page.wait_for_timeout(200)
    return found


def _try(browser: Browser, site: Path, expected: Outcome, case: Case) -> str:
    """What differs; "" if nothing does."""
    page = browser.new_context(viewport=VIEW).new_page()
    page.add_init_script(WATCH_CLICKS)
    try:
        changes, text = _outcome_of_start(page, site, expected, case)
        clicked = page.evaluate("window.clicked")
    except Error as error:
        return f"not over: {str(error).splitlines()[0]}"
    finally:
        page.context.close()
    if changes != expected[0]:
        return f"Python got {changes}, not {expected[0]}; clicks have hit {clicked}"
    return "" if text == expected[1] else f"the page shows {text!r}, not {expected[1]!r}"


def _say(line: str) -> None:
    """Write a line at once: a run takes minutes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Try them; see the module."""
    parser = argparse.ArgumentParser(description="What is done while Python starts, many times.")
    parser.add_argument("names", nargs="*", help="examples; all by default")
    parser.add_argument("--rates", nargs="+", type=float, default=[4.0, 8.0])
    parser.add_argument("--seeds", type=int, default=10, help="how many for each app and rate")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--minutes", type=float, default=60.0, help="none is begun later")
    asked = parser.parse_args()
    unknown = sorted({*asked.names} - {*ACTIONS})
    if unknown:
        parser.error(f"no such examples: {', '.join(unknown)}; there are {', '.join(ACTIONS)}")
    end_s = time.monotonic() + 60 * asked.minutes
    names = asked.names or list(ACTIONS)
    tried, differing, left = 0, 0, 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS_OF_TESTS)
        sites = BuiltSites(SITES)
        built = {name: sites.site(EXAMPLES / name / "app.py", "--debug") for name in names}
        expected: dict[str, Outcome] = {}
        for seed in range(asked.first, asked.first + asked.seeds):
            for name, rate in itertools.product(names, asked.rates):
                if time.monotonic() > end_s:
                    left += 1
                    continue
                if name not in expected:
                    expected[name] = _outcome_when_ready(browser, built[name], name)
                wrong = _try(browser, built[name], expected[name], Case(name, rate, seed))
                tried, differing = tried + 1, differing + bool(wrong)
                _say(f"{name} x{rate:g} seed {seed}: {wrong or 'the same'}")
        browser.close()
    _say(f"{tried} tried, {differing} differ, {left} not tried for want of time")
    return 1 if differing else 3 if left else 0


if __name__ == "__main__":
    sys.exit(main())
