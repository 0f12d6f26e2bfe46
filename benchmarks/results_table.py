"""Write benchmarks/RESULTS.md, the tables of all rows, from the files in bench-results/.

    .venv/bin/python -m benchmarks.results_table

Runs stand side by side, each with median and spread; a limit is held when it is in every run. A
section without a file in bench-results/ keeps the text that it has in RESULTS.md. The budgets of
docs/decisions.md come first: the rows in bold of all sections.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
FIRST = ("figure", "baseline", "at most")
BUDGET_TABLE = "Budgets"
OF_A_RUN = 3  # cells: ours, baseline, ratio

type Side = dict[str, Row]  # one figure: run -> its row


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, as text.

    Attributes:
        first: figure, baseline, limit.
        by_run: run -> ours, baseline, ratio.
        verdict: whether the limit is held.
        budget: its key in `BUDGETS`; "" where the file does not say it.
    """

    first: tuple[str, ...]
    by_run: Mapping[str, Sequence[str]]
    verdict: str
    budget: str = ""

    @property
    def is_budget(self) -> bool:
        """Whether the figure is in bold."""
        return self.first[0].startswith("**")

    @property
    def name(self) -> tuple[str, str]:
        """Figure without its note, and baseline."""
        return self.first[0].rpartition("**")[0], self.first[1]


@dataclass(slots=True)
class Section:
    """What is below a heading: a text, a table, and a text again; as a file has it, in `raw`."""

    text: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)


def by_figure(measured: Sequence[Measured]) -> list[Side]:
    """The rows of all runs, those of one figure together, in the order of their first run."""
    found: dict[tuple[str, str, str | None], Side] = {}
    for each in measured:
        for row in each.rows:
            found.setdefault((each.section, row.figure, row.baseline), {})[each.run] = row
    return list(found.values())


def verdict(side: Side) -> str:
    """Return "held" if the limit is held in every run, "" without a limit.

    Where it is missed, the floor and what that is stand behind "**missed**".
    """
    held = [row.held for row in side.values() if row.held is not None]
    if not held:
        return ""
    if all(held):
        return "held"
    floors = [row.floor_ratio for row in side.values() if row.floor_ratio is not None]
    if not floors:
        return "**missed**"
    row = next(iter(side.values()))
    unit = "x" if row.theirs else row.unit
    return f"**missed**; floor {min(floors):.2f} {unit}: {row.why}"


def written(side: Side) -> Line:
    """One figure as text."""
    row = next(iter(side.values()))
    name = f"**{row.figure}**" if row.budget else row.figure
    note = f" ({row.note})" if row.note else ""
    limit = "" if row.limit is None else f"{row.limit:g}"
    by_run = {
        run: (
            f"{spread(each.ours)} {each.unit}".rstrip(),
            spread(each.theirs, capped=each.capped),
            quotient(each),
        )
        for run, each in side.items()
    }
    first = (f"{name}{note}", row.baseline or "", limit)
    return Line(first, by_run, verdict(side), row.budget or "")


# --- the file as it is


def parse(text: str) -> dict[str, Section]:
    """Read the sections of RESULTS.md by their headings, the first being "" above all of them."""
    sections = {"": Section()}
    section, runs = sections[""], []
    for each in text.splitlines():
        if each.startswith("## "):
            section = sections[each.removeprefix("## ")] = Section()
            continue
        section.raw.append(each)
        if not each.startswith("|"):
            (section.after if section.lines else section.text).append(each)
        elif each.startswith("| figure "):
            runs = list_runs(cells(each))
        elif not each.startswith("|---"):
            section.lines.append(read_line(cells(each), runs))
    return sections


def cells(line: str) -> list[str]:
    """The texts of a table's row."""
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split(" |")]


def list_runs(head: Sequence[str]) -> list[str]:
    """The names of the runs, from the head of a table."""
    ours = head[len(FIRST) : -1 : OF_A_RUN]
    return [cell.removeprefix("run ").removesuffix(": pyrt") for cell in ours]


def read_line(found: Sequence[str], runs: Sequence[str]) -> Line:
    """Read the row of a table; a run without a figure is left out."""
    start = len(FIRST)
    by_run = {
        run: found[start + OF_A_RUN * place : start + OF_A_RUN * (place + 1)]
        for place, run in enumerate(runs)
    }
    kept = {run: texts for run, texts in by_run.items() if any(texts)}
    return Line(tuple(found[:start]), kept, found[-1])


# --- the file as it will be


def merge(before: dict[str, Section], measured: Sequence[Measured]) -> dict[str, Section]:
    """The sections of the file by name, budgets first; those that were measured are replaced."""
    new: dict[str, Section] = {}
    for name in dict.fromkeys(each.section for each in measured):
        own = [each for each in measured if each.section == name]
        dates = ", ".join(dict.fromkeys(each.date for each in own))
        lines = [written(side) for side in by_figure(own)]
        new[name] = Section(["", f"Measured {dates}.", ""], lines)
    kept = {name: each for name, each in before.items() if name not in {"", BUDGET_TABLE}}
    sections = kept | new
    lines = [line for each in sections.values() for line in each.lines if line.is_budget]
    return {BUDGET_TABLE: budgets(before.get(BUDGET_TABLE), lines), **sections}


def budgets(before: Section | None, lines: Sequence[Line]) -> Section:
    """The table of budgets: rows at the place that they have in the old one, others below.

    A budget that no section measures is named below the table. The rows of an old file do not say
    which budget they are of, so that those are named which the old file names, too.
    """
    place = {line.name: n for n, line in enumerate(before.lines if before else ())}
    order = {key: n for n, key in enumerate(BUDGETS)}
    ordered = sorted(
        lines, key=lambda line: (place.get(line.name, len(place)), order.get(line.budget, 0))
    )
    measured = {line.budget for line in lines}
    missing = [f"Not measured: {BUDGETS[key]}." for key in BUDGETS if key not in measured]
    if before is not None:
        missing = [text for text in missing if text in before.after]
    return Section([""], ordered, [part for text in missing for part in ("", text)])


def table(lines: Sequence[Line]) -> Iterator[str]:
    """A head and its rows."""
    runs = list(dict.fromkeys(run for line in lines for run in line.by_run))
    head = list(FIRST)
    for run in runs:
        head += [f"run {run}: pyrt", "baseline", "ratio"]
    yield f"| {' | '.join([*head, ''])} |"
    yield "|---" * (len(head) + 1) + "|"
    for line in lines:
        texts = [*line.first]
        for run in runs:
            texts += line.by_run.get(run, ("",) * OF_A_RUN)
        yield f"| {' | '.join([*texts, line.verdict])} |"


def compose(text: str, measured: Sequence[Measured]) -> str:
    """The new text of the file.

    Args:
        text: the old one; "" if there is none.
        measured: all sections in bench-results/.
    """
    result = HEAD
    for name, section in merge(parse(text), measured).items():
        below = section.raw or [*section.text, *table(section.lines), *section.after]
        result += "\n".join([f"\n## {name}", *below]).rstrip("\n") + "\n"
    return result


def main() -> None:
    """Write the file."""
    before = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
    TARGET.write_text(compose(before, list(read())), encoding="utf-8")
    print(f"{TARGET} written")


if __name__ == "__main__":
    main()
