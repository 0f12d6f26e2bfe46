"""What the modules of a project import, and whether they lead to Dash; read, never run."""

import ast
import functools
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyrt_build.errors import BuildError
from pyrt_build.project.files import Tree, read_file
from pyrt_build.project.imports import (
    MAX_PARSED,
    Name,
    OwnModules,
    imported_names,
    last_name,
    nodes_of,
    parse_module,
    top_level,
)

# What an app imports to make a Dash app, besides names that begin with `dash_`.
DASH_MODULES = frozenset(
    {"dash", "pyrt", "jupyter_dash", "jupyter_plotly_dash", "django_plotly_dash"}
    | {"explainerdashboard", "vizro"}  # they make the app
)


@dataclass(slots=True)
class Source:
    """What one module says.

    Attributes:
        imports: the modules that it imports.
        names: names that are bound at its top level; None if it imports `*`.
        strings: its string literals.
        paths: whether it changes `sys.path`.
        climbs: how many folders it goes up from its own file, in `Path(__file__).parent.parent`.
        apps: names at its top level that are made by `Dash(...)`, with their lines.
        runs: names whose method `run` is called.
        makes_app: whether it calls `Dash(...)` anywhere.
        pages_folder: the folder whose modules that call imports; empty for none.
        is_broken: it does not parse.
        mentions_dash: of one that does not parse, whether its text does.
    """

    imports: list[Name] = field(default_factory=list)
    names: set[str] | None = field(default_factory=set)
    strings: set[str] = field(default_factory=set)
    paths: bool = False
    climbs: int = 0
    apps: dict[str, int] = field(default_factory=dict)
    runs: set[str] = field(default_factory=set)
    makes_app: bool = False
    pages_folder: str = ""
    is_broken: bool = False
    mentions_dash: bool = False


class Sources:
    """The modules of a project, each read once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._read = functools.cache(self._read_source)

    def source(self, where: str) -> Source:
        """Return what a module says."""
        return self._read(where)

    def closure(self, where: str, own: OwnModules) -> list[str]:
        """Return a module and the modules of the project that it imports, directly or not.

        An app with pages imports those of its pages folder.
        """
        found = [where]
        for path in found:
            imported = [
                file
                for name in self.source(path).imports
                for file in self._imported(name, path, own)
            ]
            for file in [*imported, *self._pages(path)]:
                if file not in found:
                    found.append(file)
        return found

    def _pages(self, where: str) -> list[str]:
        folder = self.source(where).pages_folder
        beside = posixpath.join(posixpath.dirname(where), folder)
        return self.tree.python_below(beside) or self.tree.python_below(folder) if folder else []

    def leads_to_dash(self, where: str, own: OwnModules) -> bool:
        """Tell whether a module imports Dash, directly or through others of the project.

        A module that does not parse does if its text mentions Dash, so that its error is reported.
        """
        return any(
            self.source(path).mentions_dash
            if self.source(path).is_broken
            else any(map(is_dash, self.source(path).imports))
            for path in self.closure(where, own)
        )

    def _imported(self, name: Name, importer: str, own: OwnModules) -> Iterator[str]:
        file = own.resolve(name, importer)
        if file:
            yield file
            parts = name.module.split(".")
            for count in range(1, len(parts)):  # the packages that it is in
                package = own.resolve(
                    Name(".".join(parts[:count]), name.line, name.level), importer
                )
                if package:
                    yield package

    def _read_source(self, where: str) -> Source:
        try:
            return _read(read_file(self.tree.root / where), where)
        except (BuildError, SyntaxError, ValueError):
            path = self.tree.root / where
            text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
            return Source(is_broken=True, mentions_dash=bool(re.search(r"\bdash\b", text)))


@functools.lru_cache(maxsize=MAX_PARSED)
def _read(content: bytes, where: str) -> Source:
    return _Reader(parse_module(content, where)).source


def is_dash(name: Name) -> bool:
    """Tell whether an import is one of Dash or of a package for it."""
    top = top_level(name.module)
    return not name.level and (top in DASH_MODULES or top.startswith("dash_"))


class _Reader:
    def __init__(self, tree: ast.Module) -> None:
        self.source = Source()
        for node in nodes_of(tree):
            self.source.imports += imported_names(node)
            self._record(node)
        for statement in tree.body:
            self._bind(statement)

    def _record(self, node: ast.AST) -> None:
        match node:
            case ast.Constant(value=str(text)):
                self.source.strings.add(text)
            case ast.Call(func=function, keywords=keywords) if _is_dash_class(function):
                self.source.makes_app = True
                self.source.pages_folder = _pages_folder(keywords) or self.source.pages_folder
            case ast.Attribute(value=ast.Name(id="sys"), attr="path"):
                self.source.paths = True
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="run" | "run_server")):
                self.source.runs.add(name)
            case ast.Attribute(attr="parent" | "parents") | ast.Subscript() | ast.Call():
                self.source.climbs = max(self.source.climbs, _climbs(node))
            case _:
                pass

    def _bind(self, statement: ast.stmt) -> None:
        names = self.source.names
        match statement:
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                self.source.names = None
                return
            case ast.If(body=body, orelse=orelse):
                for inner in [*body, *orelse]:
                    self._bind(inner)
                return
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                inside = [s for h in handlers for s in h.body]
                for inner in [*body, *inside, *orelse, *final]:
                    self._bind(inner)
                return
            case ast.Assign(targets=[ast.Name(id=name), *_], value=ast.Call(func=function)) if (
                _is_dash_class(function)
            ):
                self.source.apps[name] = statement.lineno
            case _:
                pass
        if names is not None:
            names.update(_bound(statement))


def _pages_folder(keywords: Iterable[ast.keyword]) -> str:
    """Return the folder of pages that a call `Dash(...)` names, as far as that is a literal."""
    given = {k.arg: k.value.value for k in keywords if isinstance(k.value, ast.Constant)}
    named = given.get("pages_folder")
    return str(named or "pages") if named or given.get("use_pages") else ""


def _is_dash_class(function: ast.expr) -> bool:
    return last_name(function) in {"Dash", "JupyterDash", "DashProxy"}


def _bound(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            for alias in names:
                yield alias.asname or top_level(alias.name)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case _:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id


def _climbs(node: ast.AST) -> int:
    """Return how many folders an expression goes up from its own file's; 0 without `__file__`."""
    if not any(isinstance(n, ast.Name) and n.id == "__file__" for n in ast.walk(node)):
        return 0
    ups = 0
    for inner in ast.walk(node):
        match inner:
            case ast.Attribute(attr="parent"):
                ups += 1
            case ast.Subscript(
                value=ast.Attribute(attr="parents"), slice=ast.Constant(value=int(n))
            ):
                ups += n + 1
            case (
                ast.Call(func=ast.Attribute(attr="dirname")) | ast.Call(func=ast.Name(id="dirname"))
            ):
                ups += 1
            case ast.Constant(value=".."):
                ups += 1
            case ast.Attribute(attr="pardir"):
                ups += 1
            case _:
                pass
    return max(ups - 1, 0)


def unresolved(
    names: Iterable[Name], importer: str, own: OwnModules, others: OwnModules
) -> list[Name]:
    """Return the imports that only the second set of folders finds."""
    return [
        name
        for name in names
        if own.resolve(name, importer) is None and others.resolve(name, importer) is not None
    ]
