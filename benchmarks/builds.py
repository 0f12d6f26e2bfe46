"""How long builds take whose caches are warm and of which only the app's code has changed.

    .venv/bin/python -m benchmarks.builds [--quick]

The baseline is the builder before it cached snapshots by packages (commit `BEFORE`), in a checkout
of this repository with an environment of its own. Checkout and caches of both sides stay in
`.cache`: the first run makes and fills them, which takes some minutes longer.
"""

import argparse
import os
import resource
import shutil
import statistics
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
# A resolver that explains what it takes may make a warm build this much longer.
LONGER_MS = 200
REPETITIONS = 5
QUICK_REPETITIONS = 2


@dataclass(frozen=True, slots=True)
class Took:
    """What a build took, from command to exit: time, and time of the processor, in ms."""

    wall_ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Side:
    """A checkout of this repository whose builder is measured, its Python, a cache of its own."""

    checkout: Path
    python: Path
    cache: Path

    def build(self, app: Path, out: Path, *options: str) -> Took:
        """Build a site."""
        parts = (self.checkout, self.checkout / "build", self.checkout / "pyrt" / "compat")
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, parts)),
            "PYRT_CACHE": str(self.cache),
            "PYRT_STATIC": str(self.checkout / "build" / "pyrt_build" / "static"),
        }
        # As installed: with the bytecode of the builder.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        program = [str(self.python), "-m", "pyrt_build.cli", "build"]
        command = [*program, str(app), "-o", str(out), *options]
        used_ms, began = _cpu_ms(), time.perf_counter()
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=environment, cwd=self.cache
        )
        took_ms = (time.perf_counter() - began) * 1000
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        return Took(took_ms, _cpu_ms() - used_ms)


def _cpu_ms() -> float:
    """The time of the processor that ended programs have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


def checkout_before(commit: str = BEFORE) -> Path:
    """The repository as it was at a commit, with its page built, installed in an environment."""
    folder = sites.CACHE / f"before-{commit}"
    ready = folder / ".venv" / "ready"
    if not ready.is_file():
        sites.note(f"checking out {commit} to compare with")
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["git", "clone", "--quiet", sites.ROOT, folder], check=True)
        subprocess.run(["git", "-C", folder, "checkout", "--quiet", "--detach", commit], check=True)
        modules = sites.ROOT / "web" / "node_modules"
        shutil.copytree(modules, folder / "web" / "node_modules", symlinks=True)
        subprocess.run(["npm", "run", "--silent", "build"], check=True, cwd=folder / "web")
        subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True)
        pip: list[str | Path] = [
            python_of(folder),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--editable",
            folder,
        ]
        subprocess.run(pip, check=True)
        ready.touch()
    return folder


def python_of(checkout: Path) -> Path:
    return checkout / ".venv" / "bin" / "python"


def change(app: Path, number: int) -> None:
    """Change one line of an app, to one that no earlier run of this bench has built."""
    lines = app.read_text().splitlines()
    app.write_text("\n".join([*lines, f"CHANGED = {number}, {time.time_ns()}"]) + "\n")


def measure(name: str, sides: tuple[Side, Side], scratch: Path, rows: Rows, *, quick: bool) -> None:
    """Build an app on both sides in turns, each time with another line in it."""
    app = Path(shutil.copytree(APPS[name].parent, scratch / name), "app.py")
    now, before = sides
    repetitions = QUICK_REPETITIONS if quick else REPETITIONS
    for options, limit_s, how in (
        (["--no-rehearsal"], LIMITS_S[name][0], "without a rehearsal"),
        (["--rehearsal=require"], LIMITS_S[name][1], "with a rehearsal"),
    ):
        sites.note(f"{name}, {how}")
        ours: list[Took] = []
        theirs: list[Took] = []
        # One build of the old side fills its caches as far as they are filled for any change: what
        # it makes for a rehearsal it makes each time. It is slow, so that one will do.
        for number in range(repetitions + 1):
            change(app, number)
            ours.append(now.build(app, scratch / f"{name}-site", *options))
            if number <= (1 if "--no-rehearsal" in options else 0) or not quick:
                theirs.append(before.build(app, scratch / f"{name}-site", *options))
        ours, theirs = ours[1:], theirs[1:] or theirs
        figure = f"build, {name}, warm, {how}, one line changed"
        note = f"{statistics.median(took.cpu_ms for took in ours) / 1000:.2f} s of processor time"
        wall = [took.wall_ms for took in ours]
        rows.add(figure, wall, limit=limit_s * 1000, note=note)
        before_wall = [took.wall_ms for took in theirs]
        rows.compare(f"{figure}, against before", wall, f"pyrt at {BEFORE}", before_wall)
        add_longer(rows, figure, wall, before_wall)


def add_longer(rows: Rows, figure: str, wall: list[float], before_wall: list[float]) -> None:
    """Add how many ms longer a build takes than it did, pair by pair: at most `LONGER_MS`."""
    longer = [now - before for now, before in zip(wall, before_wall, strict=False)]
    rows.add(f"{figure}, longer than before", longer, limit=LONGER_MS)


def main() -> None:
    """Build, and write the rows."""
    parser = argparse.ArgumentParser(description="warm builds, one line of the app changed")
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    given, _ = parser.parse_known_args()
    rows = Rows("builds")
    checkout = checkout_before()
    caches = [sites.CACHE / f"builds-{side}" for side in ("now", "before")]
    for cache in caches:
        cache.mkdir(parents=True, exist_ok=True)
    now = Side(sites.ROOT, Path(sys.executable), caches[0])
    before = Side(checkout, python_of(checkout), caches[1])
    with tempfile.TemporaryDirectory() as folder:
        for name in APPS:
            measure(name, (now, before), Path(folder), rows, quick=given.quick)


if __name__ == "__main__":
    main()
