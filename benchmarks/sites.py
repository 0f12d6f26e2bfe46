"""The apps of the bench, built and served: by pyrt, by a real Dash, by Dash in Pyodide, and a bare
Pyodide.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.dash_in_pyodide.distribution import make_distribution
from benchmarks.dash_in_pyodide.site import make_site
from pyrt_build import target

HERE = Path(__file__).parent
ROOT = HERE.parent
APPS = HERE / "apps"
SALES = ROOT / "examples" / "sales_dashboard" / "app.py"
GALLERY = ROOT / "examples" / "gallery" / "app.py"
PYODIDE = ROOT / "build" / "pyrt_build" / "static" / "pyodide"
CACHE = Path(os.environ.get("PYRT_BENCH_CACHE", ROOT / ".cache"))


def note(text: str) -> None:
    """Report a step that takes time."""
    print(f"... {text}", file=sys.stderr, flush=True)


def build(app: Path, out: Path, *options: str) -> Path:
    """Build an app with pyrt, as an app developer does."""
    pyrt = Path(sys.executable).with_name("pyrt")
    done = subprocess.run(
        [pyrt, "build", app, "-o", out, *options], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return out


def bare(out: Path, wheels: Sequence[Path] = (), imports: str = "") -> Path:
    """A page with stock Pyodide in a worker, which may load wheels and import from them.

    The files are those of the npm package, the standard library included.
    """
    out.mkdir(parents=True)
    shutil.copytree(PYODIDE, out / "runtime")
    for wheel in wheels:
        shutil.copy(wheel, out / "runtime" / wheel.name)
    page = (HERE / "stock.html").read_text()
    names = json.dumps([f"runtime/{wheel.name}" for wheel in wheels])
    page = page.replace("WHEELS", names).replace("IMPORTS", json.dumps(imports or "None"))
    (out / "index.html").write_text(page)
    return out


def wheels_of(site: Path) -> list[Path]:
    """The files, as published, of the packages that a built site has; from the builder's cache."""
    lock = json.loads((site / "pyrt-lock.json").read_text())
    root = Path(os.environ.get("PYRT_CACHE") or Path.home() / ".cache" / "pyrt")
    at_hand = {path.name: path for path in root.rglob("*.whl") if path.parent.name != "repacked"}
    return [at_hand[entry["file"]] for entry in lock["packages"] if entry["name"] != "dash"]


def dash_python() -> Path:
    """The interpreter of the environment that holds a real Dash; made at the first run."""
    folder = CACHE / "dash"
    python = folder / "bin" / "python"
    if not python.exists():
        note("setting up a real Dash to compare with")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        wanted = [
            f"dash=={target.DASH_VERSION}",
            "waitress",
            "pandas",
            "dash-ag-grid",
            "setuptools",
        ]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def dash_server(app: Path) -> Iterator[int]:
    """Serve an app file by a real Dash on waitress; yields the port."""
    with dash_process(app) as (port, _):
        yield port


@contextlib.contextmanager
def dash_process(app: Path) -> Iterator[tuple[int, int]]:
    """The same; yields the port, and the id of the process."""
    port = free_port()
    code = (
        "import runpy, waitress;"
        f"app = runpy.run_path({str(app)!r})['app'];"
        f"waitress.serve(app.server, host='127.0.0.1', port={port}, threads=8)"
    )
    process = subprocess.Popen(
        [dash_python(), "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, seconds: float = 60) -> None:
    """Wait until an address answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(address):
            return
        time.sleep(0.1)
    raise SystemExit(f"{address} did not answer within {seconds} s")


def dash_in_pyodide() -> Path:
    """The files that sites with a real Dash in a worker share; made at the first run."""
    folder = CACHE / "dash-in-pyodide"
    if not folder.is_dir():
        note("setting up Dash in Pyodide to compare with")
        unfinished = folder.with_name(f"{folder.name}.part")
        make_distribution(unfinished, PYODIDE, dash_python())
        unfinished.rename(folder)
    return folder


def build_dash_in_pyodide(app: Path, out: Path) -> Path:
    """Make a site with a real Dash and Flask in a worker, of an app in one file."""
    folder = out.with_name(f"{out.name}-app")
    folder.mkdir(parents=True)
    shutil.copy(app, folder / "app.py")
    make_site(folder, out, dash_in_pyodide(), dash_python())
    return out
