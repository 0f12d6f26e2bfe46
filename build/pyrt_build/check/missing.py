"""Files that are read when a module is imported, and that are not there.

Only what is certain is told: a literal path, relative or beside the module, which is read at the
top level, outside of branches and `try`, by a function of a known library, and is named nowhere
else: what writes a file, or looks whether it is there, names it, too.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from pyrt_build.app.discover import App
from pyrt_build.check.finding import Finding
from pyrt_build.console.notes import Code
from pyrt_build.project.imports import last_name, nodes_of

# Functions that read the file that is their first argument, by library.
_TABLES = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "read_csv read_excel read_feather read_fwf read_hdf read_ipc read_json read_orc"
        " read_parquet read_pickle read_sas read_spss read_stata read_table read_xml read_file"
    ).split()
)
_READS: Mapping[str, frozenset[str]] = {
    "PIL": frozenset({"open"}),
    "codecs": frozenset({"open"}),
    "geopandas": _TABLES,
    "gzip": frozenset({"open"}),
    "io": frozenset({"open"}),
    "joblib": frozenset({"load"}),
    "numpy": frozenset({"genfromtxt", "load", "loadtxt"}),
    "openpyxl": frozenset({"load_workbook"}),
    "pandas": _TABLES,
    "polars": _TABLES,
}
_METHODS = frozenset({"open", "read_bytes", "read_text"})  # of a path
_NAME = re.compile(r"(?!/|[A-Za-z]:)[\w\-. /\\()]+\.\w{1,8}")
_LATER = (ast.Lambda, ast.IfExp, ast.BoolOp, ast.GeneratorExp, ast.ListComp, ast.DictComp)


@dataclass(frozen=True, slots=True)
class _Named:
    """A path in the code.

    Attributes:
        text: relative, with `/`; "" is the folder itself.
        is_beside: relative to the folder of the module, else to the current one.
        names: the variables that hold it whole.
    """

    text: str
    is_beside: bool
    names: tuple[str, ...] = ()

    def joined(self, more: str) -> Self:
        """Return the path of something below it."""
        return replace(self, text=f"{self.text}/{more}".lstrip("/"), names=())


def inspect(app: App, trees: Mapping[str, ast.Module]) -> Iterator[Finding]:
    """Yield files that the start reads and that do not exist."""
    nodes = [node for tree in trees.values() for node in nodes_of(tree)]
    if any(isinstance(n, ast.Call) and last_name(n.func) == "chdir" for n in nodes):
        return
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    there = {path.rpartition("/")[2].lower() for path in app.decisions}
    for where, tree in trees.items():
        reader = _Module(tree)
        for call, named in reader.reads():
            name = named.text.rpartition("/")[2]
            mentions = sum(text.replace("\\", "/").endswith(name) for text in texts)
            if mentions > 1 or (name.lower() in there and not named.is_beside):
                continue
            if not any((folder / named.text).exists() for folder in _folders(app, where, named)):
                said = (
                    f"{named.text} does not exist, and is read when the app starts. Put the file "
                    "into the project, or correct its path"
                )
                yield Finding(where, call.lineno, Code.FILE_MISSING.code, said)


def _folders(app: App, where: str, named: _Named) -> Sequence[Path]:
    """Return the folders in which a file may be meant to be."""
    beside = (app.folder / where).parent
    if named.is_beside:
        return [beside]
    roots = [app.folder / path for path in app.layout.path]
    return [beside, *beside.parents, app.folder, *roots]


class _Module:
    """Finds the files that one module reads when it is imported."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._libraries: dict[str, str] = {}
        self._functions: dict[str, tuple[str, str]] = {}
        self._loads: dict[str, list[ast.Name]] = {}
        self._values: dict[str, ast.expr] = {}
        stored: dict[str, int] = {}
        for node in nodes_of(tree):
            if isinstance(node, ast.Name):
                if isinstance(node.ctx, ast.Load):
                    self._loads.setdefault(node.id, []).append(node)
                else:
                    stored[node.id] = stored.get(node.id, 0) + 1
            else:
                self._note_import(node)
        for statement in tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if stored[name] == 1:
                    self._values[name] = value
                case _:
                    pass
        self._own = stored.keys() | {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}

    def _note_import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            self._libraries |= {a.asname or a.name: a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                name = alias.asname or alias.name
                self._functions[name] = (node.module.partition(".")[0], alias.name)

    def reads(self) -> Iterator[tuple[ast.Call, _Named]]:
        """Yield the calls at the top level that read a file, and the file."""
        calls = [(call, self._read_by(call)) for call in self._calls()]
        inside = {n for call, named in calls if named for n in ast.walk(call)}
        for call, named in calls:
            if named is None or not _NAME.fullmatch(named.text):
                continue
            loads = [load for name in named.names for load in self._loads[name]]
            if all(load in inside or load.id in named.names[1:] for load in loads):
                yield call, named

    def _calls(self) -> Iterator[ast.Call]:
        for statement in self._tree.body:
            match statement:
                case ast.Assign() | ast.AnnAssign() | ast.Expr():
                    yield from _calls_in(statement)
                case ast.With(items=items, body=body):
                    opened = [c for item in items for c in _calls_in(item.context_expr)]
                    yield from opened
                    if not any(last_name(call.func) == "suppress" for call in opened):
                        yield from (
                            c for inner in body if _is_plain(inner) for c in _calls_in(inner)
                        )
                case _:
                    pass

    def _read_by(self, call: ast.Call) -> _Named | None:
        function = call.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr in _METHODS
            and not isinstance(function.value, ast.Name | ast.Constant)
            and not (function.attr == "open" and _may_write(call.args[:1], call.keywords))
        ):
            return self._path(function.value)
        if not call.args or not self._is_reading(call):
            return None
        return self._path(call.args[0])

    def _is_reading(self, call: ast.Call) -> bool:
        match call.func:
            case ast.Name(id="open") if "open" not in self._own | self._functions.keys():
                return not _may_write(call.args[1:2], call.keywords)
            case ast.Name(id=name) if name in self._functions:
                library, function = self._functions[name]
            case ast.Attribute(value=ast.Name(id=name), attr=function):
                library = self._libraries.get(name) or self._functions.get(name, ("", ""))[0]
            case _:
                return False
        if function not in _READS.get(library, ()):
            return False
        return function != "open" or not _may_write(call.args[1:2], call.keywords)

    def _path(self, node: ast.expr) -> _Named | None:  # noqa: PLR0911  # a form each
        """Return the path that an expression is; None if it is not known."""
        if _is_folder(node):
            return _Named("", is_beside=True)
        match node:
            case ast.Constant(value=str(text)):
                return _Named(text.replace("\\", "/").removeprefix("./"), is_beside=False)
            case ast.Name(id=name) if name in self._values:
                value = self._values[name]
                found = self._path(value) if value is not node else None
                return found and _Named(found.text, found.is_beside, (name, *found.names))
            case ast.BinOp(op=ast.Div(), left=left, right=ast.Constant(value=str(text))):
                first = self._path(left)
                return first and first.joined(text)
            case ast.Call(func=function, args=[inner]) if last_name(function) == "Path":
                return self._path(inner)
            case ast.Call(func=ast.Attribute(attr="join" | "joinpath") as function, args=args):
                return self._join(function, args)
        return None

    def _join(self, function: ast.Attribute, args: Sequence[ast.expr]) -> _Named | None:
        if function.attr == "joinpath":
            args = [function.value, *args]
        elif ast.unparse(function.value) not in {"os.path", "path"}:
            return None
        found = self._path(args[0]) if args else None
        for more in args[1:]:
            if found is None or not isinstance(more, ast.Constant):
                return None
            found = found.joined(str(more.value))
        return found


def _is_folder(node: ast.expr) -> bool:
    """Tell whether an expression is the folder of the module."""
    match node:
        case ast.Attribute(value=inner, attr="parent"):
            return _is_file(inner)
        case ast.Call(func=function, args=[inner]) if last_name(function) == "dirname":
            return _is_file(inner)
        case _:
            return False


def _is_file(node: ast.expr) -> bool:
    """Tell whether an expression is the path of the module."""
    match node:
        case ast.Name(id="__file__"):
            return True
        case ast.Call(func=function, args=[inner]) if last_name(function) in {
            *("Path", "abspath", "realpath"),
        }:
            return _is_file(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr="resolve" | "absolute"), args=[]):
            return _is_file(inner)
        case _:
            return False


def _may_write(modes: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> bool:
    modes = [*modes, *(k.value for k in keywords if k.arg in {"mode", None})]
    return any(
        not isinstance(mode, ast.Constant) or bool(set(str(mode.value)) & set("wax+"))
        for mode in modes
    )


def _is_plain(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr)


def _calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of an expression that surely happen."""
    if isinstance(node, ast.Call):
        yield node
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, _LATER):
            yield from _calls_in(inner)
