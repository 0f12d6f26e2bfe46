"""What a page holds, and how fast it starts and answers, against pyrt before it ran without JSPI.

    .venv/bin/python -m benchmarks.memory [--quick]

Memory is resident, of the process with the page and its worker, when the page is ready: in
Chromium without a debugger, which would keep a copy of each response. The floor is a bare
`loadPyodide()`. Sites of the commit `BEFORE` are made by a checkout of it and opened in turns with
those of today. WebKit's rows are missing where the machine has no WebKitGTK (Debian's
webkit2gtk-driver and xvfb).
"""

import argparse
import contextlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import clicks, sites
from benchmarks.builds import Side, checkout_before, python_of
from benchmarks.chrome import open_profile
from benchmarks.host import hosting
from benchmarks.measurements import Rows
from benchmarks.start import READY, wait_for_marks
from tests.support.engines import missing, open_engine
from tests.support.paths import EXAMPLES

# The state when the goal was set: pyrt starts with JSPI only, and gives no memory back.
BEFORE = "0aca470"
APPS = ("counter", "sales_dashboard", "penguins")
LIMIT_AGAINST_BEFORE = 0.7  # docs/figures.md says what the counter consists of
BARE = "a bare loadPyodide()"
LIMIT_AGAINST_BARE = 1.25
LIMIT_WEBKIT = 1.25
LIMIT_SLOWER = 1.1
CLICKS = 104
READY_S = 120
MEGABYTE = 1 << 20


@dataclass(slots=True)
class Starts:
    """The first visits of a site, each in a new browser: MB and ms when it was ready."""

    address: str
    megabytes: list[float] = field(default_factory=list)
    ready_ms: list[float] = field(default_factory=list)

    def add(self) -> None:
        """Visit it once more."""
        with open_profile() as profile:
            tab = profile.new_tab()
            tab.goto(self.address)
            self.ready_ms.append(wait_for_marks(tab)["ready"])
            self.megabytes.append(profile.page_memory() / MEGABYTE)


def in_webkit(address: str) -> float:
    """Open a page in a new WebKit, and give the MB of its process at the moment it is ready."""
    with open_engine("webkit") as browser:
        browser.goto(address)
        if not browser.wait(READY, READY_S):
            raise SystemExit(f"{address} was not ready in WebKit after {READY_S} s")
        return browser.page_memory() / MEGABYTE


def measure_starts(rows: Rows, found: Mapping[str, Starts], count: int) -> None:
    """Visit everything in turns: memory, and time until ready."""
    for turn in range(count):
        sites.note(f"starts, turn {turn + 1}/{count}")
        for starts in found.values():
            starts.add()
    before = f"pyrt at {BEFORE}"
    for app in APPS:
        now, then = found[app], found[f"{app} before"]
        rows.compare(
            f"{app}: memory of the page's process, ready",
            now.megabytes,
            before,
            then.megabytes,
            unit="MB",
            limit=LIMIT_AGAINST_BEFORE,
        )
        rows.compare(f"{app}: ready, cold", now.ready_ms, before, then.ready_ms, limit=LIMIT_SLOWER)
    rows.compare(
        "counter: memory of the page's process, ready",
        found["counter"].megabytes,
        BARE,
        found["bare"].megabytes,
        unit="MB",
        limit=LIMIT_AGAINST_BARE,
    )
    rows.compare(
        f"the floor: memory of the page's process, ready, {BARE}",
        found["bare"].megabytes,
        f"the counter of {before}",
        found["counter before"].megabytes,
        unit="MB",
    )


def measure_clicks(rows: Rows, addresses: Mapping[str, str], count: int) -> None:
    """Click a trivial callback of both sides in turns."""
    with open_profile() as profile:
        pages = {name: clicks.opened(profile, each, "#out") for name, each in addresses.items()}
        sides = {name: (tab, "#button", "#out") for name, tab in pages.items()}
        times = clicks.in_turns(sides, count, turns=8)
    figure = "click -> Python -> DOM, with JSPI"
    rows.compare(figure, times["now"], f"pyrt at {BEFORE}", times["before"], limit=LIMIT_SLOWER)


def measure_webkit(rows: Rows, found: Mapping[str, Starts], count: int) -> None:
    """WebKit's memory against Chromium's of the same run."""
    for app in APPS:
        sites.note(f"{app} in WebKit")
        webkit = [in_webkit(found[app].address) for _ in range(count)]
        rows.compare(
            f"{app}: memory of the page's process, ready, WebKit",
            webkit,
            "Chromium",
            found[app].megabytes,
            unit="MB",
            limit=LIMIT_WEBKIT,
        )
    sites.note(f"{BARE} in WebKit")
    rows.compare(
        f"the floor: memory of the page's process, ready, {BARE}, WebKit",
        [in_webkit(found["bare"].address) for _ in range(count)],
        "Chromium",
        found["bare"].megabytes,
        unit="MB",
    )


def main() -> None:
    """Build both sides, and measure them in turns."""
    parser = argparse.ArgumentParser(description="memory, start and click against before")
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    quick = parser.parse_args().quick
    count = 2 if quick else 5
    rows = Rows("memory")
    checkout = checkout_before(BEFORE)
    apps = {name: EXAMPLES / name / "app.py" for name in APPS} | {"echo": sites.APPS / "echo.py"}
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        work = Path(name)
        cache = sites.CACHE / f"cache-{BEFORE}"
        cache.mkdir(parents=True, exist_ok=True)
        then = Side(checkout, python_of(checkout), cache)
        found = {"bare": Starts(stack.enter_context(hosting(sites.bare(work / "bare"))).address)}
        for app, source in apps.items():
            sites.note(f"building {app}")
            then.build(source, work / f"{app} before", "--rehearsal=require")
            sites.build(source, work / app)
            for site in (f"{app} before", app):
                found[site] = Starts(stack.enter_context(hosting(work / site)).address)
        echo = {"before": found.pop("echo before").address, "now": found.pop("echo").address}
        measure_starts(rows, found, count)
        measure_clicks(rows, echo, CLICKS // 2 if quick else CLICKS)
        if not missing("webkit"):
            measure_webkit(rows, found, count)


if __name__ == "__main__":
    main()
