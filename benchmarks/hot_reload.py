"""A save until it is drawn: `pyrt dev`, against Dash's own hot reload.

    .venv/bin/python -m benchmarks.hot_reload [--quick]

Both serve a copy of the same app with `debug=True`, each to a page of its own, and are edited in
turns: the text of a heading changes. Dash's page asks for changes every 3 s, as its default is.
"""

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import sites
from benchmarks.chrome import open_profile
from benchmarks.measurements import Rows

APPS = {"counter": sites.ROOT / "examples" / "counter" / "app.py", "sales": sites.SALES}
LIMITS = {"counter": 0.1, "sales": 0.3}
# Dash's page first learns the version that it has: a save before that would never be drawn.
FIRST_QUESTION_S = 8
HEADING = re.compile(r'html\.H1\("([^"]*)"')


class Edited:
    """A copy of an app, whose heading is changed."""

    def __init__(self, app: Path, folder: Path) -> None:
        shutil.copytree(app.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
        self.file = folder / app.name
        self._source = self.file.read_text(encoding="utf-8")

    def save(self, text: str) -> None:
        """Save the app with another heading."""
        changed = HEADING.sub(f'html.H1("{text}"', self._source, count=1)
        self.file.write_text(changed, encoding="utf-8")


@contextlib.contextmanager
def pyrt_dev(app: Path) -> Iterator[str]:
    """Serve an app by `pyrt dev`; yields the address."""
    command = [sys.executable, "-m", "pyrt_build.cli", "dev", app.name, "--port", "0"]
    with subprocess.Popen(
        command, cwd=app.parent, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "pyrt dev has written no address"
        try:
            yield found[0]
        finally:
            process.terminate()


@contextlib.contextmanager
def dash_debug(app: Path) -> Iterator[str]:
    """Serve an app by a real Dash, as `python app.py` does; yields the address."""
    port = sites.free_port()
    python = sites.dash_python()
    if subprocess.run([python, "-c", "import pandas"], check=False).returncode:
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pandas"], check=True)
    with subprocess.Popen(
        [python, app.name],
        cwd=app.parent,
        env={**os.environ, "PORT": str(port), "PYTHONPATH": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            sites.wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}/"
        finally:
            os.killpg(process.pid, 15)  # the process that watches, and the one that serves


def main() -> None:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    times = 3 if parser.parse_args().quick else 7
    rows = Rows("hot_reload")
    for name, app in APPS.items():
        measured: dict[str, list[float]] = {"pyrt": [], "dash": []}
        with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
            sides: dict[str, Callable[[str], float]] = {}
            for side, serve in (("pyrt", pyrt_dev), ("dash", dash_debug)):
                edited = Edited(app, Path(scratch, side))
                address = stack.enter_context(serve(edited.file))
                tab = stack.enter_context(open_profile()).new_tab()
                tab.goto(address)
                tab.wait_for("document.querySelector('h1')", 120)
                if side == "pyrt":
                    tab.wait_until_ready(120)
                else:
                    time.sleep(FIRST_QUESTION_S)

                def save(text: str, edited: Edited = edited, tab: object = tab) -> float:
                    began = time.monotonic()
                    edited.save(text)
                    wanted = f"document.querySelector('h1')?.textContent === '{text}'"
                    tab.wait_for(wanted, 120)  # type: ignore[attr-defined]
                    return 1000 * (time.monotonic() - began)

                sides[side] = save
            for count in range(times + 1):
                for side, save_and_wait in sides.items():
                    took = save_and_wait(f"Edit {count}")
                    if count:  # the first one imports what later ones have
                        measured[side].append(took)
        rows.compare(
            f"save to drawn: {name}",
            measured["pyrt"],
            "Dash's hot reload",
            measured["dash"],
            limit=LIMITS[name],
        )


if __name__ == "__main__":
    main()
