"""The source files of a test suite: what they define, and what depends on what."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from .syntax import assignment_targets, bound_names, is_text, loaded_names, root_name


class SourceFile:
    """A module of the suite.

    Attributes:
        suite: folder of the whole suite.
        name: path relative to the suite, with slashes.
        statements: those of the module.
        functions: the module's functions by name.
        providers: for each name of the module, the indices of the statements that bind it.
    """

    def __init__(self, suite: Path, name: str) -> None:
        self.suite, self.name = suite, name
        self.path = suite / name
        self.text = self.path.read_text(encoding="utf-8")
        self.tree = ast.parse(self.text)
        self.statements = self.tree.body
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.providers: dict[str, list[int]] = {}
        for index, statement in enumerate(self.statements):
            for bound in bound_names(statement):
                self.providers.setdefault(bound, []).append(index)
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions[statement.name] = statement

    @property
    def folder(self) -> str:
        """The folder of the file, relative to the suite."""
        folder = str(PurePosixPath(self.name).parent)
        return "" if folder == "." else folder

    def find_fixture(self, name: str) -> "Fixture | None":
        """A fixture that this file or a conftest.py above it defines."""
        for file in (self, *self._conftests()):
            function = file.functions.get(name)
            if function and has_decorator(function, "fixture"):
                return Fixture(name, file, function)
        return None

    def _conftests(self) -> list["SourceFile"]:
        folders = [self.suite / self.folder, *(self.suite / self.folder).parents]
        inside = folders[: folders.index(self.suite) + 1]
        found = [folder / "conftest.py" for folder in inside if (folder / "conftest.py").exists()]
        return [read_source(self.suite, str(path.relative_to(self.suite))) for path in found]

    def slice(self, names: Iterable[str]) -> list[int]:
        """Indices of the module's statements that names depend on, directly or not."""
        needed: set[int] = set()
        seen: set[str] = set()
        pending = set(names)
        while pending - seen:
            while pending - seen:
                name = (pending - seen).pop()
                seen.add(name)
                for index in set(self.providers.get(name, [])) - needed:
                    needed.add(index)
                    pending |= loaded_names(self.statements[index])
            for index in self._changes_of(seen) - needed:
                needed.add(index)
                pending |= loaded_names(self.statements[index])
        return sorted(needed)

    def _changes_of(self, names: set[str]) -> set[int]:
        """Statements that only change values: `OPTIONS.update(...)`, `TABLE[1] = 2`."""
        return {
            index
            for index, statement in enumerate(self.statements)
            if (root := _changed_name(statement)) in names and self.providers.get(root or "")
        }


class Fixture(NamedTuple):
    """A pytest fixture and the file that defines it."""

    name: str
    file: SourceFile
    function: ast.FunctionDef | ast.AsyncFunctionDef


def _changed_name(statement: ast.stmt) -> str | None:
    if is_text(statement) or bound_names(statement):
        return None
    if isinstance(statement, ast.Expr):
        return root_name(statement.value)
    targets = assignment_targets(statement)
    return root_name(targets[0]) if targets else None


def has_decorator(
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, text: str
) -> bool:
    """Whether a decorator's source contains a text."""
    return any(text in ast.unparse(decorator) for decorator in function.decorator_list)


@cache
def read_source(suite: Path, name: str) -> SourceFile:
    """Read a file of the suite; a second call gives the same object."""
    return SourceFile(suite, name)


def find_module(suite: Path, importer: str, module: str, level: int) -> str | None:
    """The file of a module that a file imports, if it belongs to the suite.

    Args:
        suite: folder of the suite.
        importer: the file with the import, relative to the suite.
        module: dotted name; empty in `from . import x`.
        level: number of leading dots.
    """
    if not module:
        return None
    folder = PurePosixPath(importer).parent
    relative = PurePosixPath(*module.split("."))
    if level:
        parent = folder if level == 1 else folder.parents[level - 2]
        candidates = [parent / relative]
    else:
        candidates = [relative, folder / relative]
    for candidate in candidates:
        for path in (candidate.with_suffix(".py"), candidate / "__init__.py"):
            if (suite / path).exists():
                return str(path)
    return None


def module_name(path: str) -> str:
    """The dotted name of a file of the suite."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
