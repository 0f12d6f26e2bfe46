"""What was measured, as data: each section of the bench writes one file, `results_table.py` reads them all.

    rows = Rows("jobs")
    rows.add("cancel: click to job ended", [71, 68], limit=100)
    rows.compare("echo while a job computes", ours, "the same page without it", theirs, limit=1.5)

A row is on disk as soon as it is added: what fails later takes nothing with it. A file is
`bench-results/<run>/<section>.json`: `{"section": str, "date": "2026-11-20", "rows": [{"figure",
"unit", "ours": [number], "yardstick": str | null, "theirs": [number], "limit": number | null,
"budget": str | null, "note": str, "capped": bool}]}`. `PYRT_BENCH_RUN` names the run ("1").
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
# The budgets of docs/decisions.md, in its order: key -> its words.
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
        yardstick: what it is compared with; None for a figure that stands alone.
        theirs: the measurements of the yardstick, in the same run.
        unit: of both; the ratio has none.
        limit: what the ratio of the medians (or, standing alone, the median) may be at most.
        budget: which of `BUDGETS` it is; None for a figure beside them.
        note: what one must know to read it.
        capped: the yardstick was given up after `theirs`: it takes more, and the ratio is less.
    """

    figure: str
    ours: Sequence[float]
    yardstick: str | None = None
    theirs: Sequence[float] = ()
    unit: str = "ms"
    limit: float | None = None
    budget: str | None = None
    note: str = ""
    capped: bool = False

    def __post_init__(self) -> None:
        assert self.budget is None or (self.budget in BUDGETS and self.limit is not None)

    @property
    def ratio(self) -> float | None:
        """Of the medians."""
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


def spread(values: Sequence[float], *, capped: bool = False) -> str:
    """Median and range; "> 60000" of what was given up."""
    if not values:
        return ""
    median = statistics.median(values)
    digits = 0 if median >= 100 else 1 if median >= 10 else 2
    low, high = min(values), max(values)
    shown = f"{'> ' if capped else ''}{median:.{digits}f}"
    return shown if low == high else f"{shown} [{low:.{digits}f}..{high:.{digits}f}]"


def quotient(row: Row) -> str:
    """The ratio; "<= 0.02 x" where the yardstick was given up."""
    if row.ratio is None:
        return ""
    return f"{'<= ' if row.capped else ''}{row.ratio:.2f} x"


@dataclass(slots=True)
class Rows:
    """The rows of one section, printed and kept as they come."""

    section: str
    rows: list[Row] = field(default_factory=list)

    def add(self, figure: str, ours: Sequence[float], **more: object) -> None:
        """A figure that stands alone; nothing where nothing was measured."""
        if ours:
            self._append(Row(figure, list(ours), **more))  # type: ignore[arg-type]

    def compare(
        self,
        figure: str,
        ours: Sequence[float],
        yardstick: str,
        theirs: Sequence[float],
        **more: object,
    ) -> None:
        """A figure and its yardstick, measured in turns; nothing where one of them is missing."""
        if ours and theirs:
            self._append(Row(figure, list(ours), yardstick, list(theirs), **more))  # type: ignore[arg-type]

    def _append(self, row: Row) -> None:
        self.rows.append(row)
        limit = "" if row.limit is None else f" (at most {row.limit:g})"
        missed = "   MISSED" if row.held is False else ""
        theirs = spread(row.theirs, capped=row.capped)
        against = f"   {row.yardstick}: {theirs}" if row.yardstick else ""
        print(
            f"{row.figure:46} {spread(row.ours)} {row.unit}{against}   "
            f"{quotient(row)}{limit}{missed}",
            flush=True,
        )
        self._write()

    def _write(self) -> None:
        """Keep them for the table."""
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
    """All that was ever measured here, run by run."""
    for path in sorted(FOLDER.glob("*/*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = [Row(**row) for row in content["rows"]]
        yield Measured(content["section"], path.parent.name, content["date"], rows)
