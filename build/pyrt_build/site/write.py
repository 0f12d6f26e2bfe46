"""Writes a site to its folder, all files or none."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pyrt_build.errors import BuildError

LOCK_FILE = "pyrt-lock.json"  # a folder that has it is a site


def write(files: Mapping[str, bytes], out: Path) -> None:
    """Replace the folder by the site; a failure leaves the folder as it was.

    Raises:
        BuildError: the folder has files and is not a site, or cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file; give a folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / LOCK_FILE).is_file():
        raise BuildError(
            f"{out} is not empty and no site of pyrt (it has no {LOCK_FILE}); it stays as it is. "
            "Give another folder with --out, or empty this one."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as beside:
            new, old = Path(beside, "new"), Path(beside, "old")
            for path, data in files.items():
                target = new / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            _exchange(new, out, old)
    except OSError as error:
        raise BuildError(
            f"The site cannot be written to {out}: {error.strerror} ({error.filename}). "
            "Give a folder that can be written with --out."
        ) from error


def _exchange(new: Path, out: Path, old: Path) -> None:
    if not out.exists():
        new.rename(out)
        return
    out.rename(old)
    try:
        new.rename(out)
    except OSError:
        old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
