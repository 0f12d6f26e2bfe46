"""The files of a project, and which of them become part of a site.

`Tree` walks the folder once; environments, caches and packages of other languages are not entered.
`Choice` is the one place that decides what travels.
"""

import os
import posixpath
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

import pathspec

from pyrt_build.errors import BuildError
from pyrt_build.project import names
from pyrt_build.project.ignore_files import IgnoreFiles

SKIPPED_FOLDERS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "node_modules __pycache__ dist build venv env site-packages htmlcov __pypackages__"
    ).split()
)
# Files for tools, which an app does not read.
_FOR_TOOLS = re.compile(
    r"(pyproject\.toml|poetry\.lock|uv\.lock|pdm\.lock|pylock(\..*)?\.toml|setup\.cfg|tox\.ini"
    r"|(docker-)?compose.*\.ya?ml|(.*\.)?dockerfile(\..*)?|containerfile|makefile|procfile"
    r"|runtime\.txt|(.*[-_])?requirements([-_].*)?\.(txt|in)|environment.*\.ya?ml|conda.*\.ya?ml"
    r"|pipfile(\.lock)?|manifest\.in|package(-lock)?\.json|gunicorn\.conf\.py|.*\.(ipynb|whl|bat|sh))",
    re.IGNORECASE,
)
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".mp4", ".mov"})
# Folders of pictures and data for people who read or test the project.
_FOR_PEOPLE = frozenset({"docs", "doc", "screenshots", "screenshot"})
_FOR_TESTS = frozenset({"tests", "test", "testing"})
# Names that keep an empty folder in git.
KEEPERS = frozenset({".gitkeep", ".keep", ".placeholder"})
_README_BYTES = 1_000_000

_SPECIAL = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}

_SINGLE_FILE = b"<html data-pyrt-single-file"
_HEAD_BYTES = 100

MANY_FILES = 5000
LARGE_FILE_BYTES = 50 * 2**20
LARGE_SITE_BYTES = 200 * 2**20
NAMED_FILES = 5  # of a note about sizes
MAX_PATH_CHARS = 300


@dataclass(slots=True)
class _Found:
    """What a walk has found; paths are relative to the root.

    Attributes:
        links: path of a link -> path that it leads to.
        unusable: path -> why it cannot be part of a site.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    unusable: dict[str, str] = field(default_factory=dict)


class Tree:
    """All files below a folder, except in folders that never belong to an app.

    Args:
        root: the folder.
        more: folders below it, relative, that are entered although their names say otherwise.
    """

    def __init__(self, root: Path, more: Iterable[str] = ()) -> None:
        self.root = root
        self._more = frozenset(more)

    @property
    def sizes(self) -> dict[str, int]:
        """Path relative to the folder, with `/` -> bytes, in a fixed order."""
        return self._found.sizes

    @property
    def empty(self) -> list[str]:
        """Folders without any file in or below them."""
        return self._found.empty

    @property
    def unusable(self) -> dict[str, str]:
        """Links that lead out or nowhere, pipes and the like, and why they are not used.

        None of them is opened.
        """
        return self._found.unusable

    def real(self, where: str) -> str:
        """Return the path of a file without links, by which it is judged, too."""
        for parent in (PurePosixPath(where), *PurePosixPath(where).parents):
            target = self._found.links.get(parent.as_posix())
            if target is not None:
                rest = where.removeprefix(parent.as_posix())
                return self.real(f"{target}{rest}".lstrip("/"))
        return where

    def has(self, where: str) -> bool:
        """Tell whether there is a file at a path."""
        return where in self.sizes

    def has_folder(self, where: str) -> bool:
        """Tell whether there is a folder at a path, with files or empty."""
        return (self.root / where).is_dir()

    def python_below(self, folder: str) -> list[str]:
        """Return the Python files below a folder."""
        prefix = "" if folder in {"", "."} else f"{folder.removeprefix('./')}/"
        return [w for w in self._python if w.startswith(prefix)]

    @cached_property
    def _python(self) -> list[str]:
        return [where for where in self.sizes if where.endswith(".py")]

    @cached_property
    def lower_case(self) -> dict[str, str]:
        """Path in lower case -> path: what a system that ignores case would find."""
        return {where.lower(): where for where in self.sizes}

    @cached_property
    def _found(self) -> _Found:
        found = _Found()
        if self.root.is_dir():
            self._scan(self.root, "", found, (self.root.resolve(),))
        return found

    def _scan(self, folder: Path, where: str, found: _Found, above: tuple[Path, ...]) -> bool:
        """Walk one folder; tell whether there is a file in or below it.

        Args:
            folder: the folder.
            where: its path.
            found: what is added to.
            above: the folder and those that it is in, without links.
        """
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            return False
        has_files = False
        for entry in entries:
            below = f"{where}/{entry.name}" if where else entry.name
            reason = self._unusable(entry, above) or self._note_link(entry, below, found)
            if reason:
                found.unusable[_printable(below)] = reason
            elif entry.is_dir():
                if below in self._more or not is_skipped_folder(entry.name, entry.path):
                    count = len(found.empty)
                    real = (
                        Path(entry.path).resolve() if entry.is_symlink() else above[0] / entry.name
                    )
                    if self._scan(Path(entry.path), below, found, (real, *above)):
                        has_files = True
                    else:
                        found.empty[count:] = [*found.empty[count:], below]
            else:
                found.sizes[below] = entry.stat().st_size
                has_files = True
        return has_files

    def _note_link(self, entry: "os.DirEntry[str]", below: str, found: _Found) -> str:
        """Record where a link leads to; return why it is not followed, if it leads out."""
        if not entry.is_symlink():
            return ""
        target, root = Path(entry.path).resolve(), self.root.resolve()
        if not target.is_relative_to(root):
            return "a link that leads out of the project"
        found.links[below] = target.relative_to(root).as_posix()
        return ""

    def _unusable(self, entry: "os.DirEntry[str]", above: tuple[Path, ...]) -> str:
        """Return why a file or folder cannot be used; nothing is opened to find out."""
        if not _is_utf8(entry.name):
            return "its name is not UTF-8"
        try:
            mode = entry.stat().st_mode
        except FileNotFoundError:
            return "a link to nothing"
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        if stat.S_ISDIR(mode):
            is_circle = entry.is_symlink() and Path(entry.path).resolve() in above
            return "a link to a folder that it is in" if is_circle else ""
        return "" if stat.S_ISREG(mode) else _SPECIAL.get(stat.S_IFMT(mode), "not a file")


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _printable(name: str) -> str:
    return name.encode(errors="backslashreplace").decode()


def is_skipped_folder(name: str, path: str | os.PathLike[str]) -> bool:
    """Tell whether a folder never belongs to an app: environments, caches, sites built earlier."""
    return (
        name.startswith(".")
        or name in SKIPPED_FOLDERS
        or name.endswith(".egg-info")
        or Path(path, "pyvenv.cfg").is_file()
        or Path(path, "conda-meta").is_dir()
        or Path(path, "pyrt-lock.json").is_file()
        or Path(path, "pyrt-files.txt").is_file()
    )


def is_single_file(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file is an app that `pyrt build --single-file` has made."""
    try:
        with Path(path).open("rb") as file:
            return _SINGLE_FILE in file.read(_HEAD_BYTES)
    except OSError:
        return False


def names_file(strings: Iterable[str], where: str) -> bool:
    r"""Tell whether one of these strings is the name of a file, or of a folder that it is in.

    >>> names_file(["./cache", "x"], "cache/1.val"), names_file(["."], "cache/1.val")
    (True, False)
    >>> names_file(["data\\a.csv"], "data/a.csv")
    True
    """
    return Names(strings).cover(where)


class Names:
    """The strings of an app, to be looked up as names of files and folders."""

    def __init__(self, strings: Iterable[str]) -> None:
        self._named = {
            _stripped(posixpath.normpath(text.replace("\\", "/")))
            for text in strings
            if text.strip("./\\") and len(text) <= MAX_PATH_CHARS
        }

    def cover(self, where: str) -> bool:
        """Tell whether one of them names a file, or a folder that it is in."""
        parts = where.split("/")
        return parts[-1] in self._named or any(
            "/".join(parts[first:last]) in self._named
            for first in range(len(parts))
            for last in range(first + 1, len(parts) + 1)
        )


def _stripped(path: str) -> str:
    while path.startswith("../"):
        path = path.removeprefix("../")
    return path.strip("/")


def read_file(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        BuildError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BuildError(f"The file {path} cannot be read ({error.strerror}).") from error


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a file becomes part of the site.

    Attributes:
        travels: whether it does.
        reason: why.
        is_said: whether the summary of each build says it: the author may expect another verdict.
    """

    travels: bool
    reason: str
    is_said: bool = False


def _yes(reason: str, *, is_said: bool = False) -> Verdict:
    return Verdict(travels=True, reason=reason, is_said=is_said)


def _no(reason: str, *, is_said: bool = False) -> Verdict:
    return Verdict(travels=False, reason=reason, is_said=is_said)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the author says about files.

    Attributes:
        include: patterns, as in .gitignore, of files that travel although they otherwise would not.
        exclude: patterns of files that do not.
        allowed: paths of files that may hold a secret and travel all the same.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    allowed: Sequence[str] = ()


class Choice:
    """Decides which files of a project become part of its site, besides modules that are imported.

    Args:
        tree: the files.
        strings: the string literals of the app.
        core: the folder of which everything may travel, relative; of others only what is named.
        assets: the folder of assets, relative.
        wishes: what the author says.
        ignored: what .gitignore and .dockerignore leave out.
    """

    def __init__(  # noqa: PLR0913  # what the decision depends on
        self,
        tree: Tree,
        strings: Iterable[str],
        *,
        core: str = "",
        assets: str = "assets",
        wishes: Wishes | None = None,
        ignored: IgnoreFiles | None = None,
    ) -> None:
        wishes = wishes or Wishes()
        self._tree = tree
        self._core = f"{core}/" if core else ""
        self._assets = f"{assets.strip('/')}/"
        self._names = Names(strings)
        self._include = pathspec.GitIgnoreSpec.from_lines(wishes.include)
        self._exclude = pathspec.GitIgnoreSpec.from_lines(wishes.exclude)
        self._allowed = frozenset(wishes.allowed)
        self._ignored = ignored
        self._in_readme = _named_in_readmes(tree)

    def judge(self, where: str) -> Verdict:
        """Decide about one file: by its path, and by the path that a link leads to."""
        real = self._tree.real(where)
        return self._refuse(where, {where, real}) or self._accept(where, real)

    def _refuse(self, where: str, paths: AbstractSet[str]) -> Verdict | None:
        """Return why a file does not travel whatever the app does with it; None if it may."""
        if any(map(self._exclude.match_file, paths)):
            return _no("exclude in [tool.pyrt]", is_said=True)
        is_included = self._include.match_file(where)
        secret = next(filter(None, map(names.secret_reason, paths)), "")
        if secret and PurePosixPath(where).suffix != ".py":
            if is_included and where in self._allowed:
                return _yes(f"--allow-secret, although it {secret}")
            more = "; include is not enough: --allow-secret names it, too" if is_included else ""
            return _no(f"{secret}{more}", is_said=True)
        if is_included:
            return _yes("include in [tool.pyrt]")
        leftover = next(filter(None, map(names.leftover_reason, paths)), "")
        if where.endswith((".html", ".htm")) and is_single_file(self._tree.root / where):
            leftover = "an app that --single-file has made"
        return _no(leftover) if leftover else None

    def _accept(self, where: str, real: str) -> Verdict:
        path = PurePosixPath(where)
        is_asset = where.startswith(self._assets)
        rule = self._ignored and (self._ignored.reason(where) or self._ignored.reason(real))
        if path.name.startswith(".") and path.name not in KEEPERS:
            return _no("hidden")
        if path.suffix == ".py" and not is_asset:
            return _no("Python that the app does not import")
        if self._names.cover(where):
            about = f", although {rule} leaves it out" if rule else ""
            return _yes(f"the app names it{about}", is_said=bool(rule))
        if rule:
            return _no(f"{rule} leaves it out", is_said=True)
        return _yes("in the folder of assets") if is_asset else self._judge_data(where, path)

    def _judge_data(self, where: str, path: PurePosixPath) -> Verdict:
        for_others = self._reason(path)
        if not where.startswith(self._core):
            return _no(f"not in {self._core} and not named by the app")
        if for_others or _is_for_tools(path):
            return _no(for_others or "for tools", is_said=bool(for_others))
        return _yes("data beside the app")

    def _reason(self, path: PurePosixPath) -> str:
        """Return for whom a file is that the app does not name; empty if for the app."""
        folders = {part.lower() for part in path.parts[:-1]}
        if folders & _FOR_TESTS:
            return "for tests"
        if path.suffix.lower() in _PICTURES and (
            folders & _FOR_PEOPLE or path.as_posix() in self._in_readme
        ):
            return "a picture of the documentation"
        return ""


def _is_for_tools(path: PurePosixPath) -> bool:
    return bool(_FOR_TOOLS.fullmatch(path.name)) or path.parts[0] == "requirements"


def _named_in_readmes(tree: Tree) -> frozenset[str]:
    """Return the pictures of the project that a README shows."""
    named: set[str] = set()
    for where, size in tree.sizes.items():
        path = PurePosixPath(where)
        if path.stem.lower() != "readme" or size > _README_BYTES:
            continue
        text = (tree.root / where).read_text(encoding="utf-8", errors="replace")
        for target in re.findall(r"[^\s()\"'<>\[\]:]+\.\w{3,4}", text):
            named.add(posixpath.normpath((path.parent / target.lstrip("/")).as_posix()))
    return frozenset(named)


def size_notes(sizes: dict[str, int]) -> Iterator[str]:
    """Yield notes about files that are more than a page should load, with the largest by name."""
    largest = sorted(sizes, key=lambda where: -sizes[where])[:NAMED_FILES]
    shown = ", ".join(f"{where} {sizes[where] / 2**20:.1f} MB" for where in largest)
    advice = "[tool.pyrt] exclude keeps files out of the site"
    large = [where for where, size in sizes.items() if size > LARGE_FILE_BYTES]
    total = sum(sizes.values())
    if total > LARGE_SITE_BYTES or len(sizes) > MANY_FILES:
        yield (
            f"the app's files are {total / 2**20:.0f} MB in {len(sizes)} files, more than a page "
            f"should load; the largest: {shown}. {advice}"
        )
    elif large:
        yield (
            f"{len(large)} of the app's files {'have' if len(large) > 1 else 'has'} more than "
            f"{LARGE_FILE_BYTES // 2**20} MB; the largest: {shown}. {advice}"
        )
