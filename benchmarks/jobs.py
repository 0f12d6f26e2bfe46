"""Background callbacks in the tab: time to end a job, to start the next, and effect on other calls.

.venv/bin/python -m benchmarks.jobs [--quick]
"""

import argparse
import contextlib
import tempfile
from pathlib import Path

from benchmarks import sites
from benchmarks.chrome import Profile, Tab, open_profile
from benchmarks.clicks import clicks
from benchmarks.host import hosting
from benchmarks.measurements import Rows

# When workers are ended, which is when their job is.
WATCH = """
window.ended = [];
const terminate = Worker.prototype.terminate;
Worker.prototype.terminate = function () { terminate.call(this); ended.push(performance.now()); };
"""
# Times of a click, and of the moment when something holds: selector, JavaScript expression.
UNTIL = """
async (button, holds) => {
  const check = new Function(`return ${holds}`), start = performance.now();
  return await new Promise((resolve) => {
    const look = () => {
      if (!check()) return;
      observer.disconnect();
      resolve([start, performance.now()]);
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, {subtree: true, childList: true, characterData: true});
    document.querySelector(button).click();
    look();
  });
}
"""
BEGUN = "document.getElementById('shown').textContent === 'begun'"
IDLE = "document.getElementById('state').textContent === 'idle'"


def spares(tab: Tab) -> int:
    """How many job workers have come up so far."""
    count: int = tab.evaluate("performance.getEntriesByName('pyrt:job-worker').length")
    return count


def wait_for_spare(tab: Tab, before: int) -> None:
    """Until another one has."""
    tab.wait_for(f"performance.getEntriesByName('pyrt:job-worker').length > {before}")


def opened(profile: Profile, address: str) -> Tab:
    """The app, ready; its spare worker is not yet."""
    tab = profile.new_tab(before=WATCH)
    tab.goto(address)
    tab.wait_until_ready()
    return tab


def start_job(tab: Tab) -> float:
    """Milliseconds from the click to the first sign of the job."""
    clicked, begun = tab.call(UNTIL, "#start", BEGUN)
    return float(begun - clicked)


def cancel_job(tab: Tab) -> tuple[float, float]:
    """Milliseconds from the click to the end of the worker, and until the page shows it."""
    clicked, shown = tab.call(UNTIL, "#cancel", IDLE)
    ended = tab.evaluate("ended.at(-1)")
    return ended - clicked, shown - clicked


def measure_ends(rows: Rows, tab: Tab, cold: list[float], runs: int) -> None:
    """Cancel a job that computes, and start the next at once."""
    ends, shown, starts = [], [], []
    for _ in range(runs):
        before = spares(tab)
        start_job(tab)
        wait_for_spare(tab, before)
        ended, idle = cancel_job(tab)
        ends.append(ended)
        shown.append(idle)
        before = spares(tab)
        starts.append(start_job(tab))
        wait_for_spare(tab, before)
        cancel_job(tab)
    rows.add("cancel: click -> job ended", ends, limit=100)
    rows.add("cancel: click -> the page shows it", shown, limit=100)
    rows.compare(
        "next job after a cancel: click -> begun", starts, "without a spare worker", cold, limit=0.5
    )


def measure_echo(rows: Rows, tab: Tab, turns: int, count: int) -> None:
    """Click an ordinary callback with and without a job that computes, by turns."""
    times: dict[str, list[float]] = {"job": [], "none": []}
    clicks(tab, 5, "#button", "#out")
    for _ in range(turns):
        times["none"] += clicks(tab, count, "#button", "#out")
        before = spares(tab)
        start_job(tab)
        wait_for_spare(tab, before)
        times["job"] += clicks(tab, count, "#button", "#out")
        cancel_job(tab)
    rows.compare(
        "click -> Python -> DOM while a job computes",
        times["job"],
        "no job",
        times["none"],
        limit=1.5,
    )


def main() -> None:
    """Build, serve, measure, write."""
    parser = argparse.ArgumentParser(description="background callbacks in the tab")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    runs = 3 if given.quick else 8
    rows = Rows("jobs")
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        folder = sites.build(sites.APPS / "jobs.py", Path(scratch, "jobs"))
        address = stack.enter_context(hosting(folder)).address
        profile = stack.enter_context(open_profile())
        cold = []
        for _ in range(runs + 1):
            tab = opened(profile, address)
            cold.append(start_job(tab))
            tab.close()
        tab = opened(profile, address)
        wait_for_spare(tab, 0)
        measure_ends(rows, tab, cold[1:], runs)
        measure_echo(rows, tab, 3, 20 if given.quick else 40)


if __name__ == "__main__":
    main()
