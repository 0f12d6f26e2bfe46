"""Writes a new app from one of the starters beside this module."""

from pathlib import Path

from pyrt_build.errors import BuildError

FOLDER = Path(__file__).parent
# By the names that authors type, each with what it is.
STARTERS = {
    "minimal": "one file: a button and a text",
    "dashboard": "data in a file, filters, a figure and a table",
    "multi-page": "a folder of pages",
    "bridge": "a callback that a server answers",
}
_RENAMED = {"gitignore": ".gitignore"}


def new_app(name: str, folder: Path) -> list[Path]:
    """Write an app; return its files.

    Args:
        name: of the starter.
        folder: for the app; it may exist.

    Raises:
        BuildError: a file is there already, or cannot be written; nothing was written then.
    """
    source = FOLDER / name.replace("-", "_")
    files = {
        folder / path.relative_to(source).with_name(_RENAMED.get(path.name, path.name)): path
        for path in sorted(source.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    there = [str(path) for path in files if path.exists()]
    if there:
        raise BuildError(
            f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} there already, and nothing "
            f"was written. Give another folder: pyrt new {name} FOLDER"
        )
    try:
        for path, original in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(original.read_bytes())
    except OSError as error:
        raise BuildError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return list(files)
