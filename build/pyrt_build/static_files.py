"""The folder of compiled parts that travels with pyrt: page, worker, Pyodide's core, bytecode.

`make web` fills it; `PYRT_STATIC` names another one. Imports errors only.
"""

import os
from importlib import resources
from pathlib import Path

from pyrt_build.errors import BuildError


def folder() -> Path:
    """The folder; its parts may be missing."""
    elsewhere = os.environ.get("PYRT_STATIC")
    return Path(elsewhere) if elsewhere else Path(str(resources.files("pyrt_build"))) / "static"


def read(name: str) -> bytes:
    """One file of the folder.

    Raises:
        BuildError: pyrt was not built completely.
    """
    path = folder() / name
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BuildError(
            f"This pyrt was not built completely: {path} is missing. Run `make web` in its "
            "repository, or install pyrt from its wheel."
        ) from error
