"""The imports of an app's module: what only tests use is replaced by stubs."""

import ast
from copy import copy

from .plan import UnsplittableError
from .source_file import SourceFile, find_module, module_name

TEST_ONLY = {"_pytest", "dash.testing", "flaky", "multiprocess", "percy", "pytest", "selenium"}
STUBBED_IN_THREADING = {"Lock", "RLock", "Event"}


def is_test_only(module: str) -> bool:
    """Whether a module or one that contains it is for tests only."""
    parts = module.split(".")
    return any(".".join(parts[:count]) in TEST_ONLY for count in range(1, len(parts) + 1))


def import_statements(
    file: SourceFile, statement: ast.Import, imported_files: set[str]
) -> list[str]:
    """The statements that replace `import a, b`.

    Args:
        file: the file with the import.
        statement: the import.
        imported_files: the suite's files that are imported; they are added here.
    """
    lines = []
    for alias in statement.names:
        renamed = f" as {alias.asname}" if alias.asname else ""
        if is_test_only(alias.name):
            stub = "PytestStub" if alias.name == "pytest" else "Stub"
            name = alias.asname or alias.name.split(".")[0]
            lines.append(f"{name} = conf_support.{stub}({alias.name!r})")
        elif alias.name == "multiprocessing":
            lines.append(f"{alias.asname or alias.name} = conf_support")
        else:
            if module := find_module(file.suite, file.name, alias.name, 0):
                imported_files.add(module)
            lines.append(f"import {alias.name}{renamed}")
    return lines


def import_from_statements(
    file: SourceFile, statement: ast.ImportFrom, imported_files: set[str]
) -> list[str]:
    """The statements that replace `from a import b`; arguments as of `import_statements`."""
    module = statement.module or ""
    if not statement.level and is_test_only(module):
        return [
            f"{alias.asname or alias.name} = conf_support.Stub({f'{module}.{alias.name}'!r})"
            for alias in statement.names
        ]
    if module == "dash" and any(alias.name == "testing" for alias in statement.names):
        raise UnsplittableError("from dash import testing")
    if module in {"multiprocessing", "threading"}:
        return _import_synchronization(module, statement.names)
    if path := find_module(file.suite, file.name, module, statement.level):
        imported_files.add(path)
        if statement.level:
            statement = copy(statement)
            statement.level, statement.module = 0, module_name(path)
    return [ast.unparse(statement)]


def _import_synchronization(module: str, names: list[ast.alias]) -> list[str]:
    stubbed = [
        alias
        for alias in names
        if module == "multiprocessing" or alias.name in STUBBED_IN_THREADING
    ]
    kept = [alias for alias in names if alias not in stubbed]
    lines = []
    if stubbed:
        lines.append(f"from conf_support import {', '.join(map(ast.unparse, stubbed))}")
    if kept:
        lines.append(f"from {module} import {', '.join(map(ast.unparse, kept))}")
    return lines


class InnerImports(ast.NodeTransformer):
    """Replaces imports inside functions as those of the module are replaced."""

    def __init__(self, file: SourceFile, imported_files: set[str]) -> None:
        self._file, self._imported_files = file, imported_files

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        """Replace one `import`."""
        lines = import_statements(self._file, node, self._imported_files)
        return ast.parse("\n".join(lines)).body

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        """Replace one `from ... import`."""
        lines = import_from_statements(self._file, node, self._imported_files)
        return ast.parse("\n".join(lines)).body
