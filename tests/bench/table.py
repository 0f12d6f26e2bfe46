"""One table of all that was measured: tests/bench/RESULTS.md, from the files in bench-results/.

.venv/bin/python -m tests.bench.table
"""

import os
from collections.abc import Iterator
from pathlib import Path

from tests.bench.results import Row, read, spread

TARGET = Path(__file__).with_name("RESULTS.md")
HEAD = f"""# What was measured

Written by `make bench` (tests/bench/table.py) on a machine with {os.cpu_count()} cores, which may
have been busy: compare ratios, not times. Median [min..max]; both sides of a row alternate in one
run. Rows in bold are budgets of the project; "at most" is what they must reach.
"""


def line(row: Row) -> str:
    """One row of the table."""
    name = f"**{row.figure}**" if row.budget else row.figure
    note = f" ({row.note})" if row.note else ""
    theirs = f"{row.yardstick}: {spread(row.theirs)}" if row.yardstick else ""
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} x"
    limit = "" if row.limit is None else f"{row.limit:g}"
    verdict = {None: "", True: "held", False: "**missed**"}[row.held]
    ours = f"{spread(row.ours)} {row.unit}"
    return f"| {name}{note} | {ours} | {theirs} | {ratio} | {limit} | {verdict} |"


def lines() -> Iterator[str]:
    """The file, line by line."""
    yield HEAD
    for section, (date, rows) in read().items():
        yield f"## {section}\n\nMeasured {date}.\n"
        yield "| figure | pyrt | yardstick | ratio | at most | |"
        yield "|---|---|---|---|---|---|"
        yield from map(line, rows)
        yield ""


def main() -> None:
    """Write the file."""
    TARGET.write_text("\n".join(lines()), encoding="utf-8")
    print(f"{TARGET} written")


if __name__ == "__main__":
    main()
