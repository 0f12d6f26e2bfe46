"""Where a test starts its server, and which names of it live in the page afterwards."""

import ast
from pathlib import Path
from typing import Literal

from .items import Item
from .source_file import Fixture, SourceFile, find_module, read_source
from .syntax import (
    Function,
    assignment_targets,
    bound_in_all,
    bound_names,
    dotted_name,
    loaded_in_all,
    loaded_names,
    own_nodes,
    root_name,
    start_calls,
)

BROWSER_FIXTURES = {"dash_duo", "dash_dcc", "dash_dcc_headed", "test", "dash_br"}
SERVER_FIXTURES = {*BROWSER_FIXTURES, "dash_thread_server"}
PROCESS_FIXTURES = {
    "dash_duo_mp",
    "dash_multi_process_server",
    "dash_process_server",
    "dashjl",
    "dashjl_server",
    "dashr",
    "dashr_server",
}
LOCK_CLASSES = {"Lock", "RLock", "Semaphore", "Event", "Condition"}
MUTATING_METHODS = {
    "acquire",
    "add",
    "append",
    "clear",
    "discard",
    "extend",
    "increment",
    "insert",
    "pop",
    "popitem",
    "put",
    "release",
    "remove",
    "set",
    "setdefault",
    "update",
}
# Attributes of the app object that are the same in the test process and in the page.
LOCAL_APP_ATTRIBUTES = {
    "_hot_reload",
    "callback",
    "clientside_callback",
    "config",
    "layout",
    "run",
    "server",
    "title",
}


class UnsplittableError(Exception):
    """The harness cannot write the part before the server's start as a module."""


class NoServerStart(Exception):  # noqa: N818 - a result, not an error
    """The test, as far as the harness reads it, starts no server."""


class Plan:
    """A test that starts a server, in two parts.

    Attributes:
        mode: "inline" if the start is a statement of its own: what stands before it becomes the
            app's module. Else "capture": the app's module calls the whole test function.
        start_index: index, in the function's body, of the statement that starts the server.
        start_call: the call that starts it.
        before, after: the statements before the start, and those from the start on.
        remote: names whose value callbacks change, to be read in the page.
        app_name: the variable with the app if its attributes are to be read in the page.
        locks: names of locks.
    """

    mode: Literal["inline", "capture"]
    start_index: int
    start_call: ast.Call

    def __init__(self, suite: Path, item: Item) -> None:
        """Read the test.

        Raises:
            NoServerStart: no server is started.
        """
        self.suite, self.item = suite, item
        self.file: SourceFile = read_source(suite, item["file"])
        function = self.file.functions.get(item["func"])
        if function is None:
            raise NoServerStart("test is not a plain function")
        self.function: Function = function
        if not self._find_start() and not self._find_start_in_helper():
            raise NoServerStart
        body = function.body
        self.before, self.after = body[: self.start_index], body[self.start_index :]
        exits = (ast.Return, ast.Yield, ast.YieldFrom)
        if any(isinstance(node, exits) for part in self.before for node in own_nodes(part)):
            self.mode = "capture"
        self.locks = self._find_locks()
        self.remote, self.app_name = self._find_remote_names()

    @property
    def after_start(self) -> list[ast.stmt]:
        """The statements that run with a server, as far as they can be told apart."""
        return self.after[1:] if self.mode == "inline" else self.after

    def find_fixtures(self) -> list[Fixture]:
        """The suite's own fixtures that the test asks for."""
        names = [
            name for name in self.item["fixtures"] if name not in SERVER_FIXTURES | PROCESS_FIXTURES
        ]
        return [fixture for name in names if (fixture := self.file.find_fixture(name))]

    def _find_start(self) -> bool:
        for index, statement in enumerate(self.function.body):
            if calls := start_calls(statement):
                self.start_index, self.start_call = index, calls[0]
                is_statement = isinstance(statement, ast.Expr) and statement.value is calls[0]
                self.mode = "inline" if is_statement else "capture"
                return True
        return False

    def _find_start_in_helper(self) -> bool:
        helpers = self._starting_helpers()
        for index, statement in enumerate(self.function.body):
            calls = (node for node in ast.walk(statement) if isinstance(node, ast.Call))
            used = {root_name(call.func) for call in calls} & set(helpers)
            if used:
                self.start_index, self.mode = index, "capture"
                self.start_call = start_calls(helpers[min(filter(None, used))])[0]
                return True
        return False

    def _starting_helpers(self) -> dict[str, Function]:
        """Functions of the module, or imported from the suite, that start a server."""
        helpers = dict(self.file.functions)
        del helpers[self.function.name]
        for statement in self.file.statements:
            if isinstance(statement, ast.ImportFrom) and statement.module:
                module = find_module(self.suite, self.file.name, statement.module, statement.level)
                functions = read_source(self.suite, module).functions if module else {}
                for alias in statement.names:
                    if alias.name in functions:
                        helpers[alias.asname or alias.name] = functions[alias.name]
        return {name: function for name, function in helpers.items() if start_calls(function)}

    def _find_locks(self) -> set[str]:
        locks: set[str] = set()
        for statement in [*self.before, *self.file.statements]:
            if isinstance(statement, ast.Assign) and _makes_lock(statement.value):
                locks |= bound_names(statement)
        return locks

    def _find_remote_names(self) -> tuple[set[str], str | None]:
        used = loaded_in_all(self.after_start)
        used |= loaded_in_all(
            each
            for each in self.before
            if isinstance(each, ast.FunctionDef) and not each.decorator_list and each.name in used
        )
        module_state = set(self.file.providers) - set(self.file.functions)
        known = bound_in_all(self.before) | module_state
        remote = (known & self._changed_names() & used) - self.locks - SERVER_FIXTURES
        if not self.start_call.args:
            return remote, None
        app = self.start_call.args[0]
        name = root_name(app)
        remote.discard(name or "")
        if self.mode == "inline" and isinstance(app, ast.Name) and self._reads_app(app.id):
            return {*remote, app.id}, app.id
        return remote, None

    def _changed_names(self) -> set[str | None]:
        """Names whose value a function of the first part may change."""
        in_body = [
            node
            for statement in self.before
            for node in ast.walk(statement)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        ]
        of_module = [
            self.file.functions[name]
            for name in loaded_in_all(self.before)
            if name in self.file.functions
        ]
        changed: set[str | None] = set()
        for function in [*in_body, *of_module]:
            changed |= _changes(function)
            if not isinstance(function, ast.Lambda):
                changed -= {argument.arg for argument in function.args.args}
        return changed

    def _reads_app(self, name: str) -> bool:
        """Whether the second part reads an attribute of the app that callbacks may have set."""
        return any(
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
            and node.attr not in LOCAL_APP_ATTRIBUTES
            for statement in self.after_start
            for node in ast.walk(statement)
        )

    @property
    def is_blocked_by_lock(self) -> bool:
        """Whether a callback waits for a lock that the test takes."""
        of_functions: set[str] = set()
        for statement in self.before:
            for node in ast.walk(statement):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    of_functions |= loaded_names(node) & self.locks
        setup = [each for each in self.before if not isinstance(each, ast.FunctionDef)]
        return bool(of_functions & (loaded_in_all(self.after) | loaded_in_all(setup)))


def _makes_lock(value: ast.expr) -> bool:
    calls = (node for node in ast.walk(value) if isinstance(node, ast.Call))
    names = (dotted_name(call.func) or "" for call in calls)
    return any(name.rpartition(".")[2] in LOCK_CLASSES for name in names)


def _changes(function: ast.AST) -> set[str | None]:
    """Names that a function assigns to as global, or whose value it changes."""
    changed: set[str | None] = set()
    for node in ast.walk(function):
        changed |= {
            root_name(target)
            for target in assignment_targets(node)
            if isinstance(target, (ast.Attribute, ast.Subscript))
        }
        match node:
            case ast.Call(func=ast.Attribute(attr=method)) if method in MUTATING_METHODS:
                changed.add(root_name(node.func))
            case ast.Nonlocal() | ast.Global():
                changed.update(node.names)
    return changed
