"""`Finding`: one thing that would go wrong, with its place; and the comments that silence it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyrt_build.console.notes import Code, Note

_PLACE = re.compile(r"\s*([^\s:][^:\n]*?\.\w+):(\d+)(?::\d+)?:?\s+(.*)", re.DOTALL)
_FILE = re.compile(r"(\S+\.\w+)(?::| is | \()\s*(.*)", re.DOTALL)
_IGNORE = re.compile(r"#\s*pyrt:\s*ignore(?:\[([\w\s,]*)\])?")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One finding.

    Attributes:
        file: relative to the root of the project, with `/`.
        line: from 1; 0 if it is about the whole file.
        code: as `PY101`.
        text: what is wrong, and what to do.
    """

    file: str
    line: int
    code: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.code}: {self.text}"

    def as_json(self) -> dict[str, str | int]:
        """Return the finding as `--json` writes it."""
        return {"file": self.file, "line": self.line, "code": self.code, "text": self.text}


def from_note(note: Note, default: str) -> Finding:
    """Return the finding of a note, whose text begins with its place.

    Args:
        note: of the builder.
        default: the file of a note that names none.
    """
    match = _PLACE.match(note.text)
    if match:
        return Finding(match[1], int(match[2]), note.code.code, one_line(match[3]))
    match = _FILE.match(note.text)
    return Finding(match[1] if match else default, 0, note.code.code, one_line(note.text))


def from_lines(text: str, code: Code, advice: str) -> Iterator[Finding]:
    """Yield a finding for each line of an error that names a place, as `  app.py:3: a token`."""
    for line in text.splitlines():
        match = _PLACE.match(line)
        if match and line.startswith("  "):
            yield Finding(match[1], int(match[2]), code.code, f"{one_line(match[3])}. {advice}")


def one_line(text: str) -> str:
    """Return a text without line breaks."""
    return " ".join(text.split())


def without_ignored(
    findings: Iterable[Finding], sources: Mapping[str, bytes]
) -> tuple[list[Finding], int]:
    """Return the findings that no comment on their line silences, and how many are silenced.

    Args:
        findings: all.
        sources: the content of the files, by path.
    """
    lines = {where: content.splitlines() for where, content in sources.items()}
    every = set(findings)
    kept = [each for each in every if not _is_ignored(each, lines.get(each.file, []))]
    return sorted(kept), len(every) - len(kept)


def _is_ignored(finding: Finding, lines: list[bytes]) -> bool:
    if not 0 < finding.line <= len(lines):
        return False
    for match in _IGNORE.finditer(lines[finding.line - 1].decode("utf-8", "replace")):
        codes = match[1]
        if codes is None or finding.code in {code.strip() for code in codes.split(",")}:
            return True
    return False
