"""The benchmark: every section, then one table of ratios (RESULTS.md).

    make bench                                      all sections: at most about 30 minutes
    .venv/bin/python -m benchmarks.run --quick     few repetitions: at most about 12
    .venv/bin/python -m benchmarks.run --run 2     a second run, beside the first in the table
    .venv/bin/python -m benchmarks.run clicks size some of them

A section is a separate program in this folder, which writes its rows by `measurements`. A section
that exceeds its time is interrupted and keeps the rows it has; then the next one starts. With
`--record`, as `make bench` has it, the ratios become a line of benchmarks/history.jsonl.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from benchmarks import history, results_table
from benchmarks.measurements import FOLDER, read

HERE = Path(__file__).parent
# Section -> minutes after which it is interrupted, several times what it takes on a quiet machine.
SECTIONS = {
    "engine": 3,
    "clicks": 8,
    "graph": 4,
    "size": 4,
    "builds": 15,
    "paint": 6,
    "start": 20,
    "offline": 12,
    "playground": 12,
    "hot_reload": 8,
    "notebooks": 5,
    "keystrokes": 4,
    "values": 4,
    "frames": 6,
    "components": 8,
    "jobs": 5,
    "bridge": 5,
    "memory": 15,
}
PATIENCE_S = 30  # for a section to write down what it has, and to end its servers and browsers


def commands(name: str, *, quick: bool) -> list[list[str]]:
    """The programs of a section."""
    python = [sys.executable, "-m", f"benchmarks.{name}"]
    if name == "engine":  # its figures count in the worker's Python
        return [["node", str(HERE / "engine.mjs")], python]
    return [[*python, "--quick"] if quick else python]


def run(command: list[str], seconds: float) -> str | None:
    """Run one program; returns what went wrong."""
    with subprocess.Popen(command, cwd=HERE.parent, start_new_session=True) as process:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            interrupt(process)
            return f"interrupted after {seconds:.0f} s"
        except KeyboardInterrupt:
            interrupt(process)
            raise
    return f"exit code {code}" if code else None


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """End a program, and the servers and browsers that it has left."""
    section = psutil.Process(process.pid)
    started = section.children(recursive=True)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE_S)
    for each in [section, *started]:
        with contextlib.suppress(psutil.NoSuchProcess):  # psutil knows a pid that is another's now
            each.kill()


def written(name: str) -> dict[Path, float]:
    """The files of a run, and when they were written."""
    return {path: path.stat().st_mtime for path in (FOLDER / name).glob("*.json")}


def record(name: str, before: Mapping[Path, float]) -> None:
    """Add the sections to the history whose files have been written since then."""
    new = {path.stem for path, at in written(name).items() if before.get(path) != at}
    measured = [each for each in read() if each.run == name and each.section in new]
    ratios = history.ratios_of(measured)
    if ratios:
        history.record("bench", ratios)


def main() -> int:
    """Run the sections that are asked for and make the table; 1 when one of them failed."""
    parser = argparse.ArgumentParser(description="all figures of the project, as ratios")
    parser.add_argument("sections", nargs="*", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    parser.add_argument("--record", action="store_true", help="add the ratios to the history")
    parser.add_argument("--run", default="1", help="name of the run: a column of the table")
    given = parser.parse_args()
    unknown = set(given.sections) - SECTIONS.keys()
    if unknown:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    os.environ["PYRT_BENCH_RUN"] = given.run
    before = written(given.run)
    failed = []
    for name in given.sections or SECTIONS:
        print(f"== {name}", flush=True)
        began = time.monotonic()
        for command in commands(name, quick=given.quick):
            trouble = run(command, 60 * SECTIONS[name])
            if trouble:
                failed.append(f"{name} ({trouble})")
        print(f"   {time.monotonic() - began:.0f} s", flush=True)
    results_table.main()
    if given.record:
        record(given.run, before)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
