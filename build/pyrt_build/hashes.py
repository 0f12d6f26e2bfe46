"""SHA-256 of contents and of files, computed once in a build where that is possible.

The hashes of files are kept from build to build, by path, size, inode and time of the last change.
A hash is kept only if the file had not been changed for a while when it was read: what is changed
twice within one step of the clock of a file system has the same time after the second change.
"""

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

LARGE_BYTES = 32 * 1024  # smaller contents are hashed again
STEP_NS = 2_000_000_000  # the coarsest clock, that of FAT
MAX_FILES = 4000  # that are kept; those that were not asked for are dropped first

# Size, inode, time of the last change in ns, hash.
type _Known = list[int | str]


@dataclass(slots=True)
class _Memory:
    """What a build has hashed.

    Attributes:
        contents: by the identity of the object, which is kept alive by standing here.
        files: by path; what earlier builds have left, and what this one has added.
        asked: the paths that this build has asked for.
        has_new: whether there is something to write.
    """

    contents: dict[int, tuple[bytes, str]] = field(default_factory=dict)
    files: dict[str, _Known] = field(default_factory=dict)
    asked: dict[str, None] = field(default_factory=dict)
    has_new: bool = False


_memory: _Memory | None = None


@contextlib.contextmanager
def remembered(path: Path) -> Iterator[None]:
    """Remember what is hashed inside of the block.

    Args:
        path: the file with the hashes of files, in a folder that exists. It may be missing,
            damaged, or read-only: then files are hashed.
    """
    global _memory  # noqa: PLW0603 -- a process runs one build at a time
    before = _memory
    _memory = _Memory(files=_load(path))
    try:
        yield
    finally:
        ended, _memory = _memory, before
        if ended.has_new:
            _save(path, ended)


def sha256(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of bytes."""
    if _memory is None or len(data) < LARGE_BYTES or type(data) is not bytes:
        return hashlib.sha256(data).hexdigest()
    known = _memory.contents.get(id(data))
    if known is None:
        known = _memory.contents[id(data)] = (data, hashlib.sha256(data).hexdigest())
    return known[1]


def sha256_of_parts(parts: Iterable[bytes]) -> str:
    """Return the hexadecimal SHA-256 of bytes that follow each other, without joining them."""
    result = hashlib.sha256()
    for part in parts:
        result.update(part)
    return result.hexdigest()


def file_sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file.

    Raises:
        OSError: it cannot be read.
    """
    name = str(path.absolute())
    about = path.stat()
    state = _state(about)
    if _memory is not None:
        _memory.asked[name] = None
        known = _memory.files.get(name)
        if known and known[:-1] == state:
            return str(known[-1])
    now_ns = time.time_ns()
    with path.open("rb") as file:
        result = hashlib.file_digest(file, "sha256").hexdigest()
        after = os.fstat(file.fileno())
    is_settled = about.st_mtime_ns + STEP_NS < now_ns
    if _memory is not None and is_settled and state == _state(after):
        _memory.files[name] = [*state, result]
        _memory.has_new = True
    return result


def _state(about: os.stat_result) -> list[int]:
    return [about.st_size, about.st_ino, about.st_mtime_ns]


def _load(path: Path) -> dict[str, _Known]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _save(path: Path, memory: _Memory) -> None:
    """Write the hashes of files, for other builds all of them or none."""
    asked = [name for name in memory.files if name in memory.asked]
    others = [name for name in memory.files if name not in memory.asked]
    kept = {name: memory.files[name] for name in [*asked, *others][:MAX_FILES]}
    with contextlib.suppress(OSError):
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file, separators=(",", ":"))
            Path(part).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(part).unlink()
            raise
