"""The imports of a module, and the files of the project that they name.

Source is read with `ast` and never run.
"""

import ast
import functools
import itertools
import posixpath
import warnings
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from pyrt_build.errors import BuildError
from pyrt_build.project.files import Tree

# Always pyrt's own modules, even if the app has folders of these names.
NEVER_LOCAL = frozenset({"dash", "pyrt"})
# Modules of plotly that need more packages than plotly itself: in `from plotly import express` they
# are names, so that they are recorded as `plotly.express`.
PLOTLY_MODULES = frozenset({"express", "figure_factory"})


MAX_PARSED = 1000  # modules whose trees are kept


@dataclass(frozen=True, slots=True)
class Name:
    """A module that an import names.

    Attributes:
        module: dotted; of a relative import without the dots.
        line: of the import, from 1.
        level: number of dots of a relative import.
    """

    module: str
    line: int
    level: int = 0


def parse(source: str | bytes, shown: str = "") -> ast.Module:
    r"""Parse source without Python's warnings about it, as of an escape such as `\s`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return ast.parse(source, shown)


@functools.lru_cache(maxsize=MAX_PARSED)
def parse_module(content: bytes, shown: str) -> ast.Module:
    """Parse a file of the app; the same content gives the same tree, which nobody changes.

    Raises:
        BuildError: it has a syntax error; the message shows the line and the column.
    """
    try:
        return parse(content, shown)
    except SyntaxError as error:
        line = (error.text or "").rstrip("\n")
        indent = len(line) - len(line.lstrip())
        caret = " " * max((error.offset or 1) - 1 - indent, 0) + "^"
        raise BuildError(
            f"{shown}:{error.lineno}: {error.msg}\n    {line.strip()}\n    {caret}\n"
            "Correct this line and build again."
        ) from error
    except ValueError as error:
        raise BuildError(f"{shown} is not Python source: {error}.") from error


@functools.lru_cache(maxsize=MAX_PARSED)
def nodes_of(tree: ast.AST) -> Sequence[ast.AST]:
    """Return all nodes of a module, in the order of `ast.walk`, which takes much longer."""
    return tuple(ast.walk(tree))


def imported_names(node: ast.AST) -> Iterator[Name]:
    """Yield the modules that a node imports, `import_module("x")` and `__import__("x")` too."""
    match node:
        case ast.Import(names=names):
            for alias in names:
                yield Name(alias.name, node.lineno)
        case ast.ImportFrom(module=module, level=level, names=names):
            if module:
                yield Name(module, node.lineno, level)
            for alias in names:
                # `from . import module`, `from plotly import express`.
                if level or alias.name in PLOTLY_MODULES:
                    name = f"{module}.{alias.name}" if module else alias.name
                    yield Name(name, node.lineno, level)
        case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]) if last_name(
            function
        ) in {"import_module", "__import__"}:
            level = len(name) - len(name.lstrip("."))
            yield Name(name.lstrip("."), node.lineno, level)
        case _:
            pass


@functools.lru_cache(maxsize=MAX_PARSED)
def optional_imports(tree: ast.Module) -> AbstractSet[ast.AST]:
    """Return the nodes of imports whose failure the app handles."""
    return frozenset(_optional_imports(tree))


def _optional_imports(tree: ast.Module) -> Iterator[ast.AST]:
    for node in nodes_of(tree):
        guarded = (
            isinstance(node, ast.Try)
            and any(
                handler.type is None
                or "Import" in ast.unparse(handler.type)
                or "Module" in ast.unparse(handler.type)
                or "Exception" in ast.unparse(handler.type)
                for handler in node.handlers
            )
        ) or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        if guarded:
            assert isinstance(node, ast.Try | ast.If)
            for statement in node.body:
                yield from ast.walk(statement)


def named_objects(node: ast.AST) -> Iterator[Name]:
    """Yield what a call imports by a string, as `config.from_object("settings.Production")`."""
    match node:
        case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]) if last_name(
            function
        ) in {"from_object", "import_string", "find_spec", "run_module"}:
            yield Name(name.replace(":", "."), node.lineno)
        case _:
            pass


@functools.lru_cache(maxsize=MAX_PARSED)
def deferred_nodes(tree: ast.Module) -> AbstractSet[ast.AST]:
    """Return the nodes that do not run when the module is imported."""
    return frozenset(_deferred_nodes(tree))


def _deferred_nodes(tree: ast.Module) -> Iterator[ast.AST]:
    for node in nodes_of(tree):
        match node:
            case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
                yield from itertools.chain.from_iterable(map(ast.walk, body))
            case ast.Lambda(body=expression):
                yield from ast.walk(expression)
            case ast.If(test=test, body=body) if "TYPE_CHECKING" in ast.unparse(test):
                yield from itertools.chain.from_iterable(map(ast.walk, body))
            case _:
                pass


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name: `Dash` of `dash.Dash`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


class OwnModules:
    """Finds the files of modules of the project.

    Args:
        tree: the files of the project.
        folders: the folders of `sys.path` that are in the project, relative to it, with `/`; "" is
            the project's own.
    """

    def __init__(self, tree: Tree, folders: Sequence[str]) -> None:
        self._tree = tree
        self.folders = list(folders)
        self._known: dict[str, tuple[str, ...]] = {}

    def find(self, name: Name, importer: str) -> Sequence[str]:
        """Return the paths of a module's files; none if it is not one of the project.

        Of a package all files are returned, since its imports cannot all be found by reading. A
        folder without `__init__.py` is a package, too, if there is Python in it.

        Args:
            name: what is imported.
            importer: path of the module that imports it.
        """
        first = name.module.split(".", maxsplit=1)[0]
        if name.level:
            return self._files(posixpath.join(self._base(name, importer), first))
        if first in NEVER_LOCAL:
            return ()
        for folder in self.folders:
            found = self._files(posixpath.join(folder, first))
            if found:
                return found
        return ()

    def resolve(self, name: Name, importer: str) -> str | None:
        """Return the path of the one file that a name is, or of the package's `__init__.py`."""
        parts = name.module.split(".")
        bases = [self._base(name, importer)] if name.level else self.folders
        for base in bases if parts[0] not in NEVER_LOCAL or name.level else ():
            for count in range(len(parts), 0, -1):
                path = posixpath.join(base, *parts[:count])
                for file in (f"{path}.py", f"{path}/__init__.py"):
                    if self._tree.has(file):
                        return file
        return None

    def name_of(self, where: str) -> str:
        """Return the dotted name of a file, as an import would name it.

        >>> OwnModules(Tree(Path()), ["src", ""]).name_of("src/tides/__init__.py")
        'tides'
        """
        below = [folder for folder in self.folders if folder and where.startswith(f"{folder}/")]
        inner = where.removeprefix(f"{max(below, key=len)}/") if below else where
        return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @staticmethod
    def _base(name: Name, importer: str) -> str:
        folder = importer
        for _ in range(name.level):
            folder = posixpath.dirname(folder)
        return folder

    def _files(self, path: str) -> tuple[str, ...]:
        """Return the files of the package or module at a path without its suffix."""
        known = self._known.get(path)
        if known is None:
            found = tuple(self._tree.python_below(path))
            single = f"{path}.py"
            known = found or ((single,) if self._tree.has(single) else ())
            self._known[path] = known
        return known


def top_level(module: str) -> str:
    """Return the first part of a dotted name."""
    return module.split(".", maxsplit=1)[0]


def relative(path: Path, root: Path) -> str:
    """Return a path relative to a folder, with `/` on every system."""
    return path.relative_to(root).as_posix()
