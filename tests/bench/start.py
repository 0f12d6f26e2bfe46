"""How long until a site answers: cold and warm, on loopback and on a shaped line.

    .venv/bin/python -m tests.bench.start [--quick] [--only loopback|shaped] [--apps trivial,plotly]

Ready is, for us, the mark `pyrt:ready` (the initial callbacks have run); for a bare Pyodide, the
first result of Python; for a real Dash, served or in Pyodide, the first callback's text in the
page. Each start has a fresh profile; the warm one is the second visit of the same profile. All
sides of a row take turns.
"""

import argparse
import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.bench import chrome, sites
from tests.bench.host import hosting
from tests.bench.link import Line, measured, reached_through, shaped
from tests.bench.results import Rows

READY = "performance.getEntriesByName('pyrt:ready').length > 0"
MARKS = """
Object.fromEntries(performance.getEntriesByType("mark").filter(({name}) => name.startsWith("pyrt:"))
  .map(({name, startTime}) => [name.slice(5), startTime]))
"""
SEEN = """
(() => {
  const look = () => {
    const found = document.querySelector("#out, .gtitle");
    if (found && found.textContent === "clicked 0") performance.mark("pyrt:ready");
    else requestAnimationFrame(look);
  };
  look();
})();
"""
STAGES = ("paint", "python", "app", "ready")
LINES = {"loopback": Line, "shaped": shaped}


@dataclass(slots=True)
class Start:
    """One visit: milliseconds after navigation by mark, and what came over the line."""

    marks: dict[str, float]
    received: int


@dataclass(slots=True)
class Site:
    """A folder or a server, and the starts seen of it."""

    port: int
    foreign: bool = False
    cold: list[Start] = field(default_factory=list)
    warm: list[Start] = field(default_factory=list)

    def times(self, visit: str, mark: str = "ready") -> list[float]:
        """Milliseconds to a mark, one for each start that reached it."""
        starts: list[Start] = getattr(self, visit)
        return [start.marks[mark] for start in starts if mark in start.marks]


def visited(context: BrowserContext, address: str, line: Line) -> Start:
    """One visit until ready."""
    before = line.received
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.wait_for_function(READY, timeout=180_000)
    marks = page.evaluate(MARKS)
    received = line.received - before
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)  # what was compiled is written to the cache a little later
    page.close()
    return Start(marks, received)


def visit_twice(site: Site, line: Line) -> None:
    """A first and a second visit in a fresh profile."""
    with chrome.open_profile() as profile, contextlib.ExitStack() as stack:
        address = f"http://127.0.0.1:{site.port}/"
        if line.rate:
            address = stack.enter_context(reached_through(line, site.port))
        if site.foreign:
            profile.add_init_script(SEEN)
        site.cold.append(visited(profile, address, line))
        site.warm.append(visited(profile, address, line))


@contextlib.contextmanager
def all_sites(apps: list[str]) -> Iterator[dict[str, Site]]:
    """Everything that is compared, built and served."""
    own = {
        "trivial": sites.APPS / "trivial.py",
        "plotly": sites.APPS / "plotly_app.py",
        "sales": sites.SALES,
        "gallery": sites.GALLERY,
    }
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        work, found = Path(scratch), {}

        def served(folder: Path, *, foreign: bool = False) -> Site:
            return Site(stack.enter_context(hosting(folder)).port, foreign)

        found["bare"] = served(sites.bare(work / "bare"))
        for name in apps:
            sites.note(f"building {name}")
            built = sites.build(own[name], work / name)
            found[name] = served(built)
            if name in {"plotly", "sales"}:
                module = "graph_objects" if name == "plotly" else "express"
                wheels = sites.wheels_of(built)
                stock = sites.bare(work / f"{name}-stock", wheels, f"import plotly.{module}")
                found[f"{name} stock"] = served(stock)
            if name in {"trivial", "plotly"}:
                pyodide = sites.dash_in_pyodide(own[name], work / f"{name}-dash")
                if pyodide:
                    found[f"{name} Dash in Pyodide"] = served(pyodide, foreign=True)
                port = stack.enter_context(sites.dash_server(own[name]))
                found[f"{name} Dash server"] = Site(port, foreign=True)
        yield found


LIMITS = {
    # product.md, section 4, and issue 6: (app, yardstick, visit) -> ratio
    ("plotly", "bare", "cold"): 0.7,
    ("plotly", "bare", "warm"): 0.6,
    ("plotly", "Dash in Pyodide", "cold"): 0.2,
    ("sales", "bare", "cold"): 1.0,
}
YARDSTICKS = {
    "bare": "bare loadPyodide()",
    "stock": "stock Pyodide, the same wheels, import",
    "Dash in Pyodide": "Dash in Pyodide",
    "Dash server": "Dash server, same line",
}


def report(rows: Rows, found: dict[str, Site], apps: list[str], network: str) -> None:
    """All comparisons of one network."""
    for visit in ("cold", "warm"):
        for name in apps:
            ours = found[name].times(visit)
            for key, text in YARDSTICKS.items():
                site = found["bare"] if key == "bare" else found.get(f"{name} {key}")
                if site is None:
                    continue
                limit = LIMITS.get((name, key, visit))
                figure = f"ready, {visit}, {network}: {name}"
                theirs = site.times(visit)
                rows.compare(figure, ours, text, theirs, limit=limit, budget=limit is not None)
    for name in apps:
        for mark in STAGES[:-1]:
            rows.add(f"mark {mark}, cold, {network}: {name}", found[name].times("cold", mark))
        if network == "shaped":
            for visit in ("cold", "warm"):
                megabytes = [start.received / 1e6 for start in getattr(found[name], visit)]
                rows.add(f"received before ready, {visit}: {name}", megabytes, unit="MB")
    if network == "shaped":
        megabytes = [start.received / 1e6 for start in found["bare"].cold]
        rows.add("received before ready, cold: bare loadPyodide()", megabytes, unit="MB")


def run(apps: list[str], networks: list[str], runs: int) -> None:
    """Measure and write."""
    with all_sites(apps) as found:
        for network in networks:
            rows = Rows(f"start-{network}")
            line = LINES[network]()
            if line.rate:
                with chrome.open_profile() as profile:
                    round_trip, rate = measured(line, profile.new_page())
                rows.add("the line: a tiny fetch in a worker", [round_trip], note="40 ms asked")
                rows.add("the line: rate", [rate], unit="Mbit/s", note="20 Mbit/s asked")
            for site in found.values():
                site.cold.clear()
                site.warm.clear()
            for turn in range(runs):
                for name, site in found.items():
                    visit_twice(site, LINES[network]())
                    cold, warm = site.cold[-1].marks["ready"], site.warm[-1].marks["ready"]
                    sites.note(f"{network} {turn + 1}/{runs} {name}: {cold:.0f}, {warm:.0f}")
            report(rows, found, apps, network)
            rows.write()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="how long until a site answers")
    parser.add_argument("--quick", action="store_true", help="two starts of each kind")
    parser.add_argument("--runs", type=int, help="starts of each kind")
    parser.add_argument("--only", choices=list(LINES), action="append")
    parser.add_argument("--apps", default="trivial,plotly,sales,gallery")
    given = parser.parse_args()
    runs = given.runs or (2 if given.quick else 5)
    apps = given.apps.split(",")
    if given.quick and "gallery" in apps:
        apps.remove("gallery")
    try:
        run(apps, given.only or list(LINES), runs)
    finally:
        chrome.stop()


if __name__ == "__main__":
    main()
