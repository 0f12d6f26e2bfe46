"""Imports of names that a module of the app, or Dash, does not have.

A name counts as there if the module binds it anywhere; of Dash, the public names are known.
"""

import ast
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from pyrt_build.app.discover import App
from pyrt_build.check.finding import Finding
from pyrt_build.console.notes import Code
from pyrt_build.project.files import Tree
from pyrt_build.project.imports import (
    Name,
    OwnModules,
    nodes_of,
    optional_imports,
    parse_module,
)

_DYNAMIC = frozenset({"exec", "globals", "setattr", "vars"})  # functions that may bind any name
_OF_DASH = ("dash", "dash.dependencies", "dash.exceptions")


def inspect(app: App, trees: Mapping[str, ast.Module]) -> Iterator[Finding]:
    """Yield imports of names that a module does not have, and relative ones of no module."""
    reader = _Reader(app)
    for where, tree in trees.items():
        optional = optional_imports(tree)
        for node in nodes_of(tree):
            if isinstance(node, ast.ImportFrom) and node not in optional:
                for text in reader.inspect(node, where):
                    yield Finding(where, node.lineno, Code.UNKNOWN_IMPORT.code, text)


class _Reader:
    """Knows which names the modules of an app have."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._tree = Tree(app.folder)
        self._own = OwnModules(self._tree, app.layout.path)

    def inspect(self, node: ast.ImportFrom, where: str) -> Iterator[str]:
        """Yield what is wrong with one import."""
        name = Name(node.module or "", node.lineno, node.level)
        if not node.level and name.module in _OF_DASH:
            yield from _missing(name.module, node, _names_of_dash(name.module))
            return
        if not name.module:
            return
        file = self._own.resolve(name, where)
        if file is None:
            if node.level and not self._own.find(name, where):
                shown = "." * node.level + name.module
                yield f"there is no module {shown} beside {where}: correct its name, or add it"
            return
        package, _, last = file.removesuffix(".py").removesuffix("/__init__").rpartition("/")
        if last != name.module.rpartition(".")[2] or not self._tree.has(file):
            return  # of a module that is longer than what is there
        known = self._names(file)
        if known is None:
            return
        if file.endswith("__init__.py"):
            folder = f"{package}/{last}".lstrip("/")
            known |= {
                alias.name for alias in node.names if self._own_files(f"{folder}/{alias.name}")
            }
        yield from _missing(name.module, node, known)

    def _own_files(self, path: str) -> bool:
        """Tell whether a path is a module, a package, or a folder of files."""
        return any(Path(self._app.folder, path).parent.glob(f"{Path(path).name}*"))

    def _names(self, file: str) -> set[str] | None:
        """Return the names that a module may have; None if that cannot be read."""
        if file not in self._app.modules:
            return None
        return _bound(parse_module(self._app.read(file), file))


def _missing(module: str, node: ast.ImportFrom, known: set[str] | None) -> Iterator[str]:
    if known is None:
        return
    for alias in node.names:
        if alias.name != "*" and alias.name not in known and not _is_special(alias.name):
            near = get_close_matches(alias.name, sorted(known), 1)
            hint = f": do you mean {near[0]!r}?" if near else ", and the import fails"
            yield f"{module} has no {alias.name!r}{hint}"


def _is_special(name: str) -> bool:
    return name.startswith("__")


def _bound(tree: ast.Module) -> set[str] | None:
    """Return all names that a module binds anywhere; None if it may have others."""
    if any(map(_is_dynamic, nodes_of(tree))):
        return None
    return {name for node in nodes_of(tree) for name in _bound_by(node)}


def _is_dynamic(node: ast.AST) -> bool:
    """Tell whether a node may bind any name."""
    match node:
        case ast.FunctionDef(name="__getattr__"):
            return True
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return True
        case ast.Name(id=name):
            return name in _DYNAMIC
        case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
            return True
        case _:
            return False


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from ((each.asname or each.name).partition(".")[0] for each in names)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.TypeAlias(name=ast.Name(id=name)):
            yield name
        case _:
            pass


def _names_of_dash(module: str) -> set[str] | None:
    """Return the names of a module of Dash, as pyrt has them."""
    found = importlib.util.find_spec("pyrt")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0], "compat", "dash")
    inner: Sequence[str] = module.split(".")[1:]
    file = folder.joinpath(*inner).with_suffix(".py") if inner else folder / "__init__.py"
    if not file.is_file():
        return None
    tree = parse_module(file.read_bytes(), file.name)
    written = {  # in `__all__`, and in the sets of what is loaded when it is used
        node.value
        for node in nodes_of(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    modules = {path.stem for path in folder.iterdir()}
    return {*modules, *written, *(name for node in nodes_of(tree) for name in _bound_by(node))}
