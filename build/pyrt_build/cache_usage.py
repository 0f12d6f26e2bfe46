"""What the cache takes, by kind of file; removing it, and keeping it below a limit.

The limit is `PYRT_CACHE_LIMIT`: bytes, or a number with K, M or G (units of 1024). 0 is no limit.
"""

import contextlib
import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyrt_build import cache
from pyrt_build.console import amounts
from pyrt_build.console.output import detail
from pyrt_build.errors import BuildError

DEFAULT_LIMIT = "5G"
# Folder -> what is in it.
KINDS = {
    "asked": "answers of the package index",
    "bytecode": "compiled Python",
    "compressed": "compressed files",
    "examples": "examples of documentations",
    "hashes": "hashes of files",
    "pyodide": "packages of Pyodide's distribution",
    "rehearsals": "records of starts",
    "repacked": "wheels with bytecode",
    "resolved": "chosen versions",
    "snapshots": "snapshots of Python",
    "unpacked": "wheels, read",
    "unreachable": "hosts that did not answer",
    "wheels": "wheels of the package index",
}
OTHER = "other files"
# Files of another build that is still writing them are younger.
ABANDONED_AFTER_S = 24 * 3600
TIDY_AFTER_S = 3600
TIDY_AFTER_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class File:
    """A file of the cache; `last_used` is a time in seconds since 1970."""

    path: Path
    kind: str
    size: int
    last_used: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What one kind of files takes; `last_used` is the newest time."""

    kind: str
    files: int
    size: int
    last_used: float


def files() -> list[File]:
    """List the files of the cache; not the locks."""
    return list(_files(cache.root()))


def _files(root: Path) -> Iterator[File]:
    for folder, below, names in os.walk(root):
        if folder == str(root) and cache.LOCKS in below:
            below.remove(cache.LOCKS)
        below.sort()
        kind = Path(folder).relative_to(root).parts[:1]
        for name in sorted(names):
            path = Path(folder, name)
            if name.endswith(".lock"):
                continue
            with contextlib.suppress(OSError):  # another build has removed it
                about = path.stat()
                last_used = max(about.st_atime, about.st_mtime)
                yield File(path, kind[0] if kind else name, about.st_size, last_used)


def usage(found: Iterable[File]) -> list[Usage]:
    """Add up files by kind, sorted by name."""
    groups: dict[str, list[File]] = {}
    for file in found:
        groups.setdefault(file.kind, []).append(file)
    return [
        Usage(kind, len(group), sum(f.size for f in group), max(f.last_used for f in group))
        for kind, group in sorted(groups.items())
    ]


def clean(kinds: Sequence[str] = ()) -> list[File]:
    """Remove all files of some kinds, or of all; return them.

    Raises:
        BuildError: a file cannot be removed.
    """
    removed = []
    for file in files():
        if kinds and file.kind not in kinds:
            continue
        try:
            file.path.unlink(missing_ok=True)
        except OSError as error:
            raise BuildError(
                f"{file.path} cannot be removed ({error.strerror}). Remove it by hand, or set "
                "PYRT_CACHE to another folder."
            ) from error
        removed.append(file)
    _remove_empty_folders(cache.root())
    return removed


def limit() -> int | None:
    """Return the limit in bytes; None if there is none.

    Raises:
        BuildError: `PYRT_CACHE_LIMIT` is no size.
    """
    text = os.environ.get("PYRT_CACHE_LIMIT") or DEFAULT_LIMIT
    found = re.fullmatch(r"(\d+)\s*([KMG]?)i?B?", text.strip(), re.IGNORECASE)
    if not found:
        raise BuildError(
            f"PYRT_CACHE_LIMIT is {text!r}, which is no size. Give a number of bytes, or one with "
            "K, M or G, such as 5G; 0 is no limit."
        )
    return int(found[1]) * (1 << 10 * " KMG".index(found[2].upper() or " ")) or None


def tidy() -> None:
    """Keep the cache below its limit, at the end of a build; not after each.

    To look at 10,000 files takes half a second: it is done once an hour, and by a build that has
    written much.
    """
    stamp = cache.root() / cache.LOCKS / "tidied"
    try:
        is_due = time.time() - stamp.stat().st_mtime > TIDY_AFTER_S
    except OSError:
        is_due = True
    if is_due or sum(map(_size, cache.written)) > TIDY_AFTER_BYTES:
        keep_below_limit()
        with contextlib.suppress(OSError):
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.touch()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # removed again
        return 0


def keep_below_limit() -> list[File]:
    """Remove what was not used for the longest time until the limit holds; return it.

    Never what this process has used, and what others have not finished is given a day.
    """
    removed = []
    most, found = limit(), files()
    size = sum(file.size for file in found)
    now = time.time()
    for file in sorted(found, key=lambda file: file.last_used):
        is_part = file.path.name.startswith(cache.PART) or file.path.suffix == ".part"
        is_abandoned = is_part and now - file.last_used > ABANDONED_AFTER_S
        is_too_much = most is not None and size > most and not is_part
        if file.path in cache.used or not (is_abandoned or is_too_much):
            continue
        with contextlib.suppress(OSError):
            file.path.unlink()
            size -= file.size
            removed.append(file)
    if removed:
        freed = amounts.size(sum(file.size for file in removed))
        detail(f"cache: {freed} removed that were not used for the longest time")
    return removed


def _remove_empty_folders(root: Path) -> None:
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_dir():
            with contextlib.suppress(OSError):
                path.rmdir()
