"""Files that are missing, damaged or do not come: the page heals, or says which, and what to do.

Every run tries a tenth of them, chosen by a date that is printed; `make faults` tries all, and
`--faults 92:124 -k sales_dashboard` those that would be tried then from the 92nd on.
"""

import contextlib
import dataclasses
import itertools
import random
import statistics
import sys
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.support.faulty_host import KINDS, FaultyHost, faulty_host
from tests.support.paths import EXAMPLES

SHARE = 10  # of the faults, one in so many is tried in each run
LANES = 2  # pages at a time: each starts an interpreter
LIMIT_S = 15  # until a fault is healed or named, on a machine that does nothing else
PATIENCE_S = 120  # on one that does

# High enough for all that is clicked: the developer tools cover the lower corner.
VIEW: ViewportSize = {"width": 1280, "height": 2000}


@dataclasses.dataclass
class Sign:
    """What shows that an app answers. A click may be done twice, where the page takes long.

    Attributes:
        click: what is clicked.
        answered: true when the callback has run, and figures and table are drawn.
        rules: those of the stylesheets of a page without faults.
    """

    click: str
    answered: str
    rules: str = ""


SIGNS = {
    "counter": Sign("#increment", "Number(document.querySelector('#count').innerText) > 0"),
    "sales_dashboard": Sign(
        "#table button.next-page",
        """
        document.querySelectorAll('#by-product .bars .point').length === 5 &&
        document.querySelectorAll('#by-month .point').length > 0 &&
        Number(document.querySelector('#table .current-page').placeholder) > 1
        """,
    ),
}
# Sites for debugging have developer tools in place of some notices. That Python is started again,
# as on a machine that is too busy, is no message of a file; nor is that a callback takes long.
MESSAGES = """
[...document.querySelectorAll(
  '.pyrt-failure, .pyrt-notice[role=alert], .pyrt-missing, .dash-fe-error__title')]
  .map((element) => element.textContent.trim())
  .filter((text) => text && !/^The callback .* running for [0-9]+ seconds[.]/.test(text))
  .join(' / ')
"""
# The rules of the site's stylesheets, also of those that are drawn from their content: the browser
# takes one that is cut or damaged as it is.
RULES = """
[...document.styleSheets]
  .filter((sheet) => sheet.ownerNode?.matches('link, style[data-pyrt-again]'))
  .flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText))
  .join('\\n').replaceAll(location.origin, '')
"""
READY = "performance.getEntriesByName('pyrt:ready').length > 0"


def pytest_generate_tests(metafunc):
    """Put the date into the name of the test: `--faults DATE` chooses the same faults again."""
    if "chosen" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--faults")
        metafunc.parametrize("chosen", [chosen])
        metafunc.parametrize("name", sorted(SIGNS))


@dataclasses.dataclass
class Visit:
    """A page that is opened while the host fails for one file."""

    path: str
    kind: str
    host: FaultyHost
    began_s: float
    page: Page
    sign: Sign
    is_clicked: bool = False
    seconds: float = 0
    message: str = ""

    def look(self):
        """Whether the page has healed, or says something."""
        self.seconds = time.monotonic() - self.began_s
        with contextlib.suppress(Exception):  # the page is being loaded anew
            self.message = self.page.evaluate(MESSAGES)
            if self.message:
                return True
            if not self.page.evaluate(READY):
                return False
            if not self.is_clicked:
                self.page.click(self.sign.click, timeout=1000)
                self.is_clicked = True
            has_answered = self.page.evaluate(self.sign.answered)
            return has_answered and self.page.evaluate(RULES) == self.sign.rules
        return False

    @property
    def wrong(self):
        """What is wrong with the outcome; "" if nothing is."""
        name = self.path.rpartition("/")[2]
        if self.seconds >= PATIENCE_S:
            return f"{self.path}, {self.kind}: silent"
        if self.message and (self.kind.endswith(" once") or name not in self.message):
            return f"{self.path}, {self.kind}: {self.message}"
        return ""


def start_without_faults(host, browser):
    """The files that a start asks for, also later, and the rules of the page's stylesheets."""
    asked = set()
    page = browser.new_page()
    page.on("request", lambda request: asked.add(request.url.removeprefix(f"{host.address}/")))
    page.goto(f"{host.address}/")
    page.wait_for_function("performance.getEntriesByName('pyrt:complete').length > 0")
    rules = page.evaluate(RULES)
    page.close()
    return sorted(path for path in asked if (host.folder / path).is_file() and path), rules


def choose(faults, chosen):
    """All faults, those of a range of their numbers (from 0), or a tenth of them, by a date."""
    if chosen == "all":
        return faults
    start, colon, end = chosen.partition(":")
    if colon:
        return faults[int(start) : int(end)]
    return random.Random(chosen).sample(faults, len(faults) // SHARE)


def visits(faults, hosts, browser, sign) -> Iterator[Visit]:
    """Open a page for each fault, some at a time; yields each that is over."""
    waiting, free, running = iter(faults), list(hosts), []
    while True:
        for path, kind in itertools.islice(waiting, len(free)):
            host = free.pop()
            host.fail(path, kind)
            page = browser.new_context(viewport=VIEW).new_page()
            running.append(Visit(path, kind, host, time.monotonic(), page, sign))
            page.goto(f"{host.address}/", wait_until="commit")
        if not running:
            return
        for visit in list(running):
            if visit.look() or visit.seconds > PATIENCE_S:
                running.remove(visit)
                free.append(visit.host)
                visit.page.context.close()
                yield visit
        time.sleep(0.05)


def summary(name, done):
    """One line of figures."""
    seconds = sorted(visit.seconds for visit in done)
    named = sum(bool(visit.message) for visit in done)
    wrong = sum(bool(visit.wrong) for visit in done)
    return (
        f"{name}: {len(done)} faults, {len(done) - named} without a message, {named} with one, "
        f"{wrong} wrong; median {statistics.median(seconds):.1f} s, longest {seconds[-1]:.1f} s, "
        f"{sum(each > LIMIT_S for each in seconds)} above {LIMIT_S} s\n"
    )


@pytest.mark.quiet
def test_each_fault_is_healed_or_named(built_site, browser, chosen, capsys, name):
    """A host that fails once is no reason for a message; any other names the file, or is healed."""
    site = built_site(EXAMPLES / name / "app.py", "--debug")
    with contextlib.ExitStack() as stack:
        hosts = [stack.enter_context(faulty_host(site)) for _ in range(LANES)]
        files, rules = start_without_faults(hosts[0], browser)
        faults = [(file, kind) for file in files for kind in KINDS]
        faults = choose(faults, chosen)
        sign = dataclasses.replace(SIGNS[name], rules=rules)
        done = []
        for visit in visits(faults, hosts, browser, sign):
            done.append(visit)
            outcome = visit.message.replace("\n", " ") or "healed"
            line = f"{visit.seconds:5.1f} s  {visit.path}, {visit.kind}: {outcome}\n"
            with capsys.disabled():  # at once: a run of all takes minutes
                sys.stdout.write(line)
                sys.stdout.flush()
    with capsys.disabled():
        sys.stdout.write(summary(name, done))
    wrong = [visit.wrong for visit in done if visit.wrong]
    assert len(done) == len(faults)
    assert not wrong, "\n".join(wrong)
