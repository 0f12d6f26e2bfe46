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


def read(name: str) -> bytes:
    """Return the content of a file of the folder.

    Raises:
        BuildError: it is missing.
    """
    path = folder() / name
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BuildError(
            f"This pyrt was not built completely: {path} is missing. Run `make web` in its "
            "repository, or install pyrt from its wheel."
        ) from error
