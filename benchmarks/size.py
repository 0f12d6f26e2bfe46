"""What a user downloads until a site is ready, and afterwards, as a host with brotli sends it.

    .venv/bin/python -m benchmarks.size

Files that the builder has compressed count with their size. The baseline is what a bare Pyodide
needs: its two modules, its wasm and its standard library, compressed in the same way.
"""

import argparse
import contextlib
import tempfile
from functools import cache
from pathlib import Path

import brotli

from benchmarks import sites
from benchmarks.chrome import open_profile
from benchmarks.host import hosting, wait_until_quiet
from benchmarks.measurements import Rows

BROTLI_QUALITY = 9
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
MEGABYTE = 1e6
# Milliseconds of the clock that the host has, too.
READY_AT = """
performance.timeOrigin + performance.getEntriesByName("pyrt:ready")[0].startTime
"""


@cache
def compressed(path: Path) -> int:
    """Bytes on the wire; what grows under compression is sent as it is."""
    data = path.read_bytes()
    return min(len(data), len(brotli.compress(data, quality=BROTLI_QUALITY)))


def downloads(folder: Path) -> tuple[list[str], list[str]]:
    """The files a visit asks for: until it is ready, by the page's own mark, and later."""
    with hosting(folder) as host, open_profile() as profile:
        tab = profile.new_tab()
        tab.goto(host.address)
        tab.wait_until_ready()
        wait_until_quiet(lambda: host.answered, seconds=3)
        ready_s: float = tab.evaluate(READY_AT) / 1000
        asked = dict(host.sent)
    until = [route for route, at in asked.items() if at <= ready_s]
    return until, [route for route in asked if route not in until]


def main() -> None:
    """Build, visit, add up, write."""
    argparse.ArgumentParser(description="what a user downloads").parse_known_args()
    rows = Rows("size")
    runtime = sum(compressed(sites.PYODIDE / name) for name in RUNTIME)
    rows.add(
        "the runtime files alone", [runtime / MEGABYTE], unit="MB", note="Pyodide as published"
    )
    budgets = {"trivial": ("download, minimal", 0.3), "plotly": ("download, plotly", 2.5)}
    apps = {
        "trivial": sites.APPS / "trivial.py",
        "plotly": sites.APPS / "plotly_app.py",
        "sales": sites.SALES,
    }
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack():
        for name, app in apps.items():
            sites.note(f"building {name}")
            budget, limit = budgets.get(name, (None, None))
            folder = sites.build(app, Path(scratch, name))
            until, later = downloads(folder)
            sizes = {route: compressed(folder / (route or "index.html")) for route in until}
            plotly = sum(size for route, size in sizes.items() if "plotly.min.js" in route)
            total = sum(sizes.values())
            rows.add(f"{name}: until ready", [total / MEGABYTE], unit="MB")
            rows.add(
                f"{name}: until ready, more than the runtime files"
                + (" and plotly.js" if plotly else ""),
                [(total - plotly - runtime) / MEGABYTE],
                unit="MB",
                limit=limit,
                budget=budget,
            )
            after = sum(compressed(folder / route) for route in later)
            rows.add(f"{name}: later, in the background", [after / MEGABYTE], unit="MB")
            whole = total + after - plotly - runtime
            rows.add(
                f"{name}: with what comes later, more than the same", [whole / MEGABYTE], unit="MB"
            )
            on_disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            rows.add(f"{name}: the folder", [on_disk / MEGABYTE], unit="MB")
            for route, size in sorted(sizes.items(), key=lambda item: -item[1])[:8]:
                print(f"    {size / 1e6:6.2f} MB  {route}")


if __name__ == "__main__":
    main()
