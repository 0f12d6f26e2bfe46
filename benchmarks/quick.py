"""`make bench-quick`: has something become slower? Ratios only, in at most five minutes.

    .venv/bin/python -m benchmarks.quick [--record] [--only engine,download,browser]

Compares each row with benchmarks/history.jsonl (the median of its last three runs). A row that is
WORSE times worse is measured a second time, with all of its group; if it is that again, the exit
code is 1. Rows are chosen so that they hold still on a machine that does other things: bytes, the
best of many short rounds, and processor time, of the browser's processes and of the server, in
place of time on the clock. `--record` adds the run to the history; a row that is worse, too, which
so becomes the reference: for what is meant to cost more.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks import engine as engine_rows
from benchmarks import history, run, sites, size
from benchmarks.chrome import Profile, Tab, open_profile
from benchmarks.clicks import clicks, opened
from benchmarks.host import hosting, wait_until_quiet
from benchmarks.measurements import FOLDER, QUICK, Row

WORSE = 1.25
TURNS = 5
OURS = 3
# Rows of the engine whose rounds take milliseconds: few of them pass without an interruption.
LONG = {"1,000 MATCH callbacks at load", "chain of 100, per callback"}
STARTS = 4
SETTLED_S = 1.5  # without a request, after a start: what a page does then is not counted


@dataclass(frozen=True, slots=True)
class Figure:
    """Clicks in an app, beside the same ones in a real Dash.

    Attributes:
        name: the row.
        app: the file in benchmarks/apps.
        button, out: selectors of what is clicked, and of the text that changes.
        count: clicks of a turn in Dash; ours, which cost less, are OURS times as many.
    """

    name: str
    app: str
    button: str
    out: str
    count: int


# Not with MATCH: what such a click takes in Dash is 100 or 180 ms of processor time, as other work
# of the machine is done or not, and ours does not follow that. Its part in the engine is measured.
FIGURES = (
    Figure("click", "echo", "#button", "#out", 50),
    Figure(
        "click, ALL over 1,000 components",
        "wildcards",
        ".buttons > button:nth-child(400)",
        "#total",
        8,
    ),
    Figure("click, a State of 10,000 rows", "values", "#again", "#again-text", 10),
    Figure("click, an Input of 10,000 new rows", "values", "#new", "#new-text", 10),
)


@dataclass(frozen=True, slots=True)
class Side:
    """A page, and the server that answers it (None: a static site)."""

    tab: Tab
    server: int | None

    def processor_ms(self, profile: Profile) -> float:
        """Time on processors so far, of the browser and of the server, in ms."""
        spent = profile.processor_ms()
        if self.server is not None:
            times = psutil.Process(self.server).cpu_times()
            spent += 1000 * (times.user + times.system)
        return spent


def engine() -> dict[str, float]:
    """The engine in Pyodide, without a browser, beside some other Python in it."""
    command = ["node", str(run.HERE / "engine.mjs")]
    environment = {**os.environ, "PYRT_BENCH_RUN": QUICK}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    content = json.loads((FOLDER / QUICK / "engine in Pyodide.json").read_text(encoding="utf-8"))
    rows = [Row(**row) for row in content["rows"]]
    (fixed,) = (row.theirs[0] for row in rows if row.baseline == engine_rows.OTHER)
    return {
        f"engine: {row.figure}": min(row.ours) / fixed
        for row in rows
        if row.figure not in LONG and row.baseline in {None, engine_rows.SMALLER}
    }


def download() -> dict[str, float]:
    """What a minimal app adds to the bytes of the runtime files until it is ready."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = sites.build(sites.APPS / "trivial.py", Path(scratch, "site"))
        until, _ = size.downloads(folder)
        total = sum(size.compressed(folder / (route or "index.html")) for route in until)
    runtime = sum(size.compressed(sites.PYODIDE / name) for name in size.RUNTIME)
    return {"download: more than the runtime files": (total - runtime) / runtime}


def browser() -> dict[str, float]:
    """Starts and clicks in Chromium."""
    with tempfile.TemporaryDirectory() as scratch:
        return {**starts(Path(scratch)), **all_clicks(Path(scratch))}


def starts(scratch: Path) -> dict[str, float]:
    """First visits of a plotly app, beside a page that calls `loadPyodide()` and nothing else."""
    folders = {
        "ours": sites.build(sites.APPS / "plotly_app.py", scratch / "plotly"),
        "theirs": sites.bare(scratch / "bare"),
    }
    spent: dict[str, list[float]] = {side: [] for side in folders}
    for _ in range(STARTS):
        for side, folder in folders.items():
            spent[side].append(start(folder))
            sites.note(f"start, {side}: {spent[side][-1]:.0f} ms of processor time")
    return {"start: processor time, plotly": quotient(spent)}


def start(folder: Path) -> float:
    """Processor time of a first visit, in ms, until the page is ready and has calmed down."""
    with hosting(folder) as host, open_profile() as profile:
        tab = profile.new_tab()
        before = profile.processor_ms()
        tab.goto(host.address)
        tab.wait_for("performance.getEntriesByName('pyrt:ready').length > 0")
        wait_until_quiet(lambda: host.answered, SETTLED_S)
        return profile.processor_ms() - before


def all_clicks(scratch: Path) -> dict[str, float]:
    """Clicks in all apps."""
    found: dict[str, float] = {}
    with contextlib.ExitStack() as stack:
        profile = stack.enter_context(open_profile())
        pairs: dict[str, dict[str, Side]] = {}
        for figure in FIGURES:
            if figure.app not in pairs:
                shown = figure.out if figure.app != "wildcards" else "#total"
                pairs[figure.app] = stack.enter_context(pair(figure.app, shown, scratch, profile))
            found |= click(figure, pairs[figure.app], profile)
    return found


@contextlib.contextmanager
def pair(name: str, shown: str, scratch: Path, profile: Profile) -> Iterator[dict[str, Side]]:
    """An app by pyrt and by a real Dash, opened."""
    app = sites.APPS / f"{name}.py"
    folder = sites.build(app, scratch / name, "--fast", "--no-rehearsal")
    with hosting(folder) as host, sites.dash_process(app) as (port, server):
        yield {
            "ours": Side(opened(profile, host.address, shown), None),
            "theirs": Side(opened(profile, f"http://127.0.0.1:{port}/", shown), server),
        }


def click(figure: Figure, pages: Mapping[str, Side], profile: Profile) -> dict[str, float]:
    """Click by turns."""
    spent: dict[str, list[float]] = {side: [] for side in pages}
    clock: dict[str, list[float]] = {side: [] for side in pages}
    counts = {"ours": OURS * figure.count, "theirs": figure.count}
    for side, page in pages.items():
        clicks(page.tab, counts[side], figure.button, figure.out)
    for _ in range(TURNS):
        for side, page in pages.items():
            before = page.processor_ms(profile)
            clock[side] += clicks(page.tab, counts[side], figure.button, figure.out)
            spent[side].append((page.processor_ms(profile) - before) / counts[side])
    for side in pages:
        times = " ".join(f"{each:.1f}" for each in spent[side])
        quarter = sorted(clock[side])[len(clock[side]) // 4]
        sites.note(f"{figure.name}, {side}: {times} ms of processor time; clock {quarter:.1f} ms")
    return {f"processor time: {figure.name}": quotient(spent)}


def quotient(spent: Mapping[str, list[float]]) -> float:
    """The ratio of the medians of both sides."""
    return statistics.median(spent["ours"]) / statistics.median(spent["theirs"])


GROUPS: Mapping[str, Callable[[], dict[str, float]]] = {
    "engine": engine,
    "download": download,
    "browser": browser,
}


def worse_rows(found: Mapping[str, float], references: Mapping[str, float]) -> list[str]:
    """The rows that are WORSE times what they are compared with; new rows are not."""
    return [row for row, ratio in found.items() if ratio > WORSE * references.get(row, ratio)]


def measure(
    groups: list[str], references: Mapping[str, float]
) -> tuple[dict[str, float], set[str]]:
    """Measure; return all rows, and those that were worse twice.

    A row that was measured a second time has the better one of its ratios.
    """
    found: dict[str, float] = {}
    failed: set[str] = set()
    for name in groups:
        rows = GROUPS[name]()
        worse = worse_rows(rows, references)
        if worse:
            print(f"measured a second time: {', '.join(worse)}", flush=True)
            again = GROUPS[name]()
            rows = {row: min(ratio, again.get(row, ratio)) for row, ratio in rows.items()}
            failed |= set(worse_rows(rows, references))
        found |= rows
    return found, failed


def main() -> int:
    """Measure, print, compare; 1 when a row was worse twice."""
    parser = argparse.ArgumentParser(description="has something become slower?")
    parser.add_argument("--record", action="store_true", help="add the run to the history")
    parser.add_argument("--only", default=",".join(GROUPS), help=", ".join(GROUPS))
    given = parser.parse_args()
    groups = given.only.split(",")
    if unknown := set(groups) - GROUPS.keys():
        parser.error(f"no group {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    began = time.monotonic()
    references = history.references(history.read(), QUICK)
    found, failed = measure(groups, references)
    for row, ratio in found.items():
        before = references.get(row)
        shown = (
            "new" if before is None else f"before {before:.3g} x, {ratio / before:.2f} times that"
        )
        print(f"{row:62} {ratio:6.3g} x   {shown}{'   WORSE' if row in failed else ''}")
    if given.record:
        history.record(QUICK, found)
    took = time.monotonic() - began
    summary = f"{len(found)} ratios in {took:.0f} s, "
    if failed:
        limit = f"worse than {WORSE:g} times the figures in benchmarks/history.jsonl, in two runs"
        print(f"{summary}{limit}: {'; '.join(sorted(failed))}")
        return 1
    print(f"{summary}none worse than {WORSE:g} times the figures in benchmarks/history.jsonl")
    return 0


if __name__ == "__main__":
    sys.exit(main())
