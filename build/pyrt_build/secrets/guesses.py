"""What may be a secret in a text that people wrote: a value under a name that says so, a token.

Names are those of the keyword detector of detect-secrets, and so are the filters of what only looks
like one: texts that count up, identifiers, templates.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Protocol

from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.filters import heuristic
from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.keyword import KeywordDetector

LIKELY, RANDOM = "likely", "random"
MAX_LINE_CHARS = 1000  # a longer line was not written by hand
MIN_SECRET_CHARS = 8
MIN_RANDOM_CHARS = 24
ENTROPY = 4.5  # bits for a character, the limit of detect-secrets
# Tokens that pages show to everyone, hashes of scripts, and data within an address.
_PUBLIC = re.compile(r"^(pk\.|pk_(live|test)_|sha(256|384|512)-|data:|eyJ.*\.eyJ|AIza)|base64,")
# What each line has in which a detector finds something.
_NAMES = r"key|pass|pwd|secret|contrase|eyJ"
_MAY_HAVE = {
    False: re.compile(_NAMES, re.IGNORECASE),
    True: re.compile(rf"{_NAMES}|['\"][\w+/=-]{{{MIN_RANDOM_CHARS}}}", re.IGNORECASE),
}
_QUOTED_TEXT = re.compile(r"[\w-]+")


class _Detector(Protocol):
    def analyze_line(self, filename: str, line: str, line_number: int) -> set[PotentialSecret]: ...


def find(text: str, *, is_python: bool) -> Iterator[tuple[int, str, str]]:
    """Yield line, level and kind of what may be a secret.

    Args:
        text: the text.
        is_python: it is Python source; else it is data, of which only names and tokens count.
    """
    may_have = _MAY_HAVE[is_python]
    if not may_have.search(text):
        return
    keywords, tokens, randoms = _detectors()
    name = "source.py" if is_python else "data.yaml"
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > MAX_LINE_CHARS or not may_have.search(line):
            continue
        if any(_may_be(s, line) for s in _secrets(keywords, name, line, number)):
            yield number, LIKELY, "a value under the name of a secret"
        elif any(s for s in _secrets(tokens, name, line, number)):
            yield number, LIKELY, "a JSON web token"
        elif is_python and any(
            _may_be(s, line) and len(s) >= MIN_RANDOM_CHARS
            for s in _secrets(randoms, name, line, number)
        ):
            yield number, RANDOM, "a text that looks random"


@cache
def _detectors() -> tuple[_Detector, _Detector, _Detector]:
    return KeywordDetector(), JwtTokenDetector(), Base64HighEntropyString(limit=ENTROPY)


def _secrets(detector: _Detector, name: str, line: str, number: int) -> list[str]:
    found = detector.analyze_line(filename=name, line=line, line_number=number)
    return [secret.secret_value for secret in found if secret.secret_value]


def _may_be(secret: str, line: str) -> bool:
    """Tell whether a value may be a secret: letters and digits, no words, no template."""
    return (
        len(secret) >= MIN_SECRET_CHARS
        and _QUOTED_TEXT.search(secret) is not None
        and not re.search(r"\s", secret)
        and any(map(str.isdigit, secret))
        and any(map(str.isalpha, secret))
        and not _PUBLIC.search(secret)
        and not heuristic.is_sequential_string(secret)
        and not heuristic.is_potential_uuid(secret)
        and not heuristic.is_templated_secret(secret)
        and not heuristic.is_prefixed_with_dollar_sign(secret)
        and not heuristic.is_indirect_reference(line)
    )
