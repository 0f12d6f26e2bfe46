"""The cache: a folder of downloads and derived files, outside of any project.

Its files can be deleted at any time. Several builds may use it at once: a file is there as a whole
or not at all, and what only one build should make has a lock. If the folder cannot be written, one
in the folder of temporary files takes its place for this process, with links to what can be read.
"""

import atexit
import contextlib
import errno
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import platformdirs

from pyrt_build.console.notes import Code, Note
from pyrt_build.console.output import progress, warn
from pyrt_build.errors import BuildError
from pyrt_build.hashes import sha256

RULES = 4  # version of the rules by which packages are chosen; part of the keys of their cache
LOCKS = "locks"  # the folder of the locks
PART = ".part-"  # beginning of the name of a file that is being written
DISK_IS_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
NOTED_AFTER_S = 3600  # the time of the last use is not written again before

# Files that this process has read or written, and those that it has written.
used: set[Path] = set()
written: set[Path] = set()


def root() -> Path:
    """Return the folder of the cache; it may not exist."""
    named = os.environ.get("PYRT_CACHE")
    return Path(named or platformdirs.user_cache_dir("pyrt", appauthor=False))


def folder(*parts: str) -> Path:
    """Return a folder below the root of the cache, which `PYRT_CACHE` sets; make it if missing."""
    path = root().joinpath(*parts)
    try:
        path.mkdir(parents=True, exist_ok=True)
        if _can_be_written(path):
            return path
        reason = "it is read-only"
    except OSError as error:
        reason = error.strerror or str(error)
    return _substitute(root(), reason, parts)


@functools.cache
def _can_be_written(path: Path) -> bool:
    return os.access(path, os.W_OK)


def _substitute(given: Path, reason: str, parts: tuple[str, ...]) -> Path:
    """Return a folder for this process, with links to the files of the cache."""
    path = _temporary_root(given, reason).joinpath(*parts)
    if path.is_dir():
        return path
    path.mkdir(parents=True)
    known = given.joinpath(*parts)
    with contextlib.suppress(OSError):
        for file in known.iterdir():
            if file.is_file():
                (path / file.name).symlink_to(file)
    return path


@functools.cache
def _temporary_root(given: Path, reason: str) -> Path:
    made = tempfile.mkdtemp(prefix="pyrt-cache-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    text = (
        f"The cache folder {given} cannot be written ({reason}): what is downloaded and made is "
        "not kept for the next build. Set PYRT_CACHE to a folder that can."
    )
    warn(Note(Code.NO_CACHE, text))
    return Path(made)


def read(path: Path) -> bytes | None:
    """Return the content of a cached file; None if there is none."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    note_use(path)
    return content


def note_use(path: Path) -> None:
    """Keep the time of the use of a file: what was not used for the longest time is removed first.

    It is the time of the last access; file systems may not keep that by themselves. The time of the
    last change stays. Files outside of the cache are left alone.
    """
    if root() not in path.parents:
        return
    used.add(path)
    with contextlib.suppress(OSError):
        known, now = path.stat(), time.time()
        if now - known.st_atime > NOTED_AFTER_S:
            os.utime(path, (now, known.st_mtime))


def once(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of a cached file; make and store it if there is none."""
    content = read(path)
    if content is None:
        content = make()
        store(path, content)
    return content


def store(path: Path, data: bytes) -> None:
    """Write a cached file atomically: other builds see all of it or nothing.

    Raises:
        BuildError: the disk is full, or fails.
    """
    used.add(path)
    written.add(path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=PART)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise BuildError(_cannot_store(error, path)) from error


def full_disk(folder: Path) -> str:
    """Return the message for a folder of the cache that has no space left."""
    return (
        f"The disk of the cache is full: nothing more can be written to {folder}. Free some space "
        "(`pyrt cache info` shows what the cache takes, `pyrt cache clean` empties it), or set "
        "PYRT_CACHE to a folder on another disk. Nothing was written to the site."
    )


def _cannot_store(error: OSError, path: Path) -> str:
    if error.errno in DISK_IS_FULL:
        return full_disk(path.parent)
    return (
        f"The cache folder {path.parent} cannot be written ({error.strerror}). "
        "Set PYRT_CACHE to a folder that can."
    )


@contextlib.contextmanager
def locked(name: str, what: str) -> Iterator[None]:
    """Let one process after the other run a block.

    Args:
        name: of the lock; any text.
        what: what another process is doing when this one has to wait: "Another build ...".
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 -- 20 ms, needed seldom

    lock = FileLock(folder(LOCKS) / f"{sha256(name.encode())[:32]}.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        progress(f"{what}; waiting for it")
        lock.acquire()
    except OSError:  # a file system without locks
        yield
        return
    try:
        yield
    finally:
        lock.release()
