"""How long builds take whose caches are warm and of which only the app's code has changed.

    .venv/bin/python -m benchmarks.builds [--quick]

The baseline is the builder before it cached snapshots by packages (commit `BEFORE`), in a checkout
of this repository that is made at the first run, with this environment's packages.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import sites
from benchmarks.measurements import Rows

BEFORE = "0aca470"
COUNTER = sites.ROOT / "examples" / "counter" / "app.py"
APPS = {"counter": COUNTER, "sales": sites.SALES}
# Seconds that a warm build may take: without and with a rehearsal.
LIMITS_S = {"counter": (0.3, 6), "sales": (1, 12)}
REPETITIONS = 5


@dataclass(frozen=True, slots=True)
class Side:
    """A checkout of this repository whose builder is measured, with a cache of its own."""

    checkout: Path
    cache: Path

    def build(self, app: Path, out: Path, *options: str) -> float:
        """Build a site; returns the milliseconds it took, from command to exit."""
        parts = (self.checkout, self.checkout / "build", self.checkout / "pyrt" / "compat")
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, parts)),
            "PYRT_CACHE": str(self.cache),
            "PYRT_STATIC": str(self.checkout / "build" / "pyrt_build" / "static"),
        }
        program = [sys.executable, "-m", "pyrt_build.cli", "build"]
        command = [*program, str(app), "-o", str(out), *options]
        began = time.perf_counter()
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=environment, cwd=self.cache
        )
        took_ms = (time.perf_counter() - began) * 1000
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        return took_ms


def checkout_before() -> Path:
    """The repository as it was at `BEFORE`, with its page built; made at the first run."""
    folder = sites.CACHE / f"before-{BEFORE}"
    if not folder.is_dir():
        sites.note(f"checking out {BEFORE} to compare with")
        unfinished = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        subprocess.run(["git", "clone", "--quiet", sites.ROOT, unfinished], check=True)
        subprocess.run(
            ["git", "-C", unfinished, "checkout", "--quiet", "--detach", BEFORE], check=True
        )
        modules = sites.ROOT / "web" / "node_modules"
        shutil.copytree(modules, unfinished / "web" / "node_modules", symlinks=True)
        subprocess.run(["npm", "run", "--silent", "build"], check=True, cwd=unfinished / "web")
        unfinished.rename(folder)
    return folder


def change(app: Path, number: int) -> None:
    """Change one line of an app."""
    lines = app.read_text().splitlines()
    app.write_text("\n".join([*lines, f"CHANGED = {number}"]) + "\n")


def measure(
    name: str, sides: tuple[Side, Side], scratch: Path, repetitions: int, rows: Rows
) -> None:
    """Build an app on both sides in turns, each time with another line in it."""
    app = Path(shutil.copytree(APPS[name].parent, scratch / name), "app.py")
    for options, limit_s, how in (
        (["--no-rehearsal"], LIMITS_S[name][0], "without a rehearsal"),
        (["--rehearsal=require"], LIMITS_S[name][1], "with a rehearsal"),
    ):
        sites.note(f"{name}, {how}: filling the caches")
        times: tuple[list[float], list[float]] = ([], [])
        for number in range(repetitions + 1):
            change(app, number)
            for side, taken in zip(sides, times, strict=True):
                took_ms = side.build(app, scratch / f"{name}-site", *options)
                if number:
                    taken.append(took_ms)
        figure = f"build, {name}, warm, {how}, one line changed"
        rows.add(figure, times[0], limit=limit_s * 1000)
        rows.compare(f"{figure}, against before", times[0], f"pyrt at {BEFORE}", times[1])


def main() -> None:
    """Build, and write the rows."""
    parser = argparse.ArgumentParser(description="warm builds, one line of the app changed")
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    given, _ = parser.parse_known_args()
    rows = Rows("builds")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        checkouts = {"now": sites.ROOT, "before": checkout_before()}
        for side in checkouts:
            (scratch / side).mkdir()
        now, before = (Side(where, scratch / side) for side, where in checkouts.items())
        for name in APPS:
            measure(name, (now, before), scratch, 2 if given.quick else REPETITIONS, rows)


if __name__ == "__main__":
    main()
