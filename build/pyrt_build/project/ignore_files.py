"""What .gitignore and .dockerignore leave out of a project.

Rules of git: each folder may have a .gitignore, the nearest one counts, `!` takes a file in again,
and nothing below a folder that is left out comes back. Files of rules above the root count up to
the folder with .git. A file of rules that leaves out the app itself is about something else (a
repository of settings in a home folder, a folder for trials), and does not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from pathspec import GitIgnoreSpec

MAX_BYTES = 1_000_000  # of a file of rules


@dataclass(frozen=True, slots=True)
class _Rules:
    """One file of rules.

    Attributes:
        shown: path of the file, for people.
        prefix: path of the root from the folder of the file, with a slash at its end; empty at or
            below the root.
        below: path of the folder of the file from the root, likewise.
        numbers: line number of each rule.
        spec: the rules.
        has_folders: whether a folder that is left out takes along what is in it, whatever else is
            said: of git, not of Docker.
    """

    shown: str
    prefix: str
    below: str
    numbers: tuple[int, ...]
    spec: GitIgnoreSpec
    has_folders: bool = True

    def verdict(self, where: str) -> str | None:
        """Return the rule that leaves a path out; empty if one takes it in; None without a rule."""
        if not where.startswith(self.below):
            return None
        path = self.prefix + where.removeprefix(self.below)
        last = self.spec.check_file(path)
        if last.include is None or last.index is None:
            return None
        index = (
            last.index if last.include or not self.has_folders else self._about(path, last.index)
        )
        if index is None:
            return None
        return f"{self.shown}:{self.numbers[index]}" if self.spec.patterns[index].include else ""

    def _about(self, path: str, last: int) -> int | None:
        """Return the last rule that is about a path itself, not about a folder that it is in.

        For git, `!folder/` takes in the folder, and not what is in it.
        """
        parent = f"{PurePosixPath(path).parent.as_posix()}/"
        for index in range(last, -1, -1):
            rule = self.spec.patterns[index]
            if rule.match_file(path) and not rule.match_file(parent):
                return index
        return None


class IgnoreFiles:
    """The files of rules that count for a project.

    Args:
        root: the folder of the project.
        entry: path of the app's file, relative to it.
    """

    def __init__(self, root: Path, entry: str) -> None:
        self._root = root
        self._entry = entry
        self._folders: dict[str, str] = {}
        self._own: dict[str, _Rules | None] = {}

    def reason(self, where: str) -> str:
        """Return the rule that leaves a file out, as `.gitignore:3`; empty if there is none.

        Args:
            where: path relative to the root, with `/`.
        """
        return self._git(where) or self._docker(where)

    def _git(self, where: str) -> str:
        folder = PurePosixPath(where).parent.as_posix()
        if folder != ".":
            if folder not in self._folders:
                self._folders[folder] = self._git(folder + "/") if folder else ""
            if self._folders[folder]:
                return self._folders[folder]
        for rules in self._nearest_first(where.rstrip("/")):
            verdict = rules.verdict(where)
            if verdict is not None:
                return verdict
        return ""

    def _docker(self, where: str) -> str:
        return (self._dockerignore.verdict(where) or "") if self._dockerignore else ""

    def _nearest_first(self, where: str) -> Iterator[_Rules]:
        for parent in PurePosixPath(where).parents:
            below = "" if parent == PurePosixPath() else f"{parent.as_posix()}/"
            if below not in self._own:
                shown = f"{below}.gitignore"
                self._own[below] = self._that_count(_read(self._root / shown, shown, below=below))
            own = self._own[below]
            if own:
                yield own
        yield from self._above

    @cached_property
    def _above(self) -> list[_Rules]:
        """The files of rules above the root, the nearest first."""
        root = self._root.resolve()
        repository = next((f for f in (root, *root.parents) if (f / ".git").exists()), None)
        if repository is None:
            return []
        folders = [f for f in root.parents if f.is_relative_to(repository)]
        files = [(f / ".gitignore", f) for f in folders] + [
            (repository / ".git" / "info" / "exclude", repository)
        ]
        found = []
        for file, folder in files:
            prefix = root.relative_to(folder).as_posix()
            prefix = "" if prefix == "." else f"{prefix}/"
            rules = self._that_count(_read(file, str(file), prefix=prefix))
            if rules:
                found.append(rules)
        return found

    @cached_property
    def _dockerignore(self) -> _Rules | None:
        name = ".dockerignore"
        return self._that_count(_read(self._root / name, name, is_docker=True))

    def _that_count(self, rules: _Rules | None) -> _Rules | None:
        """Return rules, unless they leave out the app itself or a folder that it is in."""
        if rules is None:
            return None
        parents = [f"{p.as_posix()}/" for p in PurePosixPath(self._entry).parents if p.name]
        paths = [self._entry, *parents] if rules.has_folders else [self._entry]
        if rules.prefix:
            paths.append("")
        return None if any(rules.verdict(path) for path in paths) else rules


def _read(
    file: Path, shown: str, *, prefix: str = "", below: str = "", is_docker: bool = False
) -> _Rules | None:
    try:
        if not file.is_file() or file.stat().st_size > MAX_BYTES:
            return None
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return None
    numbered = [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    lines = [_from_docker(line) if is_docker else line for _, line in numbered]
    try:
        spec = GitIgnoreSpec.from_lines(lines)
    except ValueError:  # a rule that is none
        return None
    return _Rules(
        shown, prefix, below, tuple(n for n, _ in numbered), spec, has_folders=not is_docker
    )


def _from_docker(line: str) -> str:
    """Return a rule of Docker as one of git: it is always relative to the folder of the file."""
    line = line.strip()
    mark = "!" if line.startswith("!") else ""
    path = PurePosixPath(line.removeprefix("!").strip().lstrip("/")).as_posix()
    return f"{mark}/{path}" if path != "." else f"{mark}/**"
