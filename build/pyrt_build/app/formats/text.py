"""Reads files in the encodings that editors and shells write."""

import codecs
import json
import re
import tomllib
from pathlib import Path

from pyrt_build.errors import BuildError

# The marks at the start of a file, the longer ones first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


def read_text(path: Path) -> str:
    """Return the text of a file: UTF-8, UTF-16 or UTF-32, else the encoding of a Western Windows.

    Raises:
        BuildError: it cannot be read.
    """
    if path.is_dir():
        raise BuildError(f"{path} is a folder. Give a file with requirements.")
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise BuildError(f"The file {path} cannot be read ({error.strerror}).") from error


def decode(data: bytes) -> str:
    """Return the text of bytes, by their mark, their coding comment, or by trying."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if data[1:2] == b"\0" or data[:1] == b"\0":  # UTF-16 without a mark
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    for encoding in (*_named(data), "utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("latin-1")


def read_toml(path: Path) -> dict[str, object]:
    """Return the content of a TOML file.

    Raises:
        BuildError: it cannot be read or parsed.
    """
    return parse_toml(read_text(path), path.name)


def parse_toml(text: str, origin: str) -> dict[str, object]:
    """Return the content of TOML text; `origin` is its name in messages.

    Raises:
        BuildError: it does not parse.
    """
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise BuildError(f"{origin} is no valid TOML: {error}.") from error


def read_json(path: Path) -> object:
    """Return the content of a JSON file.

    Raises:
        BuildError: it cannot be read or parsed.
    """
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise BuildError(f"{path.name} is no valid JSON: {error}.") from error


def table(content: object, *keys: str) -> dict[str, object]:
    """Return the table at a path of keys; an empty one if there is none."""
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}


def line_of(text: str, word: str) -> int:
    """Return the number of the first line that has a word; 1 if none has it."""
    pattern = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])", re.IGNORECASE)
    found = (number for number, line in enumerate(text.splitlines(), 1) if pattern.search(line))
    return next(found, 1)


def _named(data: bytes) -> list[str]:
    """Return the encoding that a comment in the first two lines names (PEP 263)."""
    found = (_CODING.match(line) for line in data.split(b"\n", 2)[:2])
    return [match[1].decode("ascii", errors="ignore") for match in found if match]
