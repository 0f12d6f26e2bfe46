"""An app in one HTML file from the disk, and a site that the browser keeps, against a site.

    .venv/bin/python -m benchmarks.offline [--quick]

The single file is opened from the disk in a fresh profile, and the same site from this machine in
another one, in turns: until the first contentful paint, and until ready. Then both are opened a
second time in their profile: of a site, the browser has kept files and compiled scripts. A kept
site is opened a second time, when its host is gone; the same site without that a second time from
its host. The time on processors, of all of the browser until ready of a first visit, says the same
on a machine that is busy.
"""

import argparse
import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import sites
from benchmarks.chrome import Profile, open_profile
from benchmarks.host import hosting
from benchmarks.measurements import Rows

APPS = {"counter": sites.ROOT / "examples" / "counter" / "app.py", "sales": sites.SALES}
SEEN = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
READY = "performance.getEntriesByName('pyrt:ready')[0]?.startTime"
COMPLETE = "performance.getEntriesByName('pyrt:complete')[0]?.startTime"
KEPT = "performance.getEntriesByName('pyrt:offline')[0]?.startTime"
PROCESSOR = "processor time until ready"
LIMITS = {"first paint": 1.3, "ready": 1.2, PROCESSOR: None}

# Until the first paint, until ready, on processors; in ms.
type Times = tuple[float, float, float]


def opened(address: str) -> Times:
    """The times of a visit in a fresh profile."""
    with open_profile() as profile:
        return _visit(profile, address)


def _visit(profile: Profile, address: str) -> Times:
    before = profile.processor_ms()
    tab = profile.new_tab()
    tab.goto(address)
    tab.wait_for(f"{SEEN} && {READY}")
    used = profile.processor_ms() - before
    return tab.evaluate(SEEN), tab.evaluate(READY), used


def opened_again(address: str, until: str, between: Callable[[], object] = lambda: None) -> Times:
    """The same of a second visit; the first one lasts until the mark `until`."""
    with open_profile() as profile:
        tab = profile.new_tab()
        tab.goto(address)
        tab.wait_for(until)
        tab.close()
        between()
        return _visit(profile, address)


def opened_without_host(folder: Path) -> Times:
    """A second visit of a kept site whose host is gone."""
    with contextlib.ExitStack() as host:
        address = f"http://127.0.0.1:{host.enter_context(hosting(folder)).port}/"
        return opened_again(address, KEPT, host.close)


def measure(rows: Rows, name: str, app: Path, scratch: Path, times: int) -> None:
    """Build an app in three forms, open them in turns, and add the rows."""
    sites.note(f"building {name}")
    site = sites.build(app, scratch / name)
    file = sites.build(app, scratch / f"{name}.html", "--single-file").as_uri()
    kept = sites.build(app, scratch / f"{name}-kept", "--offline")
    with hosting(site) as host:
        address = f"http://127.0.0.1:{host.port}/"
        pairs = {
            "one file": (lambda: opened(file), lambda: opened(address)),
            "one file, again": (
                lambda: opened_again(file, COMPLETE),
                lambda: opened_again(address, COMPLETE),
            ),
            "kept site without its host": (
                lambda: opened_without_host(kept),
                lambda: opened_again(address, COMPLETE),
            ),
        }
        for what, (ours, theirs) in pairs.items():
            measured = [(ours(), theirs()) for _ in range(times)]
            visit = "first" if what == "one file" else "second"
            for index, (figure, limit) in enumerate(LIMITS.items()):
                if figure == PROCESSOR and visit == "second":
                    continue  # the process of the first visit is still counted, or not any more
                rows.compare(
                    f"{what}, {figure}: {name}",
                    [mine[index] for mine, _ in measured],
                    f"the same site from this machine, {visit} visit",
                    [other[index] for _, other in measured],
                    limit=limit,
                )


def main() -> None:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    times = 3 if parser.parse_args().quick else 7
    rows = Rows("offline")
    with tempfile.TemporaryDirectory() as scratch:
        for name, app in APPS.items():
            measure(rows, name, app, Path(scratch), times)


if __name__ == "__main__":
    main()
