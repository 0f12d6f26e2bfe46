"""Rules and their numbers: `docs/` defines S-n and R-n; code, comments, docs and tests cite them.

A test cites a rule by its number (S-77, or S-63..S-66 for all of a range) in its docstring, in its
title or in a comment inside or just above it. To find who cites a rule: `git grep -w S-77`.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support.repository import read, tracked

BOOKS = [Path("docs/callback-semantics.md"), Path("docs/renderer-contract.md")]
CITING = {".py", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".md", ".toml"}

# Rules that no test can hold.
UNTESTED = {
    "S-180": "says where layout, graph and scheduler are, not what they do",
    "R-14": "addresses of a Dash server; the addresses of a site are in R-16",
}

DEFINITION = re.compile(r"^- \*\*([SR]-\d+)\*\*\s", re.MULTILINE)
CITATION = re.compile(r"\b([SR])-(\d+)(?:\.\.[SR]-(\d+))?\b")
PYTHON_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)
WEB_TEST = re.compile(r"""^\s*(?:it|test)\(\s*["'`]([^"'`]+)""", re.MULTILINE)


def defined(text: str) -> list[str]:
    """The rules that a text defines, in order."""
    return DEFINITION.findall(text)


def cited(text: str, *, expand: bool = False) -> set[str]:
    """The rules that a text cites; with `expand`, of a range all that lie between, too."""
    found = set()
    for book, first, last in CITATION.findall(text):
        numbers = {int(first), int(last or first)}
        found |= {
            f"{book}-{number}"
            for number in (range(min(numbers), max(numbers) + 1) if expand else numbers)
        }
    return found


def find_unknown(known: Iterable[str], texts: Iterable[tuple[str, str]]) -> list[str]:
    """Citations of rules that do not exist, as `name:line: rule`; texts are (name, text)."""
    known = set(known)
    return [
        f"{name}:{number}: {rule}"
        for name, text in texts
        for number, line in enumerate(text.splitlines(), 1)
        for rule in sorted(cited(line) - known)
    ]


def split_tests(text: str, start: re.Pattern[str]) -> list[str]:
    """The texts of the tests in a file, each with the comments just above it."""
    starts = [match.start() for match in start.finditer(text)]
    found = []
    for begin, end in zip(starts, [*starts[1:], len(text)], strict=True):
        above = text[:begin].rstrip("\n").rsplit("\n\n", 1)[-1]
        comments = [line for line in above.splitlines() if line.lstrip()[:1] in "#/@"]
        found.append("\n".join([*comments, text[begin:end]]))
    return found


def cited_by_tests() -> set[str]:
    """The rules that some test cites."""
    found = set()
    for path in tracked():
        if path.match("test_*.py"):
            pattern = PYTHON_TEST
        elif path.match("*.test.ts") or path.match("*.test.tsx"):
            pattern = WEB_TEST
        else:
            continue
        for text in split_tests(read(path), pattern):
            found |= cited(text, expand=True)
    return found


@pytest.fixture(scope="module")
def rules():
    """All rules of both books."""
    return [rule for book in BOOKS for rule in defined(read(book))]


def test_a_number_belongs_to_one_rule(rules):
    assert len(rules) == len(set(rules))


def test_each_rule_that_is_cited_is_defined(rules):
    here = Path(__file__).name  # its own examples
    texts = [(str(p), read(p)) for p in tracked() if p.suffix in CITING and p.name != here]
    assert find_unknown(rules, texts) == []


def test_each_rule_is_cited_by_a_test(rules):
    assert sorted(set(rules) - cited_by_tests() - set(UNTESTED)) == []


def test_what_is_listed_as_untested_is_a_rule_and_is_not_tested(rules):
    assert set(UNTESTED) <= set(rules)
    assert set(UNTESTED).isdisjoint(cited_by_tests())


def test_unknown_rules_are_found():
    known = defined("- **S-1** One rule.\n- **S-4** Another, see S-2.\n")
    assert known == ["S-1", "S-4"]
    texts = [
        ("a.py", '"""S-1, S-4."""\n# S-999: no such rule'),
        ("b.ts", "/** S-1..S-4, R-1 */"),
        ("c.py", "UTS-8, S-n, S-1to"),
    ]
    assert find_unknown(known, texts) == ["a.py:2: S-999", "b.ts:1: R-1"]


def test_citations_count_for_the_test_they_stand_in():
    source = '''
"""S-1: not of a test."""

# S-2
def test_one():
    """S-3..S-5."""

HELPER = "S-6"
def test_two():
    assert True  # S-7
'''
    texts = split_tests(source, PYTHON_TEST)
    assert [sorted(cited(text, expand=True)) for text in texts] == [
        ["S-2", "S-3", "S-4", "S-5", "S-6"],
        ["S-7"],
    ]
