"""Finds the code blocks of a Markdown text that are examples.

    ```python pyrt name=clock height=300
    from dash import Dash
    ...
    ```

The second word of the line is `pyrt`, and options follow. In `{.python .pyrt name=clock}`, the form
of pandoc and Quarto, the class `pyrt` says the same.
"""

import re
import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyrt_build.documentation.example import FLAGS

_OPENING = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})(?P<info>.*)$")
_WORDS = re.compile(r"(?P<language>\w+)\s+pyrt(?:\s+(?P<options>.*))?")
_BRACES = re.compile(r"\{(?P<inner>.*)\}")


@dataclass(frozen=True, slots=True)
class Fence:
    """A code block that is an example.

    Attributes:
        first: index of its first line in the text, that of the fence.
        last: index of its last line; the end of the text if it is not closed.
        indent: what stands before the fence.
        language: of the code.
        code: the code, without what all of its lines are indented by.
        options: by name; those without a value have an empty one.
        problem: why the options cannot be read; empty if they can.
    """

    first: int
    last: int
    indent: str
    language: str
    code: str
    options: Mapping[str, str]
    problem: str = ""


def find_fences(text: str) -> Iterator[Fence]:
    """Yield the examples of a text. A code block inside of another one is none."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        opening = _OPENING.match(lines[number])
        if not opening or (opening["fence"][0] == "`" and "`" in opening["info"]):
            number += 1
            continue
        last = _last_line(lines, number, opening["fence"])
        found = _read_info(opening["info"].strip())
        if found is not None:
            language, options, problem = found
            code = textwrap.dedent("\n".join(lines[number + 1 : last])) + "\n"
            yield Fence(number, last, opening["indent"], language, code, options, problem)
        number = last + 1


def _last_line(lines: list[str], first: int, fence: str) -> int:
    closing = re.compile(rf"^[ \t]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
    for number in range(first + 1, len(lines)):
        if closing.match(lines[number]):
            return number
    return len(lines)


def _read_info(info: str) -> tuple[str, dict[str, str], str] | None:
    """Return language, options, and what is wrong with these; None for another code block."""
    braces = _BRACES.fullmatch(info)
    if braces:
        words, problem = _split(braces["inner"])
        classes = [word[1:] for word in words if word.startswith(".")]
        if "pyrt" not in classes:
            return None
        others = [word for word in words if not word.startswith(".")]
        # A flag is a class there, as pandoc takes no word without a value.
        flags = [name for name in classes if name in FLAGS]
        others += flags
        language = next((name for name in classes if name not in {"pyrt", *flags}), "python")
    else:
        found = _WORDS.fullmatch(info)
        if not found:
            return None
        language = found["language"]
        others, problem = _split(found["options"] or "")
    return language, _by_name(others), problem


def read_options(text: str) -> tuple[dict[str, str], str]:
    """Return options of the form `name=value other="a b" flag`, and what is wrong with them."""
    words, problem = _split(text)
    return _by_name(words), problem


def _by_name(words: Iterable[str]) -> dict[str, str]:
    parts = (word.partition("=") for word in words)
    return {name: value for name, _, value in parts}


def _split(text: str) -> tuple[list[str], str]:
    try:
        return shlex.split(text), ""
    except ValueError as error:
        return text.split(), f"The options {text!r} cannot be read: {error}."
