"""Lines for the author: results on stdout, progress on stderr. Imports nothing of pyrt_build."""

import sys


def say(text: str) -> None:
    """A result of the command."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def progress(text: str) -> None:
    """What is going on, what went wrong."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
