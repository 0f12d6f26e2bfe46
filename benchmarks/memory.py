"""Memory that a page holds when it is ready: resident, of the process with the page and its worker.

    .venv/bin/python -m benchmarks.memory [--quick]

Chromium's figures are compared with those measured on 2026-11-29, before a start gave back what it
had used; WebKit's with Chromium's of the same run. WebKit's rows are missing where the machine has
no WebKitGTK (Debian's webkit2gtk-driver and xvfb).
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import sites
from benchmarks.host import hosting
from benchmarks.measurements import Rows
from tests.support.engines import missing, open_engine
from tests.support.paths import EXAMPLES

# App -> MB in Chromium 156 before, medians of two starts each.
BEFORE = {"counter": 286, "sales_dashboard": 497, "penguins": 751}
READY = "window.__pyrt__ && window.__pyrt__.ready.then(() => true)"
READY_S = 120
MEGABYTE = 1 << 20


def resident(engine: str, address: str) -> float:
    """Open a page in a new browser, and give the MB of its process at the moment it is ready."""
    with open_engine(engine) as browser:
        browser.goto(address)
        if not browser.wait(READY, READY_S):
            raise SystemExit(f"{address} was not ready in {engine} after {READY_S} s")
        return browser.page_memory() / MEGABYTE


def main() -> None:
    """Measure all apps, in turns."""
    parser = argparse.ArgumentParser(description="memory of a page that is ready")
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    count = 2 if parser.parse_args().quick else 5
    has_webkit = not missing("webkit")
    rows = Rows("memory")
    with tempfile.TemporaryDirectory() as name:
        for app, before in BEFORE.items():
            sites.note(f"memory of {app}")
            site = sites.build(EXAMPLES / app / "app.py", Path(name) / app)
            with hosting(site) as server:
                chromium = [resident("chromium", server.address) for _ in range(count)]
                webkit = [
                    resident("webkit", server.address) for _ in range(count if has_webkit else 0)
                ]
            figure = f"{app}: memory of the page's process, ready"
            rows.compare(figure, chromium, "before", [before], unit="MB", limit=0.7)
            if webkit:
                rows.compare(
                    f"{figure}, WebKit", webkit, "Chromium", chromium, unit="MB", limit=1.25
                )


if __name__ == "__main__":
    main()
