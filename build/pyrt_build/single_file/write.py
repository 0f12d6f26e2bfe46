"""Writes a single file to its place: whole, or not at all."""

import os
from pathlib import Path

from pyrt_build import cache
from pyrt_build.console import amounts
from pyrt_build.errors import BuildError
from pyrt_build.project.files import is_single_file


def check_place(out: Path) -> None:
    """Check that a single file may be written to a path, before anything is built.

    Raises:
        BuildError: it is a folder, or another file, which stays as it is; or it is in a folder
            that cannot be written to.
    """
    if out.is_dir():
        raise BuildError(
            f"{out} is a folder, and --single-file makes a file. Name the file with -o, as "
            f"{out / 'app.html'}."
        )
    if out.suffix.lower() not in {".html", ".htm"}:
        raise BuildError(
            f"{out.name} must end with .html: browsers open a file by its ending. "
            f"Write -o {out.stem}.html."
        )
    if out.exists() and not is_single_file(out):
        raise BuildError(
            f"{out} is there already, and no app that --single-file has made. It stays as it "
            "is, and nothing was written. Move it away, or give another name with -o."
        )
    folder = next(each for each in out.absolute().parents if each.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        why = "you may not write to this folder" if folder.is_dir() else "this is a file"
        raise BuildError(
            f"The file cannot be written to {out}: {why} ({folder}). "
            "Give a path that can be written with -o."
        )


def write(content: bytes, out: Path) -> None:
    """Write the file; an older one is replaced when the new one is complete.

    Raises:
        BuildError: it cannot be written.
    """
    check_place(out)
    new = out.with_name(f".{out.name}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            with new.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.replace(out)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in cache.DISK_IS_FULL:
            raise BuildError(
                f"The disk of {out} is full: the file has {amounts.size(len(content))}. Nothing "
                "was written. Free some space, or give a path on another disk with -o."
            ) from error
        raise BuildError(
            f"The file cannot be written to {out}: {error.strerror} ({error.filename}). "
            "Give a path that can be written with -o."
        ) from error
