"""Pages with much in them, against a Dash server: is the page drawn, and does it follow the user?

    .venv/bin/python -m benchmarks.components [--quick]

A thousand components: from navigation until all of them are painted, and from a click until all
have changed. A DataTable of 100,000 rows: the time between frames while it is scrolled by two rows
in each. An Input beside a Graph of 100,000 points: from a key to the echo of Python. A frame is
late when it comes more than LATE_MS after the one before: the browser draws 60 in a second. What
keeps the page that long is a long task in the words of browsers (over 50 ms); their number and the
longest are in the note of the row.
"""

import argparse
import contextlib
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import sites
from benchmarks.chrome import Profile, Tab, open_profile
from benchmarks.clicks import in_turns, opened
from benchmarks.host import hosting
from benchmarks.keystrokes import WATCH, keystrokes
from benchmarks.measurements import Rows

LATE_MS = 25
FRAMES = 240
# Runs before the page's own scripts: the time when the last of the cells is in the document and
# painted.
CELLS = """
(() => {
  const look = () => {
    if (document.querySelectorAll(".cell").length < 1000) requestAnimationFrame(look);
    else requestAnimationFrame(() => { window.drawn = performance.now(); });
  };
  look();
})();
"""
# Milliseconds between frames while a table is scrolled, and of each long task meanwhile.
SCROLL = """
async (table, frames, pixels) => {
  const box = [...document.querySelectorAll(`${table} *`)].find(
    ({scrollHeight, clientHeight}) => clientHeight > 100 && scrollHeight > 100 * clientHeight);
  const tasks = [], times = [];
  const observer = new PerformanceObserver((list) => {
    for (const {duration} of list.getEntries()) tasks.push(duration);
  });
  observer.observe({type: "longtask"});
  let before = await new Promise(requestAnimationFrame);
  for (let i = 0; i < frames; i++) {
    box.scrollTop += pixels;
    const now = await new Promise(requestAnimationFrame);
    times.push(now - before);
    before = now;
  }
  observer.disconnect();
  return [times, tasks];
}
"""
ECHOED = "document.getElementById('echo')?.textContent === 'heard '"


@contextlib.contextmanager
def both(name: str, scratch: Path) -> Iterator[dict[str, str]]:
    """Addresses of an app by pyrt and by a real Dash."""
    app = sites.APPS / f"{name}.py"
    sites.note(f"building {name}")
    folder = sites.build(app, scratch / name)
    with hosting(folder) as host, sites.dash_server(app) as port:
        yield {"ours": host.address, "theirs": f"http://127.0.0.1:{port}/"}


def first_draw(address: str) -> float:
    """Milliseconds from navigation until a thousand cells are painted, on a first visit."""
    with open_profile() as profile:
        tab = profile.new_tab(before=CELLS)
        tab.goto(address)
        tab.wait_for("window.drawn")
        milliseconds: float = tab.evaluate("window.drawn")
        return milliseconds


def measure_thousand(rows: Rows, addresses: Mapping[str, str], turns: int) -> None:
    """A thousand components, drawn and changed."""
    drawn: dict[str, list[float]] = {side: [] for side in addresses}
    for _ in range(turns):
        for side, address in addresses.items():
            drawn[side].append(first_draw(address))
    rows.compare(
        "a thousand components: first visit, until painted",
        drawn["ours"],
        "Dash server",
        drawn["theirs"],
        limit=1,
        note="the first frame, which Python replaces later",
    )
    with open_profile() as profile:
        tabs = {side: opened(profile, url, "#changed") for side, url in addresses.items()}
        sides = {side: (tab, "#all", "#changed") for side, tab in tabs.items()}
        times = in_turns(sides, 4 * turns)
    rows.compare(
        "a thousand components: click -> all of them changed",
        times["ours"],
        "Dash server",
        times["theirs"],
        limit=0.5,
    )


def full_page(profile: Profile, address: str) -> Tab:
    """The page with the large table and the graph, drawn and echoed."""
    tab = profile.new_tab()
    tab.goto(address)
    tab.wait_until_ready(120)
    tab.wait_for(ECHOED, 120)
    tab.wait_for("document.querySelector('#table td')", 120)
    tab.wait_for("document.querySelector('#graph .gtitle')", 120)
    return tab


def scrolled(tab: Tab) -> tuple[list[float], list[float]]:
    """Scroll for some seconds: times between frames, and those of long tasks."""
    tab.front()
    times, tasks = tab.call(SCROLL, "#table", FRAMES, 60)
    return times, tasks


def share_late(times: list[float]) -> float:
    """The percentage of frames that were late."""
    return 100 * statistics.mean(each > LATE_MS for each in times)


def describe(times: list[float], tasks: list[float]) -> str:
    """How many frames were late, and the long tasks, for the note of a row."""
    text = f"{share_late(times):.1f} % of {len(times)} frames late"
    return f"{text}, {len(tasks)} long tasks, longest {max(tasks):.0f} ms" if tasks else text


def measure_full_page(rows: Rows, addresses: Mapping[str, str], keys: int) -> None:
    """Scrolling, and typing."""
    with open_profile() as profile:
        tabs = {side: full_page(profile, address) for side, address in addresses.items()}
        frames: dict[str, tuple[list[float], list[float]]] = {s: ([], []) for s in tabs}
        for _ in range(3):
            for side, tab in tabs.items():
                for found, more in zip(frames[side], scrolled(tab), strict=True):
                    found.extend(more)
        notes = {side: describe(*found) for side, found in frames.items()}
        rows.compare(
            "scrolling a DataTable of 100,000 rows: time between frames",
            frames["ours"][0],
            "Dash server",
            frames["theirs"][0],
            limit=1.1,
            note=f"{notes['ours']}; Dash: {notes['theirs']}",
        )
        late = {side: share_late(times) for side, (times, _) in frames.items()}
        rows.compare(
            "scrolling it: frames that are late",
            [late["ours"]],
            "Dash server",
            [late["theirs"]],
            unit="%",
            note="long tasks are those of the DataTable, which is the same on both sides",
        )
        times: dict[str, list[float]] = {side: [] for side in tabs}
        for tab in tabs.values():
            tab.call(WATCH)
        for _ in range(4):
            for side, tab in tabs.items():
                times[side] += keystrokes(tab, keys)
        rows.compare(
            "keystroke -> Python -> DOM beside a Graph of 100,000 points",
            times["ours"],
            "Dash server",
            times["theirs"],
            limit=1,
        )


def main() -> None:
    """Build, serve, measure."""
    parser = argparse.ArgumentParser(description="pages with much in them")
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    rows = Rows("components")
    with tempfile.TemporaryDirectory() as scratch:
        with both("thousand", Path(scratch)) as addresses:
            measure_thousand(rows, addresses, 3 if quick else 5)
        with both("scrolling", Path(scratch)) as addresses:
            measure_full_page(rows, addresses, 10 if quick else 25)


if __name__ == "__main__":
    main()
