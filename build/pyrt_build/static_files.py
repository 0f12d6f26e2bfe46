"""The folder of compiled files that is part of pyrt: page, worker, Pyodide's core, bytecode.

`make web` fills it; `PYRT_STATIC` names another one.
"""

import os
from importlib import resources
from pathlib import Path

from pyrt_build.errors import BuildError


def folder() -> Path:
    """Return the folder; its files may be missing."""
    given = os.environ.get("PYRT_STATIC")
    return Path(given) if given else Path(str(resources.files("pyrt_build"))) / "static"


def path(name: str) -> Path:
    """Return a file of the folder.

    Raises:
        BuildError: it is missing.
    """
    found = folder() / name
    if not found.is_file():
        raise BuildError(
            f"This pyrt was not built completely: {found} is missing. Run `make web` in its "
            "repository, or install pyrt from its wheel."
        )
    return found


def read(name: str) -> bytes:
    """Return the content of a file of the folder.

    Raises:
        BuildError: it is missing.
    """
    return path(name).read_bytes()
