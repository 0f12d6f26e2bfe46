"""What was measured, as data: each section of the bench writes one file, `table.py` reads them all.

    rows = Rows("jobs")
    rows.add("cancel: click to job ended", [71, 68], limit=100)
    rows.compare("echo while a job computes", ours, "the same page without it", theirs, limit=1.5)
    rows.write()

A file is `{"section": str, "date": "2026-11-20", "rows": [{"figure", "unit", "ours": [number],
"yardstick": str | null, "theirs": [number], "limit": number | null, "budget": bool, "note"}]}`.
"""

import datetime as dt
import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "bench-results"


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
        budget: whether product.md, section 4, has it.
        note: what one must know to read it.
    """

    figure: str
    ours: Sequence[float]
    yardstick: str | None = None
    theirs: Sequence[float] = ()
    unit: str = "ms"
    limit: float | None = None
    budget: bool = False
    note: str = ""

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


def spread(values: Sequence[float]) -> str:
    """Median and range."""
    if not values:
        return ""
    median = statistics.median(values)
    digits = 0 if median >= 100 else 1 if median >= 10 else 2
    low, high = min(values), max(values)
    if len(values) == 1 or low == high:
        return f"{median:.{digits}f}"
    return f"{median:.{digits}f} [{low:.{digits}f}..{high:.{digits}f}]"


@dataclass(slots=True)
class Rows:
    """The rows of one section, printed as they come."""

    section: str
    rows: list[Row] = field(default_factory=list)

    def add(self, figure: str, ours: Sequence[float], **more: object) -> None:
        """A figure that stands alone."""
        self._append(Row(figure, list(ours), **more))  # type: ignore[arg-type]

    def compare(
        self,
        figure: str,
        ours: Sequence[float],
        yardstick: str,
        theirs: Sequence[float],
        **more: object,
    ) -> None:
        """A figure and its yardstick, measured in turns."""
        self._append(Row(figure, list(ours), yardstick, list(theirs), **more))  # type: ignore[arg-type]

    def _append(self, row: Row) -> None:
        self.rows.append(row)
        ratio = "" if row.ratio is None else f"{row.ratio:6.2f} x"
        limit = "" if row.limit is None else f" (at most {row.limit:g})"
        missed = "   MISSED" if row.held is False else ""
        against = f"   {row.yardstick}: {spread(row.theirs)}" if row.yardstick else ""
        print(
            f"{row.figure:46} {spread(row.ours)} {row.unit}{against}   {ratio}{limit}{missed}",
            flush=True,
        )

    def write(self) -> None:
        """Keep them for the table."""
        FOLDER.mkdir(exist_ok=True)
        content = {
            "section": self.section,
            "date": dt.datetime.now(dt.UTC).date().isoformat(),
            "rows": [asdict(row) for row in self.rows],
        }
        path = FOLDER / f"{self.section}.json"
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def read() -> dict[str, tuple[str, list[Row]]]:
    """All sections that were ever measured here: name -> (date, rows)."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = [Row(**row) for row in content["rows"]]
        found[content["section"]] = (content["date"], rows)
    return found
