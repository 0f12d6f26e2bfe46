"""Paired screenshots: the gallery and the penguins on real Dash, and as a site built by pyrt.

    .venv/bin/python -m benchmarks.screenshots [PAGE ...]

A PAGE is, for example, mantine or penguins; default: all pages.

Takes a screenshot of each page after it has opened, and another one after a few inputs. Prints how
many pixels differ, and writes `PAGE.png` and `PAGE-used.png` to `test-results/screenshots/`: real
Dash, pyrt, and the different pixels in red. This is no test, because clocks and random numbers
differ: look at the pictures. The real Dash is in a virtual environment below `.cache/`, which is
made at the first run.
"""

import base64
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from pyrt_build import target
from tests.support.chromium import FLAGS, executable
from tests.support.paths import EXAMPLES, ROOT
from tests.support.servers import static_server

PYRT = Path(sys.executable).with_name("pyrt")
APPS = {"gallery": "nav a.current", "penguins": "#grid .ag-row"}  # what callbacks have drawn last
GALLERY_PAGES = (
    "start core table bootstrap mantine ag-grid cytoscape leaflet iconify daq extensions"
)
# What is done on a page before the second picture: Playwright's verb and its arguments.
USED = {
    "core": [
        ("fill", "#core-text", "North Pier"),
        ("click", "#core-tabs .tab >> nth=2"),
        ("click", "#core-island"),
    ],
    "table": [
        ("fill", "th[data-dash-column='harbour'] input[type='text'] >> nth=0", "Aldra"),
        ("press", "th[data-dash-column='harbour'] input[type='text'] >> nth=0", "Enter"),
        ("click", "#table-ledger td[data-dash-column='fee'] >> nth=1"),
    ],
    "bootstrap": [
        ("click", "#dbc-more"),
        ("click", "text=Timetable"),
        ("fill", "#dbc-name", "Ada"),
        ("click", "#dbc-buy"),
    ],
    "mantine": [
        ("click", "text=stacked"),
        ("click", "#dmc-entry"),
        ("click", "#dmc-next"),
        ("click", "#dmc-date"),
    ],
    "ag-grid": [
        ("click", "#grid-fog"),
        ("check", ".ag-row[row-index='1'] input[type='checkbox']"),
    ],
    "cytoscape": [("check", "text=circle")],
    "leaflet": [("click", ".leaflet-control-zoom-in"), ("uncheck", "text=Ferries")],
    "iconify": [("fill", "#icon-search", "s"), ("click", ".icon-tile:has-text('shell')")],
    "daq": [("click", "#daq-lamp button"), ("fill", "#daq-fuel input", "4")],
    "extensions": [("click", "#ext-pad"), ("press", "#ext-field", "a"), ("check", "text=down")],
    "penguins": [("uncheck", "text=Gentoo"), ("select_option", "#across", "mass")],
}
REAL_DASH = ROOT / ".cache" / "real-dash"
PICTURES = ROOT / "test-results" / "screenshots"
SIZE = {"width": 1280, "height": 900}
STILL = "*, ::before, ::after { animation: none !important; transition: none !important; }"
TOLERANCE = 24  # of 255, in one channel: less is how glyphs happen to be smoothed

COMPARE = """async ([first, second, tolerance]) => {
  const load = async (png) => createImageBitmap(await (await fetch(png)).blob());
  const images = [await load(first), await load(second)];
  const width = Math.max(...images.map((image) => image.width));
  const height = Math.max(...images.map((image) => image.height));
  const pixels = images.map((image) => {
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return canvas.getImageData(0, 0, width, height);
  });
  const [a, b] = pixels.map((image) => image.data);
  const marked = new ImageData(width, height);
  let different = 0;
  for (let at = 0; at < a.length; at += 4) {
    const isSame = [0, 1, 2, 3].every((k) => Math.abs(a[at + k] - b[at + k]) <= tolerance);
    if (!isSame) different += 1;
    const grey = 235 + ((a[at] + a[at + 1] + a[at + 2]) / 3) * 0.08;
    marked.data.set(isSame ? [grey, grey, grey, 255] : [220, 0, 0, 255], at);
  }
  const sheet = new OffscreenCanvas(width * 3 + 40, height);
  const context = sheet.getContext("2d");
  [...pixels, marked].forEach((image, n) => context.putImageData(image, n * (width + 20), 0));
  const bytes = new Uint8Array(await (await sheet.convertToBlob()).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  const sizes = images.map((image) => image.height);
  return { share: different / (width * height), sheet: btoa(text), sizes };
}"""


def real_python():
    """The interpreter of a virtual environment with real Dash and what the apps require."""
    python = REAL_DASH / "bin" / "python"
    done = REAL_DASH / "done"
    if not done.exists():
        print(f"making {REAL_DASH.relative_to(ROOT)}; delete it to renew it")
        subprocess.run([sys.executable, "-m", "venv", REAL_DASH], check=True)
        wanted = [f"-r{EXAMPLES / app / 'requirements.txt'}" for app in APPS]
        install: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            f"dash=={target.DASH_VERSION}",
            *wanted,
        ]
        subprocess.run(install, check=True)
        done.touch()
    return python


def start_real(app, python):
    """Start an example on a Dash server; returns the process and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = f"from app import app; app.run(host='127.0.0.1', port={port})"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    folder = EXAMPLES / app
    server = subprocess.Popen(
        [python, "-c", run],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return server, f"http://127.0.0.1:{port}/"


def photograph(browser, address, drawn, uses):
    """Data URLs of the whole page, once it has come to rest, and once more after it was used."""
    page = browser.new_page(viewport=SIZE)
    for _ in range(60):  # until the server answers
        try:
            page.goto(address)
            break
        except Exception:  # noqa: BLE001 - Playwright raises a bare Error
            time.sleep(0.5)
    page.wait_for_selector(drawn, timeout=120_000)
    page.evaluate("window.__pyrt__?.ready")  # the page shows a progress text before
    page.add_style_tag(content=STILL)
    shots = [at_rest(page)]
    for verb, *arguments in uses:
        getattr(page, verb)(*arguments)
        page.wait_for_timeout(500)  # as a person would
    if uses:
        page.mouse.move(0, 0)  # a tooltip under a dialog may be shown or not
        shots.append(at_rest(page))
    page.close()
    return ["data:image/png;base64," + base64.b64encode(png).decode() for png in shots]


def at_rest(page):
    """The first of three screenshots in a row that are the same; at the latest after 20 s."""
    shots: list[bytes] = []
    for _ in range(25):
        shots = [*shots[-2:], page.screenshot(full_page=True)]
        if len(shots) == 3 and len(set(shots)) == 1:
            break
        page.wait_for_timeout(800)
    return shots[-1]


def compare_app(app, pages, browser, python):
    """Photograph the pages of one app twice, compare, write and print."""
    with tempfile.TemporaryDirectory() as folder, static_server(folder) as site:
        build = [PYRT, "build", EXAMPLES / app / "app.py", "-o", Path(folder) / "sub" / app]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        server, real = start_real(app, python)
        try:
            for name in pages:
                path = "" if name in {"start", app} else name
                uses = USED.get(name, [])
                first = photograph(browser, real + path, APPS[app], uses)
                second = photograph(browser, f"{site}/sub/{app}/{path}", APPS[app], uses)
                for label, *shots in zip((name, f"{name}-used"), first, second, strict=False):
                    compare(browser, label, shots)
        finally:
            server.terminate()
            server.wait()


def compare(browser, label, shots):
    """Write the sheet of two pictures, and print how much they differ."""
    sheet = browser.new_page()
    result = sheet.evaluate(COMPARE, [*shots, TOLERANCE])
    sheet.close()
    PICTURES.mkdir(parents=True, exist_ok=True)  # pytest empties test-results
    (PICTURES / f"{label}.png").write_bytes(base64.b64decode(result["sheet"]))
    heights = " and ".join(map(str, dict.fromkeys(result["sizes"])))
    print(f"{label:16} {result['share']:8.4%} of pixels differ   height {heights}", flush=True)


def main(wanted):
    """Make all pairs, or those asked for."""
    pages = {"gallery": GALLERY_PAGES.split(), "penguins": ["penguins"]}
    python = real_python()
    system = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=FLAGS)
        for app, names in pages.items():
            chosen = [name for name in names if not wanted or name in wanted]
            if chosen:
                compare_app(app, chosen, browser, python)
        browser.close()
    print(f"pictures: {PICTURES.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
