"""The file of results, one JSON object a line, and its summary."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from .suite import ROOTS

OUTCOMES = ("pass", "fail", "harness-error", "n/a")
NAME_CHARS = 74

type Result = Mapping[str, Any]


def read_results(path: Path) -> dict[str, Result]:
    """The last result of each test, by its id; lines that were cut off are left out."""
    results = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            result = json.loads(line)
        except ValueError:
            continue
        results[result["id"]] = result
    return results


def summarize(results: Iterable[Result], by: Literal["file", "folder"]) -> Iterator[str]:
    """A table of outcomes, in lines."""
    groups: dict[str, Counter[str]] = {}
    rules: Counter[str] = Counter()
    for result in results:
        group = result["file"] if by == "file" else folder_of(result["file"])
        groups.setdefault(group, Counter())[result["outcome"]] += 1
        if result["outcome"] == "n/a":
            rules[result["rule"]] += 1
    header = "".join(f" {name:>6}" for name in ("pass", "fail", "h-err", "n/a", "pass%"))
    yield f"{by:{NAME_CHARS}}{header}"
    for group in sorted(groups):
        yield _row(group, groups[group], digits=0)
    yield _row("TOTAL", sum(groups.values(), Counter()), digits=1)
    if rules:
        yield "n/a by rule: " + ", ".join(f"{rule} {n}" for rule, n in rules.most_common())


def folder_of(file: str) -> str:
    """The part of the suite and the folder in it: `integration/callbacks`, `dcc/*.py`."""
    for root, name in ROOTS.items():
        if file.startswith(f"{root}/"):
            first, *rest = file.removeprefix(f"{root}/").split("/")
            return f"{name}/{first if rest else '*.py'}"
    return file


def _row(name: str, counts: Counter[str], *, digits: int) -> str:
    run = counts["pass"] + counts["fail"]
    share = f"{100 * counts['pass'] / run:.{digits}f}" if run else "-"
    numbers = "".join(f" {counts[outcome]:6}" for outcome in OUTCOMES)
    return f"{name[-NAME_CHARS:]:{NAME_CHARS}}{numbers} {share:>6}"


def read_known_failures(path: Path) -> dict[str, str]:
    """Names of tests that are known to fail, each with the reason: lines of `NAME: REASON`."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split(": ", 1) for line in lines)


def new_failures(results: Iterable[Result], known: Mapping[str, str]) -> list[str]:
    """Ids of tests that fail and are not known to."""
    return [
        result["id"]
        for result in results
        if result["outcome"] == "fail" and result["id"].split("::", 1)[1] not in known
    ]
