"""The benchmark: every section, then one table of ratios (RESULTS.md).

    make bench                                      all sections
    .venv/bin/python -m tests.bench.run --quick     few repetitions: about ten minutes
    .venv/bin/python -m tests.bench.run clicks size some of them

A section is a program of its own in this folder, which writes its rows through `results`.
`PYRT_BENCH_BASELINE` names the folder of the Dash-in-Pyodide baseline; without it, that yardstick
is left out.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from tests.bench import table

HERE = Path(__file__).parent
SECTIONS = ("engine", "start", "clicks", "keystrokes", "graph", "size", "paint", "jobs", "bridge")


def main() -> int:
    """Run the sections that are asked for and make the table; 1 when one of them failed."""
    here = [name for name in SECTIONS if (HERE / f"{name}.py").is_file()]
    parser = argparse.ArgumentParser(description="all figures of the project, as ratios")
    parser.add_argument("sections", nargs="*", help=", ".join(here))
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    given = parser.parse_args()
    unknown = set(given.sections) - set(here)
    if unknown:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(here)}")
    failed = []
    for name in given.sections or here:
        print(f"== {name}", flush=True)
        began = time.monotonic()
        command = [
            sys.executable,
            "-m",
            f"tests.bench.{name}",
            *(["--quick"] if given.quick else []),
        ]
        if subprocess.run(command, check=False, cwd=HERE.parents[1]).returncode:
            failed.append(name)
        print(f"   {time.monotonic() - began:.0f} s", flush=True)
    table.main()
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
