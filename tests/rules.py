"""Which test holds which rule: lists rule -> tests and fails on a gap.

    python tests/rules.py            the gaps, if any
    python tests/rules.py --all      every rule with the tests that cite it

A test cites a rule by its number (S-77, or S-63..S-66 for all between) in its docstring, its title
or a comment, in Python or TypeScript. S-n are the callback semantics, R-n the renderer contract.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parent
WEB_TESTS = TESTS.parent / "web" / "test"

# First and last number of each run of rules; numbers between runs are not in use.
RUNS = {
    "S": [
        (1, 22), (30, 43), (50, 54), (61, 86), (88, 106), (110, 113), (119, 128),
        (130, 133), (140, 153), (160, 174), (180, 181),
    ],
    "R": [(1, 79)],
}  # fmt: skip

# Rules that no test can hold.
ELSEWHERE = {
    "S-180": "a remark on where the scheduler could live",
    "R-14": "addresses of a Dash server; ours are in R-16",
}
CITATION = re.compile(r"\b([SR])-(\d+)(?:\.\.[SR]-(\d+))?")
PYTHON_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)
WEB_TEST = re.compile(r"""^\s*(?:it|test)\(\s*["'`]([^"'`]+)""", re.MULTILINE)


def rules() -> list[str]:
    """Every rule that a test must cite."""
    names = (
        f"{book}-{number}"
        for book, runs in RUNS.items()
        for first, last in runs
        for number in range(first, last + 1)
    )
    return [name for name in names if name not in ELSEWHERE]


def cited(text: str) -> set[str]:
    """The rules that a piece of text names."""
    found = set()
    for book, first, last in CITATION.findall(text):
        found |= {f"{book}-{n}" for n in range(int(first), int(last or first) + 1)}
    return found


def tests_in(path: Path) -> dict[str, str]:
    """Name and text of each test in a file; the text includes comments just above it."""
    text = path.read_text(encoding="utf-8")
    starts = list((PYTHON_TEST if path.suffix == ".py" else WEB_TEST).finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    found = {}
    for start, end in zip(starts, ends, strict=True):
        above = text[: start.start()].rstrip("\n").rsplit("\n\n", 1)[-1]
        comments = "\n".join(line for line in above.splitlines() if line.lstrip()[:1] in "#/@")
        found[start[1]] = comments + text[start.start() : end]
    return found


def citations() -> dict[str, list[str]]:
    """Rule -> the tests that cite it, as `file::test`."""
    table = defaultdict(list)
    files = [*TESTS.rglob("test_*.py"), *WEB_TESTS.rglob("*.test.ts*")]
    for path in sorted(files):
        for name, text in tests_in(path).items():
            for rule in cited(text):
                table[rule].append(f"{path.name}::{name}")
    return dict(table)


def main() -> int:
    """Print the table; 1 if a rule has no test."""
    table = citations()
    gaps = [rule for rule in rules() if rule not in table]
    if "--all" in sys.argv:
        for rule in rules():
            print(f"{rule}: {', '.join(table.get(rule, ['-']))}")
        for rule, reason in ELSEWHERE.items():
            print(f"{rule}: not here: {reason}")
    for rule in gaps:
        print(f"{rule} is cited by no test", file=sys.stderr)
    print(f"{len(rules()) - len(gaps)} of {len(rules())} rules are cited by a test")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
