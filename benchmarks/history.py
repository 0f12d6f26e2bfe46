"""The ratios of all runs so far: benchmarks/history.jsonl, and the picture of them.

    .venv/bin/python -m benchmarks.history        draw docs/history.svg again

One line of the file is one run, the newest at the end:
`{"date": "2026-11-30", "commit": "66867f1c", "run": "bench" | "quick", "ratios": {row: ratio}}`.
`bench` names a row "section: figure / baseline". `commit` ends with "+" where tracked files had
changes. In the repository are the runs that somebody has committed.
"""

import datetime as dt
import json
import statistics
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import history_picture
from benchmarks.measurements import ROOT, Measured

TARGET = Path(__file__).with_name("history.jsonl")
PICTURE = ROOT / "docs" / "history.svg"
PARTS = {"quick": "make bench-quick", "bench": "make bench"}  # kind of run -> title
# Baselines of the rows of `bench` in the picture: other programs. What is compared with a smaller
# one of the same kind, or with an old pyrt, is in the file only.
SHOWN = (
    "Dash server",
    "Dash in Pyodide",
    "bare loadPyodide()",
    "static HTML and React",
    "clientside callback",
    "plotly.js alone, the same typed arrays",
)
LAST = 3  # runs whose median is what a new run is compared with
DIGITS = 4  # significant ones


@dataclass(frozen=True, slots=True)
class Entry:
    """One run: the day, the commit, its kind, and row -> ratio."""

    date: str
    commit: str
    run: str
    ratios: Mapping[str, float]


def read() -> list[Entry]:
    """Read all runs, the oldest first."""
    lines = TARGET.read_text(encoding="utf-8").splitlines() if TARGET.exists() else []
    return [Entry(**json.loads(line)) for line in lines]


def format_line(entry: Entry) -> str:
    """One line of the file, with the rows in alphabetical order."""
    ratios = {row: float(f"{entry.ratios[row]:.{DIGITS}g}") for row in sorted(entry.ratios)}
    content = {"date": entry.date, "commit": entry.commit, "run": entry.run, "ratios": ratios}
    return json.dumps(content, ensure_ascii=False)


def record(run: str, ratios: Mapping[str, float]) -> None:
    """Add a run of today to the file, and draw the picture."""
    today = dt.datetime.now(dt.UTC).date().isoformat()
    with TARGET.open("a", encoding="utf-8") as file:
        file.write(format_line(Entry(today, commit(), run, ratios)) + "\n")
    main()


def commit() -> str:
    """The commit that is checked out."""
    git = ["git", "-C", str(ROOT)]
    found = subprocess.run(
        [*git, "rev-parse", "--short=8", "HEAD"], check=True, capture_output=True
    )
    changed = subprocess.run([*git, "diff", "--quiet", "HEAD"], check=False)
    return found.stdout.decode().strip() + ("+" if changed.returncode else "")


def references(entries: Sequence[Entry], run: str) -> dict[str, float]:
    """What each row is compared with: the median of its last ratios in runs of this kind."""
    found: dict[str, list[float]] = {}
    for entry in entries:
        for row, ratio in entry.ratios.items() if entry.run == run else ():
            found.setdefault(row, []).append(ratio)
    return {row: statistics.median(ratios[-LAST:]) for row, ratios in found.items()}


def ratios_of(measured: Sequence[Measured]) -> dict[str, float]:
    """Row -> ratio, of sections of the bench; rows without a baseline are left out."""
    return {
        f"{each.section}: {row.figure} / {row.baseline}": row.ratio
        for each in measured
        for row in each.rows
        if row.ratio is not None
    }


def courses(entries: Sequence[Entry], run: str) -> Iterator[history_picture.Course]:
    """The rows of the picture: those that have several ratios, each with all of them."""
    rows = sorted({row for entry in entries if entry.run == run for row in entry.ratios})
    if run == "bench":
        rows = [row for row in rows if row.rpartition(" / ")[2] in SHOWN]
    for row in rows:
        points = [
            (f"{entry.date}, {entry.commit}", entry.ratios[row])
            for entry in entries
            if entry.run == run and row in entry.ratios
        ]
        if len(points) > 1:
            yield history_picture.Course(row, points)


def main() -> None:
    """Draw the picture."""
    entries = read()
    parts = {title: list(courses(entries, run)) for run, title in PARTS.items()}
    PICTURE.write_text(history_picture.draw(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
