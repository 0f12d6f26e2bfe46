"""Output of the commands: results on stdout, progress and errors on stderr."""

import sys

from pyrt_build.console.notes import Note

_notes: list[Note] = []


def say(text: str) -> None:
    """Write a result of the command."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def progress(text: str) -> None:
    """Write what the command does, or an error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def warn(note: Note) -> None:
    """Keep a note for the end of the command; for code that does not return its notes."""
    _notes.append(note)


def take_notes() -> list[Note]:
    """Return the notes that were kept since the last call."""
    taken = [*_notes]
    _notes.clear()
    return taken
