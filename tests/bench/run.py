"""The benchmark: start-up and latency of built sites, as ratios to yardsticks of the same run.

    make bench            all of it; the table goes to bench-results/latest.txt, too

Yardsticks: (a) a bare `loadPyodide()` in a worker, with the very files that the site uses; (b) the
same app on a real Dash server on localhost (dash 4.4.1 and waitress in an environment of their
own below .cache/). Runs of both sides alternate, so a busy machine slows both. Numbers are medians
with the range; only the ratios mean something elsewhere.
"""

import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PYRT = Path(sys.executable).with_name("pyrt")
TRIVIAL = HERE / "apps" / "trivial.py"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
READY = "performance.getEntriesByName('pyrt:ready').length > 0"
READY_AT = "performance.getEntriesByName('pyrt:ready')[0].startTime"
CLICKS = """
async (count) => {
  const out = document.getElementById("out"), button = document.getElementById("button");
  let number = Number(out.textContent.split(" ")[1]), resolve = null;
  new MutationObserver(() => { if (resolve && out.textContent === `clicked ${number}`) resolve(); })
    .observe(out, {subtree: true, childList: true, characterData: true});
  const times = [];
  for (let i = 0; i < count; i++) {
    number += 1;
    const seen = new Promise((done) => { resolve = done; });
    const start = performance.now();
    button.click();
    await seen;
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 20));
  }
  return times;
}
"""
SEEN = """
(() => {
  const look = () => {
    const out = document.getElementById("out");
    if (out && out.textContent === "clicked 0") performance.mark("pyrt:ready");
    else requestAnimationFrame(look);
  };
  look();
})();
"""


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str, seconds: float = 30) -> None:
    """Return when the address answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(address):
            return
        time.sleep(0.1)
    raise SystemExit(f"{address} did not answer within {seconds} s")


@contextlib.contextmanager
def serving(command: list[str], port: int) -> Iterator[str]:
    """Run a server while the block runs; yields its address."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def site(app: Path, folder: Path) -> Path:
    """Build an app as an author does."""
    subprocess.run([PYRT, "build", app, "-o", folder], check=True, stdout=subprocess.DEVNULL)
    return folder


def dash_python() -> Path:
    """The interpreter of the environment that holds a real Dash; made at the first run."""
    folder = ROOT / ".cache" / "dash"
    python = folder / "bin" / "python"
    if not python.exists():
        print("setting up a real Dash to compare with ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "dash==4.4.1", "waitress"]
        subprocess.run(install, check=True)
    return python


def dash_command(app: Path, port: int) -> list[str]:
    """Serve an app file by a real Dash on waitress."""
    code = (
        "import runpy, waitress;"
        f"app = runpy.run_path({str(app)!r})['app'];"
        f"waitress.serve(app.server, host='127.0.0.1', port={port}, threads=8)"
    )
    return [str(dash_python()), "-c", code]


def stock_folder(folder: Path) -> Path:
    """A page with a bare Pyodide, from the files that pyrt itself vendors."""
    folder.mkdir()
    shutil.copy(HERE / "stock.html", folder / "index.html")
    shutil.copytree(ROOT / "build" / "pyrt_build" / "static" / "pyodide", folder / "runtime")
    return folder


def ready_ms(context: BrowserContext, address: str) -> float:
    """Milliseconds from navigation until the page is ready."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(READY, timeout=120_000)
    value: float = page.evaluate(READY_AT)
    page.close()
    return value


def start_up(browser: Browser, address: str, *, watch: bool = False) -> tuple[float, float]:
    """Cold and warm time to ready, in a fresh profile."""
    context = browser.new_context()
    if watch:
        context.add_init_script(SEEN)
    cold = ready_ms(context, address)
    warm = ready_ms(context, address)
    context.close()
    return cold, warm


def clicks(page: Page, count: int) -> list[float]:
    """Milliseconds from click to changed DOM, one per click."""
    times: list[float] = page.evaluate(CLICKS, count)
    return times


class Table:
    """Rows of figures, each with its yardstick, written as they come."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def row(self, name: str, ours: list[float], yardstick: str, theirs: list[float]) -> None:
        """Add one line: medians, ranges and the ratio of the medians."""
        ratio = statistics.median(ours) / statistics.median(theirs)
        line = f"{name:34} {spread(ours)}   {yardstick:26} {spread(theirs)}   {ratio:6.2f} x"
        self.lines.append(line)
        print(line, flush=True)


def spread(values: list[float]) -> str:
    """Median and range in milliseconds."""
    return f"{statistics.median(values):8.2f} [{min(values):.1f}..{max(values):.1f}]"


def bench_start(browser: Browser, table: Table, runs: int, addresses: dict[str, str]) -> None:
    """Start-up of the trivial and the plotly app against a bare Pyodide and a Dash server."""
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in addresses}
    for _ in range(runs):
        for name, address in addresses.items():
            figures[name].append(start_up(browser, address, watch=name == "Dash server"))
    for at, kind in enumerate(("cold", "warm")):
        times = {name: [pair[at] for pair in pairs] for name, pairs in figures.items()}
        for name in ("trivial", "sales dashboard"):
            if name in times:
                table.row(f"ready, {kind}, {name}", times[name], "bare Pyodide", times["bare"])
        table.row(f"ready, {kind}, trivial", times["trivial"], "Dash server", times["Dash server"])


def bench_clicks(browser: Browser, table: Table, count: int, addresses: dict[str, str]) -> None:
    """Click to DOM for a trivial callback, our site and a Dash server in turns."""
    times: dict[str, list[float]] = {"trivial": [], "Dash server": []}
    pages = {}
    for name in times:
        pages[name] = browser.new_page()
        pages[name].goto(addresses[name])
        pages[name].wait_for_function(
            "document.getElementById('out')?.textContent", timeout=120_000
        )
    for _ in range(4):
        for name, page in pages.items():
            page.bring_to_front()
            times[name] += clicks(page, count // 4)
    table.row("click -> Python -> DOM", times["trivial"], "Dash server", times["Dash server"])


def run(arguments: argparse.Namespace) -> Table:
    """Build, serve, measure."""
    table = Table()
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        work = Path(scratch)
        folders = {
            "trivial": site(TRIVIAL, work / "trivial"),
            "bare": stock_folder(work / "bare"),
        }
        if not arguments.quick:
            app = ROOT / "examples" / "sales_dashboard" / "app.py"
            folders["sales dashboard"] = site(app, work / "sales")
        addresses = {}
        for name, folder in folders.items():
            port = free_port()
            command = [str(PYRT), "serve", str(folder), "--port", str(port)]
            addresses[name] = stack.enter_context(serving(command, port))
        port = free_port()
        addresses["Dash server"] = stack.enter_context(serving(dash_command(TRIVIAL, port), port))
        with sync_playwright() as playwright:
            system = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=system, args=FLAGS)
            bench_clicks(browser, table, arguments.clicks, addresses)
            bench_start(browser, table, arguments.runs, addresses)
            browser.close()
    return table


def main() -> None:
    """Measure and print the table of ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5, help="starts of each kind")
    parser.add_argument("--clicks", type=int, default=100)
    parser.add_argument("--quick", action="store_true", help="the trivial app only")
    arguments = parser.parse_args()
    print(f"milliseconds: median [min..max]; {os.cpu_count()} cores", flush=True)
    table = run(arguments)
    results = ROOT / "bench-results"
    results.mkdir(exist_ok=True)
    (results / "latest.txt").write_text("\n".join(table.lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
