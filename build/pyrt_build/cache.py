"""The builder's folder of downloads and derived files, outside of any project.

Everything here can be deleted at any time. Imports nothing of pyrt_build but errors.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

from pyrt_build.errors import BuildError

RULES = 2  # grows when a question about packages gets another answer than before


def folder(*parts: str) -> Path:
    """A folder below the cache's root, created when missing; `PYRT_CACHE` moves the root."""
    root = os.environ.get("PYRT_CACHE") or platformdirs.user_cache_dir("pyrt", appauthor=False)
    path = Path(root, *parts)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BuildError(
            f"The cache folder {path} cannot be written ({error.strerror}). "
            "Set PYRT_CACHE to a folder that can."
        ) from error
    return path


def sha256(data: bytes) -> str:
    """The hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def read(path: Path) -> bytes | None:
    """The content of a cached file, or None when it was never stored."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def once(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of a cached file, which is made when it was never stored."""
    known = read(path)
    if known is None:
        known = make()
        store(path, known)
    return known


def store(path: Path, data: bytes) -> None:
    """Write a cached file so that two builds at once, or a killed one, leave no half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
