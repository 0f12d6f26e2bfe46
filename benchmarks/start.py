"""How long until a site answers: cold and warm, on loopback and on a shaped line.

    .venv/bin/python -m benchmarks.start [--quick] [--only loopback|shaped] [--apps trivial,plotly]

Ready is, for us, the mark `pyrt:ready` (the initial callbacks have run); for a bare Pyodide, the
first result of Python; for a real Dash, served or in Pyodide, the first callback's text in the
page. Each start has a fresh profile; the warm one is the second visit of the same profile. All
sides of a row take turns; those of the budgets take more of them than the others, and no turn
begins when the time of a network is over. A start that takes longer than LIMIT_S counts as that.

The floor of a start is a page with the same files: the scripts of components run, a worker fetches
the others and, on loopback, compiles the interpreter. No Python runs, and nothing is drawn.
"""

import argparse
import contextlib
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import sites, size
from benchmarks.chrome import Tab, open_profile
from benchmarks.host import hosting, wait_until_quiet
from benchmarks.measurements import Rows
from benchmarks.slow_network import Line, measured, reached_through, shaped

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
LIMIT_S = 60
QUIET_S = 2
STAGES = ("paint", "python", "app", "ready")
LINES = {"loopback": Line, "shaped": shaped}


@dataclass(slots=True)
class Start:
    """One visit: milliseconds after navigation by mark, and what came over the line."""

    marks: dict[str, float]
    received: int


@dataclass(slots=True)
class Site:
    """A folder or a server, and the starts seen of it.

    Attributes:
        answered: how many requests so far; always 0 for a Dash server, which gets no request
            after a page has started.
    """

    port: int
    answered: Callable[[], int]
    foreign: bool = False
    turns: int = 1
    cold: list[Start] = field(default_factory=list)
    warm: list[Start] = field(default_factory=list)

    def times(self, visit: str, mark: str = "ready") -> list[float]:
        """Milliseconds to a mark, one for each start that reached it."""
        starts: list[Start] = getattr(self, visit)
        return [start.marks[mark] for start in starts if mark in start.marks]


def visited(tab: Tab, address: str, line: Line) -> Start:
    """One visit until ready."""
    before = line.received
    tab.goto(address)
    marks = wait_for_marks(tab)
    received = line.received - before
    return Start(marks, received)


def wait_for_marks(tab: Tab) -> dict[str, float]:
    """All marks up to ready, which is LIMIT_S where that takes too long."""
    late = {}
    try:
        tab.wait_for(READY, LIMIT_S)
    except TimeoutError:
        late = {"ready": 1000.0 * LIMIT_S}
    marks: dict[str, float] = tab.evaluate(MARKS)
    return {**marks, **late}


def leave(tab: Tab, site: Site, line: Line) -> None:
    """Close it when what comes after the start, and what was compiled, is in the cache."""
    wait_until_quiet(lambda: line.received + site.answered(), QUIET_S, at_most=LIMIT_S)
    tab.close()


def visit_twice(site: Site, line: Line) -> None:
    """A first and a second visit in a fresh profile."""
    with open_profile() as profile, contextlib.ExitStack() as stack:
        address = f"http://127.0.0.1:{site.port}/"
        if line.rate:
            # The floor of a start takes the interpreter as one of the files there.
            address = f"{stack.enter_context(reached_through(line, site.port))}#shaped"
        before = SEEN if site.foreign else ""
        first = profile.new_tab(before)
        site.cold.append(visited(first, address, line))
        leave(first, site, line)
        site.warm.append(visited(profile.new_tab(before), address, line))


@contextlib.contextmanager
def all_sites(apps: list[str], turns: int) -> Iterator[dict[str, Site]]:
    """Everything that is compared, built and served; what the budgets name, `turns` times."""
    own = {
        "trivial": sites.APPS / "trivial.py",
        "plotly": sites.APPS / "plotly_app.py",
        "sales": sites.SALES,
        "gallery": sites.GALLERY,
    }
    some = max(1, turns // 2)
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        work, found = Path(scratch), {}

        def served(folder: Path, turns: int, *, foreign: bool = False) -> Site:
            host = stack.enter_context(hosting(folder))
            return Site(host.port, lambda: host.answered, foreign, turns)

        found["bare"] = served(sites.bare(work / "bare"), turns)
        for name in apps:
            sites.note(f"building {name}")
            built = sites.build(own[name], work / name)
            found[name] = served(built, {"plotly": turns, "gallery": 1}.get(name, some))
            if name in {"plotly", "sales"}:
                floor = floor_site(built, work / f"{name}-floor")
                found[f"{name} floor"] = served(floor, some)
                module = "graph_objects" if name == "plotly" else "express"
                wheels = sites.wheels_of(built)
                stock = sites.bare(work / f"{name}-stock", wheels, f"import plotly.{module}")
                found[f"{name} stock"] = served(stock, some)
            if name == "plotly":
                pyodide = sites.build_dash_in_pyodide(own[name], work / f"{name}-dash")
                found[f"{name} Dash in Pyodide"] = served(pyodide, turns, foreign=True)
            if name in {"trivial", "plotly"}:
                port = stack.enter_context(sites.dash_server(own[name]))
                found[f"{name} Dash server"] = Site(port, lambda: 0, foreign=True, turns=some)
        yield found


def floor_site(built: Path, out: Path) -> Path:
    """A page that fetches what a built site fetches until it is ready, and runs its bundles."""
    sites.bare(out)
    until, _ = size.downloads(built)
    files = [route for route in until if route and not route.endswith(".html")]
    for route in files:
        (out / route).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(built / route, out / route)
    page = (sites.HERE / "floor_of_start.html").read_text(encoding="utf-8")
    (out / "index.html").write_text(page.replace("FILES", json.dumps(files)), encoding="utf-8")
    return out


# Limits: (app, baseline, visit, network) -> budget (docs/decisions.md), ratio
LIMITS: dict[tuple[str, str, str, str], tuple[str | None, float]] = {
    ("plotly", "bare", "cold", "loopback"): ("cold", 0.45),
    ("plotly", "bare", "cold", "shaped"): ("cold", 0.7),
    ("plotly", "bare", "warm", "loopback"): ("warm", 0.45),
    ("plotly", "bare", "warm", "shaped"): ("warm", 0.45),
    ("plotly", "Dash in Pyodide", "cold", "loopback"): ("cold, Dash", 0.2),
    ("plotly", "Dash in Pyodide", "cold", "shaped"): ("cold, Dash", 0.2),
    ("sales", "bare", "cold", "loopback"): (None, 0.6),
    ("sales", "bare", "cold", "shaped"): (None, 1.2),
}
FLOORS = {
    "loopback": "the same files, bundles run, the interpreter compiled; no Python, nothing drawn",
    "shaped": "the same files over the same line, bundles run; no Python, nothing drawn",
}
BASELINES = {
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
            for key, text in BASELINES.items():
                site = found["bare"] if key == "bare" else found.get(f"{name} {key}")
                if site is None:
                    continue
                budget, limit = LIMITS.get((name, key, visit, network), (None, None))
                floor = found[f"{name} floor"].times(visit) if limit else []
                figure = f"ready, {visit}, {network}: {name}"
                theirs = site.times(visit)
                turns = min(len(ours), len(theirs))  # of these, both sides saw the same machine
                theirs = theirs[:turns]
                capped = bool(theirs) and statistics.median(theirs) >= 1000 * LIMIT_S
                more = {"limit": limit, "budget": budget, "capped": capped}
                why = FLOORS[network]
                rows.compare(figure, ours[:turns], text, theirs, floor=floor, why=why, **more)
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


def measure(rows: Rows, line: Line) -> None:
    """What the line itself is."""
    with open_profile() as profile:
        round_trip, rate = measured(line, profile.new_tab())
    rows.add("the line: a tiny fetch in a worker", [round_trip], note="40 ms asked")
    rows.add("the line: rate", [rate], unit="Mbit/s", note="20 Mbit/s asked")


def take_turns(found: dict[str, Site], network: str, turns: int, seconds: float) -> None:
    """Start all sites by turns until each has had its own, or the time is over."""
    end = time.monotonic() + seconds
    for turn in range(turns):
        for name, site in found.items():
            if turn >= site.turns or (turn and time.monotonic() > end):
                continue
            visit_twice(site, LINES[network]())
            cold, warm = site.cold[-1].marks["ready"], site.warm[-1].marks["ready"]
            count = f"{turn + 1}/{site.turns}"
            sites.note(f"{network} {count} {name}: {cold:.0f}, {warm:.0f} ms")


def run(apps: list[str], networks: list[str], turns: int, seconds: float) -> None:
    """Measure and report; what was measured is reported whatever happens then."""
    with all_sites(apps, turns) as found:
        for network in networks:
            rows = Rows(f"start-{network}")
            if network == "shaped":
                measure(rows, LINES[network]())
            for site in found.values():
                site.cold.clear()
                site.warm.clear()
            try:
                take_turns(found, network, turns, seconds)
            finally:
                report(rows, found, apps, network)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="how long until a site answers")
    parser.add_argument("--quick", action="store_true", help="at most three starts of each kind")
    parser.add_argument("--turns", type=int, help="starts of what the budgets name")
    parser.add_argument("--only", choices=list(LINES), action="append")
    parser.add_argument("--apps", default="trivial,plotly,sales,gallery")
    given = parser.parse_args()
    apps = given.apps.split(",")
    if given.quick:
        apps = [name for name in apps if name in {"plotly", "sales"}]
    turns = given.turns or (3 if given.quick else 5)
    run(apps, given.only or list(LINES), turns, 150 if given.quick else 330)


if __name__ == "__main__":
    main()
