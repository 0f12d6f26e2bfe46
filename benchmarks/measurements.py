"""The rows of a section of the bench, written as JSON; `results_table.py` reads the files again.

    rows = Rows("jobs")
    rows.add("cancel: click to job ended", [71, 68], limit=100)
    rows.compare("echo while a job computes", ours, "the same page without it", theirs, limit=1.5)

A row is written to disk as soon as it is added, and a later failure does not delete it. A file is
`bench-results/<run>/<section>.json`: `{"section": str, "date": "2026-11-20", "rows": [{"figure",
"unit", "ours": [number], "baseline": str | null, "theirs": [number], "limit": number | null,
"budget": str | null, "note": str, "capped": bool, "floor": [number], "why": str}]}`.
`PYRT_BENCH_RUN` names the run ("1"); the run "quick" belongs to `make bench-quick`, and is in no
table.
"""

import datetime as dt
import json
import os
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "bench-results"
QUICK = "quick"
# The budgets of docs/decisions.md, in its order: key -> text.
BUDGETS = {
    "paint": "first paint of a rehearsed site, against the same page as static HTML and React",
    "cold": "ready, cold, a plotly app, against stock loadPyodide() alone",
    "cold, Dash": "ready, cold, a plotly app, against real Dash in Pyodide",
    "warm": "ready, warm, a plotly app, against stock loadPyodide() alone, warm",
    "click, Dash": "click -> Python -> DOM, against real Dash on localhost",
    "click, clientside": "click -> Python -> DOM, against a clientside callback in the same page",
    "overhead": "own overhead per callback in the worker",
    "wildcards": "1,000 wildcard components, ALL and MATCH, against Dash on localhost",
    "1 of 10,000": "a click that touches 1 of 10,000 components, against 1 of 100",
    "graph": "Graph of 1e6 points updated from numpy, against plotly.js alone",
    "download, minimal": "download of a minimal app, brotli, beyond the runtime files",
    "download, plotly": "download of a plotly app, brotli, beyond the runtime files and plotly.js",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        figure: what was measured.
        ours: the measurements of pyrt, in `unit`.
        baseline: what pyrt is compared with; None for a figure without a comparison.
        theirs: the measurements of the baseline, in the same run.
        unit: of both; the ratio has none.
        limit: the maximum of the ratio of the medians (without a baseline, of the median).
        budget: its key in `BUDGETS`; None for a figure that is no budget.
        note: what a reader must know about the figure.
        capped: the baseline was stopped after `theirs`: it takes longer, and the ratio is smaller.
        floor: what nothing can go below, measured in the same run, in `unit`.
        why: what the floor is.
    """

    figure: str
    ours: Sequence[float]
    baseline: str | None = None
    theirs: Sequence[float] = ()
    unit: str = "ms"
    limit: float | None = None
    budget: str | None = None
    note: str = ""
    capped: bool = False
    floor: Sequence[float] = ()
    why: str = ""

    def __post_init__(self) -> None:
        assert self.budget is None or (self.budget in BUDGETS and self.limit is not None)

    @property
    def ratio(self) -> float | None:
        """The ratio of the medians; None without a baseline."""
        if not self.theirs:
            return None
        return statistics.median(self.ours) / statistics.median(self.theirs)

    @property
    def held(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        if self.limit is None:
            return None
        ratio = self.ratio
        return (statistics.median(self.ours) if ratio is None else ratio) <= self.limit

    @property
    def floor_ratio(self) -> float | None:
        """The ratio that the floor has; without a baseline, the floor itself; None without one."""
        if not self.floor:
            return None
        floor = statistics.median(self.floor)
        return floor / statistics.median(self.theirs) if self.theirs else floor


def spread(values: Sequence[float], *, capped: bool = False) -> str:
    """Format median and range; "> 60000" for a measurement that was stopped."""
    if not values:
        return ""
    median = statistics.median(values)
    digits = 0 if median >= 100 else 1 if median >= 10 else 2
    low, high = min(values), max(values)
    shown = f"{'> ' if capped else ''}{median:.{digits}f}"
    return shown if low == high else f"{shown} [{low:.{digits}f}..{high:.{digits}f}]"


def quotient(row: Row) -> str:
    """Format the ratio; "<= 0.02 x" where the baseline was stopped."""
    if row.ratio is None:
        return ""
    return f"{'<= ' if row.capped else ''}{row.ratio:.2f} x"


@dataclass(slots=True)
class Rows:
    """The rows of one section; each is printed and written to disk when it is added."""

    section: str
    rows: list[Row] = field(default_factory=list)

    def add(self, figure: str, ours: Sequence[float], **more: object) -> None:
        """Add a figure without a baseline; no row if nothing was measured."""
        if ours:
            self._append(Row(figure, list(ours), **more))  # type: ignore[arg-type]

    def compare(
        self,
        figure: str,
        ours: Sequence[float],
        baseline: str,
        theirs: Sequence[float],
        **more: object,
    ) -> None:
        """Add a figure and its baseline, measured in turns; no row if either is missing."""
        if ours and theirs:
            self._append(Row(figure, list(ours), baseline, list(theirs), **more))  # type: ignore[arg-type]

    def _append(self, row: Row) -> None:
        self.rows.append(row)
        limit = "" if row.limit is None else f" (at most {row.limit:g})"
        missed = "   MISSED" if row.held is False else ""
        theirs = spread(row.theirs, capped=row.capped)
        against = f"   {row.baseline}: {theirs}" if row.baseline else ""
        print(
            f"{row.figure:46} {spread(row.ours)} {row.unit}{against}   "
            f"{quotient(row)}{limit}{missed}",
            flush=True,
        )
        self._write()

    def _write(self) -> None:
        """Write all rows so far to the file of the section."""
        content = {
            "section": self.section,
            "date": dt.datetime.now(dt.UTC).date().isoformat(),
            "rows": [asdict(row) for row in self.rows],
        }
        path = FOLDER / os.environ.get("PYRT_BENCH_RUN", "1") / f"{self.section}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Measured:
    """One section of one run."""

    section: str
    run: str
    date: str
    rows: Sequence[Row]


def read() -> Iterator[Measured]:
    """Read all files in bench-results/, run by run, without those of `make bench-quick`."""
    for path in sorted(FOLDER.glob("*/*.json")):
        if path.parent.name == QUICK:
            continue
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = [Row(**row) for row in content["rows"]]
        yield Measured(content["section"], path.parent.name, content["date"], rows)
