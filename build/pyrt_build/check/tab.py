"""Code that a tab cannot run: other programs, loops without an end, calls that wait for a user."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from pyrt_build.check.declarations import Declared
from pyrt_build.check.finding import Finding
from pyrt_build.console.notes import Code
from pyrt_build.project.imports import last_name, optional_imports

# Functions that start other programs, by module.
_PROGRAMS = {
    "subprocess": frozenset(
        {"Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput", "run"}
    ),
    "os": frozenset({"fork", "popen", "startfile", "system"}),
}
_LONG_SECONDS = 1.0  # for which a plain callback must not sleep

type Trees = Mapping[str, ast.Module]
type Function = ast.FunctionDef | ast.AsyncFunctionDef


def inspect(trees: Trees, declared: Sequence[Declared]) -> Iterator[Finding]:
    """Yield what a tab cannot run."""
    functions = {each.function: each for each in declared if each.function is not None}
    for where, tree in trees.items():
        yield from _programs(where, tree)
        yield from _endless(where, tree)
        yield from _inputs(where, tree)
        for function, callback in functions.items():
            if callback.where == where:
                yield from _sleeps(callback, function)


def _programs(where: str, tree: ast.Module) -> Iterator[Finding]:
    modules, names = _bound(tree)
    guarded = {*optional_imports(tree), *_of_other_systems(tree)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or node in guarded:
            continue
        match node.func:
            case ast.Attribute(value=ast.Name(id=module), attr=attr) if attr in _PROGRAMS.get(
                modules.get(module, ""), ()
            ):
                shown = f"{modules[module]}.{attr}"
            case ast.Name(id=name) if name in names:
                shown = names[name]
            case _:
                continue
        yield Finding(
            where,
            node.lineno,
            Code.PROCESS.code,
            f"{shown} starts another program, which a tab cannot. Let a server answer this "
            "callback (server=True), or do it in Python",
        )


def _of_other_systems(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that run on some systems only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.IfExp) and any(
            name in ast.unparse(node.test) for name in ("platform", "os.name")
        ):
            yield from ast.walk(node)


def _bound(tree: ast.Module) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of the modules, and of their functions that start programs."""
    modules: dict[str, str] = {}
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {a.asname or a.name: a.name for a in node.names if a.name in _PROGRAMS}
        elif isinstance(node, ast.ImportFrom) and node.module in _PROGRAMS and not node.level:
            names |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}"
                for alias in node.names
                if alias.name in _PROGRAMS[node.module]
            }
    return modules, names


def _endless(where: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield loops that never end: of the start, and of threads, which a tab runs one by one."""
    for loop in filter(_never_ends, _start_of(tree)):
        text = "this loop never ends, so that the app never starts. A dcc.Interval calls a callback"
        yield Finding(where, loop.lineno, Code.ENDLESS.code, f"{text} again and again")
    functions = {
        node.name: node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or last_name(node.func) not in {"Thread", "Timer"}:
            continue
        targets = [k.value for k in node.keywords if k.arg in {"target", "function"}]
        targets += node.args[1:2]
        for target in targets:
            function = functions.get(last_name(target))
            if function and any(map(_never_ends, _own(function))):
                yield Finding(
                    where,
                    node.lineno,
                    Code.ENDLESS.code,
                    f"a tab runs threads one after another, and {function.name} never ends: the "
                    "page would wait for ever. A dcc.Interval calls a callback again and again",
                )


def _start_of(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements that run when the module is imported."""
    for statement in tree.body:
        yield statement
        if isinstance(statement, ast.Try | ast.With):
            yield from statement.body


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions in it."""
    for node in ast.iter_child_nodes(function):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own(node)


def _never_ends(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.While)
        and isinstance(node.test, ast.Constant)
        and bool(node.test.value)
        and not any(
            isinstance(n, ast.Break | ast.Return | ast.Raise | ast.Await) for n in _own(node)
        )
        and not any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _own(node))
        and not any(isinstance(n, ast.Call) and last_name(n.func) == "exit" for n in _own(node))
    )


def _inputs(where: str, tree: ast.Module) -> Iterator[Finding]:
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    stored = {node.id for node in ast.walk(tree) if _is_stored(node)}  # type: ignore[attr-defined]  # a Name
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "input"
            and "input" not in own | stored
        ):
            text = "input() waits for a terminal, which a tab does not have: use a dcc.Input"
            yield Finding(where, node.lineno, Code.BLOCKING.code, text)


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _sleeps(declared: Declared, function: Function) -> Iterator[Finding]:
    """Yield long sleeps of a plain callback, for which all others wait in some browsers."""
    if isinstance(function, ast.AsyncFunctionDef) or declared.is_option("background"):
        return
    if declared.is_option("server"):
        return
    for node in _own(function):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="time"), attr="sleep") | ast.Name(id="sleep"),
                args=[ast.Constant(value=int() | float() as seconds)],
            ) if seconds >= _LONG_SECONDS:
                yield Finding(
                    declared.where,
                    node.lineno,
                    Code.BLOCKING.code,
                    f"{function.name} sleeps for {seconds:g} seconds: in browsers without stack "
                    "switching no other callback runs meanwhile. Write async def and await "
                    "asyncio.sleep, or background=True",
                )
            case _:
                pass
