"""Which functions of a module run on the server, by the text of their decorators.

    @callback(..., server=True)                     literal
    @callback(...)                                  and `[tool.pyrt] server` names it
    @callback(..., background=True)                 and there are a bridge and a manager

unless `fallback="browser"` keeps their code in the browser as well.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.project.imports import nodes_of
from pyrt_build.server_code.scopes import FUNCTIONS

type Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class Options:
    """What decides where callbacks run, beside their decorators.

    Attributes:
        named: `module:function` of the callbacks that the settings name.
        bridge: whether the address of a bridge is known.
        manager: whether the app has a manager for background callbacks.
    """

    named: frozenset[str] = frozenset()
    bridge: bool = False
    manager: bool = False


@dataclass(slots=True)
class Marks:
    """The server's functions of one module.

    Attributes:
        functions: these, each with the decorators that stay in the browser.
        warnings: what cannot be decided by reading.
        found: those of `Options.named` that are callbacks here.
    """

    functions: dict[Definition, list[ast.expr]] = field(default_factory=dict)
    warnings: list[Note] = field(default_factory=list)
    found: set[str] = field(default_factory=set)


def has_manager(tree: ast.AST) -> bool:
    """Tell whether an app is created with a manager for its background callbacks."""
    names = {"background_callback_manager", "long_callback_manager"}
    return any(
        isinstance(node, ast.Call)
        and any(k.arg in names and _literal(k.value) is not None for k in node.keywords)
        for node in nodes_of(tree)
    )


def find_server_functions(
    tree: ast.Module, where: str, modules: Sequence[str], options: Options
) -> Marks:
    """Find the functions of a module that run on the server.

    Args:
        tree: the module.
        where: its path, for messages.
        modules: the names it may have in `Options.named`.
        options: what decides beside the decorators.

    Raises:
        BuildError: a call says `server=True`, and its function is not defined in the module.
    """
    return _Reader(tree, where, modules, options).read()


class _Reader:
    def __init__(
        self, tree: ast.Module, where: str, modules: Sequence[str], options: Options
    ) -> None:
        self.tree = tree
        self.where = where
        self.modules = modules
        self.options = options
        self.names = {"callback", *_aliases(tree)}
        self.marks = Marks()

    def read(self) -> Marks:
        decorating: set[ast.AST] = set()
        for node in nodes_of(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                decorating.update(node.decorator_list)
                self._read_function(node, node.decorator_list)
        for node in nodes_of(self.tree):
            if isinstance(node, ast.Call) and node.func not in decorating and node.args:
                self._read_application(node)
        return self.marks

    def _read_function(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef, decorators: Sequence[ast.expr]
    ) -> None:
        callbacks = [d for d in decorators if isinstance(d, ast.Call) and self._is_callback(d)]
        named = self._is_named(function.name) if callbacks else False
        verdicts = [self._runs_on_server(call, function.name, named=named) for call in callbacks]
        if verdicts and all(verdicts):
            last = decorators.index(callbacks[-1])
            self.marks.functions[function] = list(decorators[: last + 1])
        elif any(verdicts):
            self._warn(function, f"{function.name} is a callback of the tab as well")

    def _read_application(self, call: ast.Call) -> None:
        """Read `callback(...)(function)`: a decorator that is called as a function."""
        inner = call.func
        if not (isinstance(inner, ast.Call) and self._is_callback(inner)):
            return
        argument = call.args[0]
        name = argument.id if isinstance(argument, ast.Name) else "lambda"
        if not self._runs_on_server(inner, name, named=self._is_named(name)):
            return
        found = argument if isinstance(argument, ast.Lambda) else self._definition(name)
        if found is None:
            raise BuildError(
                f"{self.where}:{call.lineno}: this callback runs on the server, but its function "
                "is not defined in this file, so that the build cannot take it out of the site. "
                "Write it below `@callback(...)`, or wrap it in a function that is."
            )
        self.marks.functions.setdefault(found, getattr(found, "decorator_list", []))

    def _definition(self, name: str) -> Definition | None:
        for statement in self.tree.body:
            if isinstance(statement, FUNCTIONS) and getattr(statement, "name", "") == name:
                return statement
        return None

    def _is_callback(self, call: ast.Call) -> bool:
        match call.func:
            case ast.Name(id=name):
                return name in self.names
            case ast.Attribute(attr="callback"):
                return True
            case _:
                return False

    def _is_named(self, function: str) -> bool:
        names = {f"{module}:{function}" for module in self.modules} & self.options.named
        self.marks.found |= names
        return bool(names)

    def _runs_on_server(self, call: ast.Call, name: str, *, named: bool) -> bool:
        keywords = {k.arg: _literal(k.value) for k in call.keywords if k.arg}
        hidden = any(k.arg is None for k in call.keywords)
        server, fallback = keywords.get("server"), keywords.get("fallback")
        background, manager = keywords.get("background"), keywords.get("manager")
        known = named or server is True
        if _UNKNOWN in (server, fallback):
            self._warn(call, f"{name} has options that are no literals")
            return False
        managed = self.options.bridge and (self.options.manager or manager is not None)
        if known or (managed and background is True):
            return fallback != "browser"
        if managed and background is _UNKNOWN:
            self._warn(call, f"{name} has background= that is no literal")
        elif hidden and self.options.bridge:
            self._warn(call, f"{name} has options that are no literals")
        return False

    def _warn(self, node: ast.stmt | ast.expr, what: str) -> None:
        text = (
            f"{self.where}:{node.lineno}: {what}: the build cannot tell whether only a server runs "
            "it, and leaves its code in the site"
        )
        self.marks.warnings.append(Note(Code.UNDECIDED, text))


def _aliases(tree: ast.Module) -> Iterator[str]:
    for node in nodes_of(tree):
        if isinstance(node, ast.ImportFrom) and node.module in {"dash", "pyrt"}:
            yield from (a.asname for a in node.names if a.name == "callback" and a.asname)


def _literal(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else _UNKNOWN
