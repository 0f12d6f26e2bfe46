"""Writes a site to its folder, and removes what an earlier build wrote there, and nothing else.

The folder may be a mount point, or a link to one, and may have other files: a `.git`, a CNAME. So
it is not exchanged as a whole. All new files are written beside the old ones first; then they are
moved to their places one by one, pages last; then old files are removed. So a page is always that
of one build, with all files that it names. `pyrt-files.txt` lists what is pyrt's own.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from pyrt_build import cache, hashes
from pyrt_build.console.output import progress
from pyrt_build.errors import BuildError

LOCK_FILE = "pyrt-lock.json"  # a folder that has it is a site
LIST_FILE = "pyrt-files.txt"
NEW_FOLDER = ".pyrt-new"
WAIT_S = 120  # for another build that writes to the same folder
NAMED_FILES = 5  # of an error
# Names of files of authors, in the folder of a site without a list.
_FOREIGN = frozenset({"CNAME", "_headers", "_redirects"})


def extended(path: str) -> str:
    r"""Return a path of Windows that may be longer than 260 characters.

    >>> print(extended(r"C:\site"), extended(r"\\host\share\site"))
    \\?\C:\site \\?\UNC\host\share\site
    """
    if path.startswith("\\\\?\\"):
        return path
    return f"\\\\?\\UNC\\{path[2:]}" if path.startswith("\\\\") else f"\\\\?\\{path}"


def same_but_case(paths: Iterable[str]) -> list[list[str]]:
    """Return the groups of paths that are one on a system that ignores case.

    >>> same_but_case(["a/X.png", "a/x.png", "b"])
    [['a/X.png', 'a/x.png']]
    """
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(path.casefold(), []).append(path)
    return [group for group in groups.values() if len(group) > 1]


def check_place(out: Path) -> None:
    """Check that a site may be written to a path, before anything is built.

    Raises:
        BuildError: it is a file, or the folder has an `index.html` that no build wrote.
    """
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file; give a folder with --out.")
    if out.is_dir():
        _refuse_foreign(["index.html", LIST_FILE], out, out, _listed(out))


def write(files: Mapping[str, bytes], out: Path) -> None:
    """Replace the site in a folder; an error leaves the folder as it was.

    Raises:
        BuildError: a file that is not of an earlier site is in the way, or the folder cannot be
            written.
    """
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file; give a folder with --out.")
    folder = out.resolve()
    if sys.platform == "win32":
        folder = Path(extended(str(folder)))
    try:
        missing = [f for f in (folder, *folder.parents) if not f.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder, out):
            try:
                _replace(files, folder, out)
            except BaseException:
                _remove_folder(folder / NEW_FOLDER)
                for made in missing:
                    _remove_if_empty(made)
                raise
    except OSError as error:
        if error.errno in cache.DISK_IS_FULL:
            size = sum(map(len, files.values())) / 2**20
            raise BuildError(
                f"The disk of {out} is full: the site has {size:.0f} MB. Nothing of it was "
                "written. Free some space, or give a folder on another disk with --out."
            ) from error
        raise BuildError(
            f"The site cannot be written to {out}: {error.strerror} ({error.filename}). "
            "Give a folder that can be written with --out."
        ) from error


def is_of_author(path: str, out: Path) -> bool:
    """Tell whether a folder has a file of this path that no build wrote there."""
    return os.path.lexists(out / path) and path not in _listed(out)


def _replace(files: Mapping[str, bytes], folder: Path, out: Path) -> None:
    _remove_folder(folder / NEW_FOLDER)  # of a build that was killed
    own = _listed(folder)
    _refuse_foreign([*files, LIST_FILE], folder, out, own)
    changed = [path for path, data in files.items() if not _has(folder / path, data)]
    for path in changed:
        new = folder / NEW_FOLDER / path
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(files[path])
    _write_list(folder, {*own, *files})
    for path in _in_order(changed):
        target = folder / path
        _make_way(target, folder, own)
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / NEW_FOLDER / path).replace(target)
    _remove_folder(folder / NEW_FOLDER)
    for path in own - files.keys() - {LIST_FILE}:
        _remove(folder / path, folder)
    _write_list(folder, files)


def _in_order(paths: Iterable[str]) -> list[str]:
    """Sort: files that only new pages name, what pages share, pages; the first page last."""

    def rank(path: str) -> tuple[int, str]:
        if path == "index.html":
            return 3, path
        return (2 if path.endswith(".html") else 0 if path.startswith("pyrt/") else 1), path

    return sorted(paths, key=rank)


def _listed(folder: Path) -> set[str]:
    """Return the files in a folder that an earlier build wrote."""
    try:
        lines = (folder / LIST_FILE).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return set(_all_files(folder)) if (folder / LOCK_FILE).is_file() else set()
    return {line for line in lines if _is_inside(line)}


def _all_files(folder: Path) -> Iterator[str]:
    """Yield the files of a site without a list, except those with names that no site has."""
    for path in folder.rglob("*"):
        where = path.relative_to(folder)
        if path.is_file() and where.name not in _FOREIGN and not where.parts[0].startswith("."):
            yield where.as_posix()


def _is_inside(line: str) -> bool:
    path = PurePosixPath(line)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _write_list(folder: Path, files: Iterable[str]) -> None:
    new = folder / NEW_FOLDER / LIST_FILE
    new.parent.mkdir(exist_ok=True)
    new.write_text("".join(f"{path}\n" for path in sorted({*files, LIST_FILE})), encoding="utf-8")
    new.replace(folder / LIST_FILE)
    _remove_if_empty(new.parent)


def _refuse_foreign(paths: Iterable[str], folder: Path, out: Path, own: set[str]) -> None:
    """Check that nothing is in the way that an earlier build did not write.

    Raises:
        BuildError: it names what is.
    """
    found = sorted({other for path in paths for other in _in_the_way(path, folder, own)})
    if not found:
        return
    shown = ", ".join(found[:NAMED_FILES]) + (", ..." if len(found) > NAMED_FILES else "")
    raise BuildError(
        f"{out} has files that are not of a site of pyrt, where the site has files of the same "
        f"names: {shown}. They stay as they are, and nothing was written. Move them away, or give "
        "another folder with --out."
    )


def _in_the_way(path: str, folder: Path, own: set[str]) -> Iterator[str]:
    target = folder / path
    if os.path.lexists(target) and (path not in own or target.is_dir()):
        yield path
    for parent in PurePosixPath(path).parents[:-1]:
        where = parent.as_posix()
        other = folder / where
        if other.is_symlink() or (other.exists() and not other.is_dir() and where not in own):
            yield where


def _make_way(target: Path, folder: Path, own: set[str]) -> None:
    """Remove a file of the earlier site where the new one has a folder."""
    for parent in target.parents:
        if parent == folder:
            return
        if parent.is_file() and parent.relative_to(folder).as_posix() in own:
            parent.unlink()


def _has(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _remove(path: Path, folder: Path) -> None:
    """Remove a file, and the folders that are empty then."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    for parent in path.parents:
        if parent == folder or not _remove_if_empty(parent):
            return


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return not folder.exists()
    return True


def _remove_folder(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path, out: Path) -> Iterator[None]:
    """Wait until no other build of this machine writes to a folder.

    Raises:
        BuildError: it takes too long.
    """
    lock = FileLock(cache.folder("locks") / hashes.sha256(str(folder).encode())[:32])
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress(f"Another build writes to {out}; waiting for it")
        try:
            lock.acquire(timeout=WAIT_S)
        except Timeout as error:
            raise BuildError(
                f"Another build has been writing to {out} for {WAIT_S} s. Nothing was written. End "
                "it, or give another folder with --out."
            ) from error
    try:
        yield
    finally:
        lock.release()
