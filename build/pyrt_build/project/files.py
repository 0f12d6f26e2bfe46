"""The files of a project, and which of them become part of a site.

`Tree` walks the folder once; environments, caches and packages of other languages are not entered.
`Choice` is the one place that decides what travels.
"""

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

import pathspec

from pyrt_build.errors import BuildError

SKIPPED_FOLDERS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "node_modules __pycache__ dist build venv env site-packages htmlcov __pypackages__"
    ).split()
)
_SECRET = re.compile(
    r"(^\.env.*|.*\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk)|id_(rsa|dsa|ecdsa|ed25519)(\.pub)?"
    r"|\.?(netrc|pypirc|pgpass|npmrc|htpasswd)|.*credentials?(\.\w+)?|.*secrets?(\.\w+)?"
    r"|service[-_]account.*\.json|kubeconfig)",
    re.IGNORECASE,
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

MANY_FILES = 5000
LARGE_FILE_BYTES = 50 * 2**20
LARGE_SITE_BYTES = 200 * 2**20
NAMED_FILES = 5  # of a note about sizes
MAX_PATH_CHARS = 300


@dataclass(slots=True)
class _Found:
    sizes: dict[str, int] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


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
    def outside(self) -> list[str]:
        """Links that lead out of the folder; they are not followed."""
        return self._found.outside

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
            self._scan(self.root, "", found)
        return found

    def _scan(self, folder: Path, where: str, found: _Found) -> bool:
        """Walk one folder; tell whether there is a file in or below it."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            return False
        has_files = False
        for entry in entries:
            below = f"{where}/{entry.name}" if where else entry.name
            if entry.is_symlink() and not self._is_inside(entry.path):
                found.outside.append(below)
            elif entry.is_symlink() and folder.resolve().is_relative_to(Path(entry.path).resolve()):
                continue  # a circle
            elif entry.is_dir():
                if below in self._more or not is_skipped_folder(entry.name, entry.path):
                    count = len(found.empty)
                    if self._scan(Path(entry.path), below, found):
                        has_files = True
                    else:
                        found.empty[count:] = [*found.empty[count:], below]
            elif entry.is_file():
                found.sizes[below] = entry.stat().st_size
                has_files = True
        return has_files

    def _is_inside(self, link: str) -> bool:
        """Tell whether a link leads to something below the root, or to the root."""
        return Path(link).resolve().is_relative_to(self.root.resolve())


def is_skipped_folder(name: str, path: str | os.PathLike[str]) -> bool:
    """Tell whether a folder never belongs to an app: environments, caches, sites built earlier."""
    return (
        name.startswith(".")
        or name in SKIPPED_FOLDERS
        or name.endswith(".egg-info")
        or Path(path, "pyvenv.cfg").is_file()
        or Path(path, "conda-meta").is_dir()
        or Path(path, "pyrt-lock.json").is_file()
    )


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
        reason: why it does not, for the summary; empty for what no author expects in a site.
    """

    travels: bool
    reason: str = ""


_YES, _NO = Verdict(travels=True), Verdict(travels=False)


class Choice:
    """Decides which files of a project become part of its site, besides modules that are imported.

    Args:
        tree: the files.
        core: the folder of which everything may travel, relative; of others only what is named.
        strings: the string literals of the app.
        assets: the folder of assets, relative.
        include: patterns, as in .gitignore, of files that travel although they otherwise would not.
        exclude: patterns of files that do not.
    """

    def __init__(  # noqa: PLR0913  # what the decision depends on
        self,
        tree: Tree,
        strings: Iterable[str],
        *,
        core: str = "",
        assets: str = "assets",
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
    ) -> None:
        self._core = f"{core}/" if core else ""
        self._assets = f"{assets.strip('/')}/"
        self._names = Names(strings)
        self._include = pathspec.GitIgnoreSpec.from_lines(include)
        self._exclude = pathspec.GitIgnoreSpec.from_lines(exclude)
        self._in_readme = _named_in_readmes(tree)

    def judge(self, where: str) -> Verdict:
        """Decide about one file."""
        path = PurePosixPath(where)
        if self._exclude.match_file(where):
            return Verdict(travels=False, reason="exclude in [tool.pyrt]")
        if _SECRET.fullmatch(path.name) and path.suffix != ".py":
            return Verdict(travels=False, reason="may hold a secret")
        if self._include.match_file(where):
            return _YES
        is_hidden = path.name.startswith(".") and path.name not in KEEPERS
        if is_hidden or path.suffix in {".pyc", ".pyo"}:
            return _NO
        return _YES if where.startswith(self._assets) else self._judge_data(where, path)

    def _judge_data(self, where: str, path: PurePosixPath) -> Verdict:
        if path.suffix == ".py":
            return _NO
        is_in_core = where.startswith(self._core)
        if (is_in_core and not self._is_for_others(path)) or self._names.cover(where):
            return _YES
        return Verdict(travels=False, reason=self._reason(path) if is_in_core else "")

    def _is_for_others(self, path: PurePosixPath) -> bool:
        return bool(self._reason(path)) or _is_for_tools(path)

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
