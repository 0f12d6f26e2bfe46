"""What a stream can show: whether it is a terminal that draws, its width, colours."""

import os
import shutil
import textwrap
from typing import TextIO

import click

MIN_WIDTH = 20  # characters; narrower terminals break words


def draws(stream: TextIO) -> bool:
    """Tell whether lines on a stream may be drawn again: a terminal, and no log of a CI.

    A terminal without Unicode gets lines, too: it has no characters for bars.
    """
    is_log = os.environ.get("TERM") == "dumb" or bool(os.environ.get("CI"))
    is_unicode = (stream.encoding or "utf-8").lower().startswith("utf")
    return stream.isatty() and is_unicode and not is_log


def has_colours(stream: TextIO) -> bool:
    """Tell whether a stream shows colours; NO_COLOR and FORCE_COLOR decide first."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or draws(stream)


def width() -> int:
    """Return the characters of a line of the terminal; `COLUMNS` sets it."""
    return max(shutil.get_terminal_size().columns, MIN_WIDTH)


def coloured(text: str, colour: str | None, stream: TextIO) -> str:
    """Return a text in a colour, if the stream shows colours."""
    return click.style(text, fg=colour) if colour and has_colours(stream) else text


def led(text: str, colour: str, stream: TextIO) -> str:
    """Return a text that fits, with its first word in a colour."""
    first, space, rest = fitted(text, stream).partition(" ")
    return f"{coloured(first, colour, stream)}{space}{rest}"


def fitted(text: str, stream: TextIO) -> str:
    """Break long lines between words, for a terminal; other streams get lines as they are.

    Indented lines, such as code with a mark below it, keep their form if they fit.
    """
    if not stream.isatty():
        return text
    columns = width()
    return "\n".join(_broken(line, columns) for line in text.split("\n"))


def _broken(line: str, columns: int) -> str:
    if len(line) < columns:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line.strip(),
        columns - 1,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
