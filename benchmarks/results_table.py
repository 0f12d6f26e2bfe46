"""Write benchmarks/RESULTS.md, the tables of all rows, from the files in bench-results/.

    .venv/bin/python -m benchmarks.results_table

Runs stand side by side, each with median and spread; a limit is held when it is in every run. The
budgets of docs/decisions.md come first, in its order, and a budget without a row is listed as not
measured.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measurements import BUDGETS, Measured, Row, quotient, read, spread

TARGET = Path(__file__).with_name("RESULTS.md")
HEAD = f"""# What was measured

Written by `make bench` (benchmarks/results_table.py) on a machine with {os.cpu_count()} cores,
which may have been busy: compare ratios, not times. Median [min..max]; both sides of a row
alternate in one run, and the worse run decides whether a limit is held. Rows in bold are budgets of
the project (docs/decisions.md); "at most" is the limit of the ratio, or of the figure itself where
there is no baseline. "> 60000" is a baseline that was stopped after so many milliseconds.
"""

type Side = dict[str, Row]  # one figure: run -> its row


def by_figure(measured: Sequence[Measured]) -> list[Side]:
    """The rows of all runs, those of one figure together, in the order of their first run."""
    found: dict[tuple[str, str, str | None], Side] = {}
    for each in measured:
        for row in each.rows:
            found.setdefault((each.section, row.figure, row.baseline), {})[each.run] = row
    return list(found.values())


def verdict(side: Side) -> str:
    """Return "held" if the limit is held in every run, "**missed**" if not, "" without a limit."""
    held = [row.held for row in side.values() if row.held is not None]
    if not held:
        return ""
    return "held" if all(held) else "**missed**"


def line(side: Side, runs: Sequence[str]) -> str:
    """One row of the table."""
    row = next(iter(side.values()))
    name = f"**{row.figure}**" if row.budget else row.figure
    note = f" ({row.note})" if row.note else ""
    limit = "" if row.limit is None else f"{row.limit:g}"
    cells = [f"{name}{note}", row.baseline or "", limit]
    for run in runs:
        if run not in side:
            cells += ["", "", ""]
            continue
        each = side[run]
        theirs = spread(each.theirs, capped=each.capped)
        cells += [f"{spread(each.ours)} {each.unit}", theirs, quotient(each)]
    return f"| {' | '.join([*cells, verdict(side)])} |"


def table(sides: Sequence[Side], runs: Sequence[str]) -> Iterator[str]:
    """A head and its rows."""
    head = ["figure", "baseline", "at most"]
    for run in runs:
        head += [f"run {run}: pyrt", "baseline", "ratio"]
    yield f"| {' | '.join([*head, ''])} |"
    yield "|---" * (len(head) + 1) + "|"
    for side in sides:
        yield line(side, runs)


def lines() -> Iterator[str]:
    """The file, line by line."""
    measured = list(read())
    runs = list(dict.fromkeys(each.run for each in measured))
    sides = by_figure(measured)
    yield HEAD
    yield "## Budgets\n"
    order = {key: place for place, key in enumerate(BUDGETS)}
    found = [(side, next(iter(side.values())).budget) for side in sides]
    kept = [(side, key) for side, key in found if key]
    yield from table([side for side, key in sorted(kept, key=lambda each: order[each[1]])], runs)
    measured_keys = {key for _, key in kept}
    for key, words in BUDGETS.items():
        if key not in measured_keys:
            yield f"\nNot measured: {words}."
    yield ""
    for section in dict.fromkeys(each.section for each in measured):
        own = [each for each in measured if each.section == section]
        yield f"## {section}\n"
        yield f"Measured {', '.join(dict.fromkeys(each.date for each in own))}.\n"
        yield from table(by_figure(own), runs)
        yield ""


def main() -> None:
    """Write the file."""
    TARGET.write_text("\n".join(lines()), encoding="utf-8")
    print(f"{TARGET} written")


if __name__ == "__main__":
    main()
