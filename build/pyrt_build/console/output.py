"""The output of the command that runs: results on stdout; steps, warnings and errors on stderr.

With `--json`, stdout gets one document in place of all results, errors included; with `--quiet`,
results and steps are not written. Nothing but a result is ever written to stdout.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TextIO

from pyrt_build import target
from pyrt_build.console import amounts, terminal
from pyrt_build.console.notes import Note
from pyrt_build.types import Json

if TYPE_CHECKING:
    from pyrt_build.console.live import Display

TABLE_WIDTH = 60  # columns of a terminal in which a table with long cells can be read
GAP = "  "


@dataclass(slots=True)
class _State:
    """How the command that runs writes, and what it has written."""

    command: str = ""
    quiet: bool = False
    verbose: bool = False
    as_json: bool = False
    has_result: bool = False
    display: "Display | None" = None
    notes: list[Note] = field(default_factory=list)


_state = _State()


def begin(command: str, *, quiet: bool = False, verbose: bool = False, as_json: bool) -> None:
    """Set how a command writes, when it begins; what an earlier one has left is forgotten."""
    global _state  # noqa: PLW0603 -- a process runs one command at a time
    _state = _State(command, quiet, verbose, as_json)


def end() -> None:
    """Leave the terminal as it was."""
    if _state.display:
        _state.display.close()
        _state.display = None


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Write no steps and results inside of the block: a build in a program of others."""
    global _state  # noqa: PLW0603 -- as above
    before, _state = _state, _State("build", quiet=True)
    try:
        yield
    finally:
        end()
        _state = before


# --- results


def say(text: str) -> None:
    """Write lines of the result."""
    if not (_state.quiet or _state.as_json):
        end()
        _write(sys.stdout, terminal.fitted(text, sys.stdout))


def say_finding(text: str) -> None:
    """Write a line of the result that `--quiet` does not leave out, as it tells of a mistake."""
    if not _state.as_json:
        end()
        _write(sys.stdout, terminal.fitted(text, sys.stdout))


def say_note(note: Note) -> None:
    """Write a note as a part of the result; with `--quiet`, warnings are written all the same."""
    if _state.as_json or (_state.quiet and not note.code.is_warning):
        return
    end()
    stream = sys.stderr if _state.quiet else sys.stdout
    _write(stream, terminal.led(str(note), "yellow" if note.code.is_warning else "cyan", stream))


def result(document: Mapping[str, Json]) -> None:
    """Write the result as JSON, with `--json`: once for a command."""
    if _state.as_json:
        _write_json({"ok": True, **document})


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table as a part of the result; in a narrow terminal, lines for each row."""
    if _state.quiet or _state.as_json or not rows:
        return
    sizes = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    fits = sum(sizes) + len(GAP) * len(sizes) < terminal.width()
    if fits or not sys.stdout.isatty():
        for row in (headings, *rows):
            cells = [cell.ljust(size) for cell, size in zip(row, sizes, strict=True)]
            line = f"{GAP}{GAP.join(cells)}".rstrip()
            colour = "bright_black" if row is headings else None
            say(terminal.coloured(line, colour, sys.stdout))
    elif terminal.width() >= TABLE_WIDTH:
        end()
        from pyrt_build.console.live import write_table  # noqa: PLC0415 -- imports rich

        write_table(headings, rows, colours=terminal.has_colours(sys.stdout))
    else:
        for row in rows:
            first, *rest = zip(headings, row, strict=True)
            lines = [f"{GAP}{first[1]}", *(f"{GAP * 2}{n}: {value}" for n, value in rest if value)]
            say("\n".join(lines))


# --- steps


class Step(Protocol):
    """A step that runs."""

    def show(
        self, *, done: int | None = None, total: int | None = None, text: str | None = None
    ) -> None:
        """Change what a terminal shows: bytes that are done, bytes in all, the text."""


class _Line:
    """A step that is one line, which is written already."""

    def show(
        self, *, done: int | None = None, total: int | None = None, text: str | None = None
    ) -> None:
        pass


@contextlib.contextmanager
def step(text: str, total: int | None = None) -> Iterator[Step]:
    """Show what the command does while the block runs.

    A terminal shows it until it ends; elsewhere it is one line, when it begins.

    Args:
        text: one line, without a point at its end.
        total: bytes that it will process, if that is known.
    """
    started = time.monotonic()
    display = _display()
    if display:
        with display.step(text, total) as shown:
            yield shown
    else:
        progress(f"{text} ({amounts.size(total)})" if total else text)
        yield _Line()
        detail(f"  {amounts.duration(time.monotonic() - started)}")


def progress(text: str) -> None:
    """Write one line about what the command does."""
    if not _state.quiet:
        _write_error(text)


def detail(text: str) -> None:
    """Write a line for those who ask for all of them by `--verbose`."""
    if _state.verbose:
        _write_error(terminal.coloured(text, "bright_black", sys.stderr))


def _display() -> "Display | None":
    """Return the display of steps; None if they are lines, or not written."""
    if _state.display is None and not _state.quiet and terminal.draws(sys.stderr):
        from pyrt_build.console.live import Display  # noqa: PLC0415 -- imports rich

        _state.display = Display()
    return _state.display


# --- warnings and errors


def warn(note: Note) -> None:
    """Keep a note for the end of the command; for code that does not return its notes."""
    _state.notes.append(note)


def take_notes() -> list[Note]:
    """Return the notes that were kept since the last call."""
    taken = [*_state.notes]
    _state.notes.clear()
    return taken


def write_kept_notes() -> None:
    """Write the notes that are left at the end of a command, whose result does not have them."""
    for note in take_notes():
        if note.code.is_warning or not _state.quiet:
            _write_error(str(note))


def fail(kind: str, text: str, exit_code: int, notes: Sequence[Note] = ()) -> int:
    """Write the error that ends the command; return its exit code.

    Args:
        kind: `build`, `warnings`, `usage`, `interrupted`; for `--json`.
        text: all that the user sees.
        exit_code: of the command.
        notes: the warnings that are errors.
    """
    end()
    if _state.as_json and not _state.has_result:
        error: Json = {"kind": kind, "message": text, "exit_code": exit_code}
        listed: Json = [{**note.as_json()} for note in notes]
        _write_json({"ok": False, "error": error, "notes": listed})
    elif text:
        _write(sys.stderr, terminal.led(f"pyrt: {text}", "red", sys.stderr))
    return exit_code


# --- streams


def _write_json(document: Mapping[str, Json]) -> None:
    end()
    _state.has_result = True
    whole = {"pyrt": target.PYRT_VERSION, "command": _state.command, **document}
    _write(sys.stdout, json.dumps(whole, indent=1, ensure_ascii=False))


def _write_error(text: str) -> None:
    if _state.display:
        _state.display.write(text)
    else:
        _write(sys.stderr, terminal.fitted(text, sys.stderr))


def _write(stream: TextIO, text: str) -> None:
    """Write lines at once; a reader that has gone away is no reason to stop."""
    try:
        stream.write(f"{_encodable(text, stream)}\n")
        stream.flush()
    except BrokenPipeError:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 -- a device
            os.dup2(nowhere.fileno(), stream.fileno())


def _encodable(text: str, stream: TextIO) -> str:
    """Replace characters that the stream has no code for, as in a Windows console."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
