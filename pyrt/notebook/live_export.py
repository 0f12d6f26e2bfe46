"""An app as one HTML file for the output of its cell, so that an exported notebook has it live."""

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

from pyrt.model.errors import PyrtError

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEEDS_BUILDER = (
    'export="live" builds the app as one file, with the command `pyrt build`, which this kernel '
    "does not have: install pyrt-dash there, not its notebook part alone."
)


class ExportError(PyrtError):
    """The app cannot be built; the text is for the author of the notebook."""


def build_page(cells: Iterable[str], folder: Path) -> str:
    """Return the HTML of an app that needs neither a kernel nor a network.

    Args:
        cells: the code of the notebook's cells; the last one shows the app.
        folder: where the notebook stands, with its data and assets.

    Raises:
        ExportError: it cannot be built.
    """
    if find_spec("pyrt_build") is None:
        raise ExportError(_NEEDS_BUILDER)
    with _notebook_file(cells, folder) as notebook, TemporaryDirectory() as made:
        page = Path(made) / "app.html"
        command = [sys.executable, "-m", "pyrt_build.cli", "build", str(notebook), "-o", str(page)]
        options = ["--single-file", "--small", "--no-rehearsal", "--quiet"]
        done = subprocess.run(  # noqa: S603  # our own program
            [*command, *options], capture_output=True, text=True, check=False, cwd=folder
        )
        if done.returncode != 0 or not page.is_file():
            said = done.stderr.strip() or done.stdout.strip()
            raise ExportError(f'export="live": the app cannot be built.\n{said}')
        return page.read_bytes().decode("latin-1")  # each byte is one character


@contextmanager
def _notebook_file(cells: Iterable[str], folder: Path) -> "Iterator[Path]":
    """Write a notebook beside the real one, which may be unsaved, for as long as a build takes."""
    path = folder / f"pyrt_export_{uuid4().hex[:8]}.ipynb"
    found = [{"cell_type": "code", "source": cell} for cell in cells]
    try:
        path.write_text(json.dumps({"cells": found}), encoding="utf-8")
    except OSError as error:
        raise ExportError(
            f'export="live" writes a file beside the notebook for a moment, which {folder} does '
            f"not allow ({error.strerror})."
        ) from None
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
