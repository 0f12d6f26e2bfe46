"""The cache: a folder of downloads and derived files, outside of any project.

Its files can be deleted at any time.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

from pyrt_build.errors import BuildError

RULES = 2  # version of the rules by which packages are chosen; part of the keys of their cache


def folder(*parts: str) -> Path:
    """Return a folder below the root of the cache, which `PYRT_CACHE` sets; make it if missing.

    Raises:
        BuildError: it cannot be made.
    """
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
    """Return the hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def read(path: Path) -> bytes | None:
    """Return the content of a cached file; None if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def once(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of a cached file; make and store it if there is none."""
    content = read(path)
    if content is None:
        content = make()
        store(path, content)
    return content


def store(path: Path, data: bytes) -> None:
    """Write a cached file atomically: other builds see all of it or nothing."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
