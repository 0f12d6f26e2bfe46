"""An app in one HTML file from the disk, and a site that the browser keeps, against a site.

    .venv/bin/python -m benchmarks.offline [--quick]

The single file is opened from the disk in a fresh profile, and the same site from this machine in
another one, in turns: until the first contentful paint, and until ready. A kept site is opened a
second time, when its host is gone; the same site without that a second time from its host. The time
on processors, of all of the browser until ready, says the same on a machine that is busy.
"""

import argparse
import contextlib
import tempfile
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
LIMITS = {"first paint": 1.3, "ready": 1.2, "processor time until ready": None}

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


def opened_again(folder: Path, until: str, *, without_host: bool) -> Times:
    """The same of a second visit; the first one lasts until the mark `until`."""
    with open_profile() as profile, contextlib.ExitStack() as host:
        address = f"http://127.0.0.1:{host.enter_context(hosting(folder)).port}/"
        tab = profile.new_tab()
        tab.goto(address)
        tab.wait_for(until)
        tab.close()
        if without_host:
            host.close()
        return _visit(profile, address)


def main() -> None:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    times = 3 if parser.parse_args().quick else 7
    rows = Rows("offline")
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        for name, app in APPS.items():
            sites.note(f"building {name}")
            site = sites.build(app, Path(scratch, name))
            file = sites.build(app, Path(scratch, f"{name}.html"), "--single-file")
            kept = sites.build(app, Path(scratch, f"{name}-kept"), "--offline")
            address = f"http://127.0.0.1:{stack.enter_context(hosting(site)).port}/"
            pairs = [(opened(file.as_uri()), opened(address)) for _ in range(times)]
            for index, (what, limit) in enumerate(LIMITS.items()):
                rows.compare(
                    f"one file, {what}: {name}",
                    [ours[index] for ours, _ in pairs],
                    "the same site, from this machine",
                    [theirs[index] for _, theirs in pairs],
                    limit=limit,
                )
            pairs = [
                (
                    opened_again(kept, KEPT, without_host=True),
                    opened_again(site, COMPLETE, without_host=False),
                )
                for _ in range(times)
            ]
            for index, (what, limit) in enumerate(LIMITS.items()):
                rows.compare(
                    f"kept site without its host, {what}: {name}",
                    [ours[index] for ours, _ in pairs],
                    "second visit, from this machine",
                    [theirs[index] for _, theirs in pairs],
                    limit=limit,
                )


if __name__ == "__main__":
    main()
