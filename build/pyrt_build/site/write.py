"""Writes a site to its folder, all files or none."""

import contextlib
import errno
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pyrt_build import cache
from pyrt_build.errors import BuildError

LOCK_FILE = "pyrt-lock.json"  # a folder that has it is a site


def write(files: Mapping[str, bytes], out: Path) -> None:
    """Replace the folder by the site; a failure leaves the folder as it was.

    Builds into the same folder wait for each other; the last one is there in the end.

    Raises:
        BuildError: the folder has files and is not a site, or cannot be written.
    """
    with cache.locked(f"site {out.absolute()}", f"Another build writes to {out}"):
        _write(files, out)


def _write(files: Mapping[str, bytes], out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file; give a folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / LOCK_FILE).is_file():
        raise BuildError(
            f"{out} is not empty and no site of pyrt (it has no {LOCK_FILE}); it stays as it is. "
            "Give another folder with --out, or empty this one."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(out)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as beside:
            new, old = Path(beside, "new"), Path(beside, "old")
            for path, data in files.items():
                target = new / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            _exchange(new, out, old)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            size = sum(map(len, files.values())) / 2**20
            raise BuildError(
                f"The disk is full: the site ({size:.0f} MB) does not fit beside {out}, which is "
                "as it was. Free some space, or give a folder on another disk with --out."
            ) from error
        raise BuildError(
            f"The site cannot be written to {out}: {error.strerror} ({error.filename}). "
            "Give a folder that can be written with --out."
        ) from error


def _remove_abandoned(out: Path) -> None:
    """Remove what a build that was killed while it wrote has left beside the folder.

    If it was killed between its two last steps, the older site is put back first.
    """
    for beside in out.parent.glob(f".{out.name}-*"):
        if not {path.name for path in beside.iterdir()} <= {"new", "old"}:
            continue
        if not out.exists() and (beside / "old").is_dir():
            with contextlib.suppress(OSError):
                (beside / "old").rename(out)
        shutil.rmtree(beside, ignore_errors=True)


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
