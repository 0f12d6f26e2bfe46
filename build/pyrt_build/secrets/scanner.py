"""Finds secrets in the content of a file, by the detectors of detect-secrets and a few of our own.

The detectors look at text and ask no service whether what they found is valid. Results are cached
by content. A finding never has the secret itself.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from pyrt_build import cache, hashes
from pyrt_build.secrets import certain
from pyrt_build.secrets.parts import parts

RULES = 2  # version of the rules by which secrets are found; part of the keys of the cache
CACHED_BYTES = 64 * 1024  # less is searched sooner than a result is read
MAX_FINDINGS = 20  # of one file
TEXT_BYTES = 2 * 2**20  # nobody wrote a larger file by hand


class Kind(StrEnum):
    """What a content is; decides what may be a secret in it."""

    PYTHON = "python"  # a value is in quotes, and may look random
    CONFIGURATION = "configuration"  # names and values
    OTHER = "other"  # only what is certain counts


class Level(StrEnum):
    """How sure a finding is."""

    CERTAIN = "certain"  # a private key, or a token that only a known issuer makes
    LIKELY = "likely"  # a name that says so, with a value that may be one
    RANDOM = "random"  # it looks random


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret in a file.

    Attributes:
        kind: what it is, as `a GitHub token`.
        line: number of the line, from 1; 0 in a file that is not text.
        inside: path in the archive; empty if the file is none.
    """

    level: Level
    kind: str
    line: int
    inside: str = ""

    def __str__(self) -> str:
        return f"{self.kind} in {self.inside}" if self.inside else self.kind


def scan(data: bytes, kind: Kind = Kind.OTHER) -> list[Finding]:
    """Return the secrets in a content, the surest of each line."""
    if kind is Kind.OTHER and len(data) < CACHED_BYTES:
        return _scan(data, kind)
    key = hashes.sha256(f"{RULES} {kind}\n".encode() + data)
    path = cache.folder("scanned") / f"{key[:32]}.json"
    text = cache.once(path, lambda: _to_json(_scan(data, kind)))
    return [Finding(**{**found, "level": Level(found["level"])}) for found in json.loads(text)]


def _to_json(findings: Iterable[Finding]) -> bytes:
    return json.dumps([asdict(found) for found in findings]).encode()


def _scan(data: bytes, kind: Kind) -> list[Finding]:
    found: dict[tuple[str, int], Finding] = {}
    for inside, content in parts(data):
        for finding in _scan_part(content, inside, kind):
            found.setdefault((inside, finding.line), finding)
    return list(found.values())[:MAX_FINDINGS]


def _scan_part(data: bytes, inside: str, kind: Kind) -> Iterator[Finding]:
    is_text = b"\0" not in data[:4096]
    for at, what in certain.find(data):
        line = data.count(b"\n", 0, at) + 1 if is_text else 0
        yield Finding(Level.CERTAIN, what, line, inside)
    if not is_text or kind is Kind.OTHER or len(data) > TEXT_BYTES:
        return
    from pyrt_build.secrets import guesses  # noqa: PLC0415 -- imports detect-secrets

    text = data.decode(errors="replace")
    for line, level, what in guesses.find(text, is_python=kind is Kind.PYTHON):
        yield Finding(Level(level), what, line, inside)
