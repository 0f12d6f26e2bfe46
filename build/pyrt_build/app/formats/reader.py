"""Reads requirements in any format, by the name of the file and its content."""

from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

from pyrt_build.app.declared import DeclaredRequirements, Selection
from pyrt_build.app.formats import conda, locks, pip_file, poetry, project
from pyrt_build.app.formats.text import read_text
from pyrt_build.errors import BuildError

# The names that are looked for beside an app, in this order. The first that has requirements
# counts; of files that belong together, the lock file gives the versions.
NAMES = (
    "requirements.txt",
    "pyproject.toml",
    "Pipfile",
    "pylock.toml",
    "uv.lock",
    "poetry.lock",
    "Pipfile.lock",
    "environment.yml",
    "environment.yaml",
    "conda.txt",
    "setup.cfg",
    "setup.py",
)
_SETUP = frozenset({"setup.cfg", "setup.py"})

_LOCKS: dict[str, Callable[[Path, Selection], DeclaredRequirements]] = {
    "*pipfile.lock": locks.read_pipfile_lock,
    "*.json": locks.read_pipfile_lock,
    "*uv.lock": locks.read_uv,
    "*poetry.lock": locks.read_poetry,
    "pylock*.toml": locks.read_pylock,
}


def read(path: Path, selection: Selection | None = None) -> DeclaredRequirements:
    """Read a file with requirements, without a lock file that may lie beside it.

    Raises:
        BuildError: it cannot be read, has nothing of the kind, or something in it is not valid.
    """
    selection = selection or Selection()
    name = path.name.lower()
    for pattern, read_lock in _LOCKS.items():
        if fnmatch(name, pattern):
            return read_lock(path, selection)
    found: DeclaredRequirements | None
    if name.endswith(".toml"):
        found = project.read(path, selection)
    elif name.startswith("pipfile"):
        found = poetry.read_pipfile(path, selection)
    elif name.endswith((".yml", ".yaml")):
        found = conda.read_environment(path)
    elif name in _SETUP:
        found = project.read_folder(path.parent, selection)
    elif conda.is_export(read_text(path)):
        found = conda.read_export(path)
    else:
        found = pip_file.read(path)
    if found is None:
        raise BuildError(f"{path.name} has no requirements. Give another file with --requirements.")
    return _with_folders(found, selection)


def _with_folders(declared: DeclaredRequirements, selection: Selection) -> DeclaredRequirements:
    """Add the requirements of the projects whose folders are named, each once."""
    seen: set[Path] = set()
    pending = list(declared.folders)
    while pending:
        folder = pending.pop(0)
        if folder.path in seen:
            continue
        seen.add(folder.path)
        chosen = Selection((*selection.extras, *folder.extras), selection.groups)
        try:
            found = project.read_folder(folder.path, chosen)
        except BuildError as error:
            raise BuildError(f"{folder.origin}: {error}") from error
        if found:
            declared += found
            pending += found.folders
    return declared


def read_with_lock(path: Path, selection: Selection | None = None) -> DeclaredRequirements:
    """Read a file with requirements, and the versions of a lock file that lies beside it.

    Raises:
        BuildError: as `read`.
    """
    selection = selection or Selection()
    declared = read(path, selection)
    beside = path.parent
    if path.name == "pyproject.toml":
        if (beside / "uv.lock").is_file():
            uv = locks.read_uv(beside / "uv.lock", selection)
            return declared + DeclaredRequirements(None, (), uv.pins)
        if (beside / "poetry.lock").is_file():
            return declared + locks.read_poetry(beside / "poetry.lock", selection, pins=True)
    if path.name == "Pipfile" and (beside / "Pipfile.lock").is_file():
        return declared + locks.read_pipfile_lock(beside / "Pipfile.lock", selection, pins=True)
    return declared


def find(folder: Path, selection: Selection | None = None) -> DeclaredRequirements | None:
    """Read the requirements in a folder, whatever file has them; None if none has.

    Raises:
        BuildError: a file cannot be read, or something in it is not valid.
    """
    for name in NAMES:
        path = folder / name
        if not path.is_file():
            continue
        if name == "pyproject.toml" and project.read(path, selection or Selection()) is None:
            continue
        if name in _SETUP and project.read_folder(folder, selection or Selection()) is None:
            continue
        return read_with_lock(path, selection)
    return None
