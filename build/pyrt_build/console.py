"""Output of the commands: results on stdout, progress and errors on stderr."""

import sys


def say(text: str) -> None:
    """Write a result of the command."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def progress(text: str) -> None:
    """Write what the command does, or an error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
