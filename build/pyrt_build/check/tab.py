"""Code that a tab cannot run: programs, sockets, loops without an end, calls that wait."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from pyrt_build.check.declarations import Declared
from pyrt_build.check.finding import Finding
from pyrt_build.console.notes import Code
from pyrt_build.project.imports import last_name, nodes_of, optional_imports

# Functions that start other programs, by module.
_PROGRAMS = {
    "subprocess": frozenset(
        {"Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput", "run"}
    ),
    "os": frozenset(
        (  # noqa: SIM905 -- a list would take a page
            "execl execle execlp execlpe execv execve execvp execvpe fork forkpty popen posix_spawn"
            " posix_spawnp spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe"
            " startfile system"
        ).split()
    ),
    "asyncio": frozenset({"create_subprocess_exec", "create_subprocess_shell"}),
    "pty": frozenset({"fork", "spawn"}),
}
# Functions and classes that open a socket, by module.
_SOCKETS = {
    "ftplib": frozenset({"FTP", "FTP_TLS"}),
    "imaplib": frozenset({"IMAP4", "IMAP4_SSL"}),
    "poplib": frozenset({"POP3", "POP3_SSL"}),
    "smtplib": frozenset({"LMTP", "SMTP", "SMTP_SSL"}),
    "socket": frozenset({"create_connection", "create_server", "socket"}),
    "socketserver": frozenset({"TCPServer", "ThreadingTCPServer", "UDPServer"}),
}
# Functions that wait for somebody at a terminal, by module.
_TERMINALS = {"getpass": frozenset({"getpass"}), "pdb": frozenset({"set_trace"})}
_SLEEPS = {"time": frozenset({"sleep"})}
_THREADS = frozenset({"Process", "Thread", "Timer"})
_SCHEDULERS = frozenset({"BackgroundScheduler", "BlockingScheduler"})  # of APScheduler
_POOLS = frozenset({"ProcessPoolExecutor", "ThreadPoolExecutor", "Pool", "ThreadPool"})
_SUBMITS = frozenset({"apply_async", "start_new_thread", "submit"})
_AGAIN = "A dcc.Interval calls a callback again and again"
_LONG_SECONDS = 1.0  # for which the start, or a plain callback, must not sleep

type Trees = Mapping[str, ast.Module]
type Function = ast.FunctionDef | ast.AsyncFunctionDef
type Members = Mapping[str, frozenset[str]]
"""Names of modules, by module."""


def inspect(trees: Trees, declared: Sequence[Declared]) -> Iterator[Finding]:
    """Yield what a tab cannot run."""
    for where, tree in trees.items():
        yield from _programs(where, tree)
        yield from _sockets(where, tree)
        yield from _endless(where, tree)
        yield from _waits_for_terminal(where, tree)
        yield from _Sleeps(where, tree).inspect(declared)
        for each in declared:
            if each.where == where and each.function is not None:
                yield from _endless_callback(each, each.function)


def _programs(where: str, tree: ast.Module) -> Iterator[Finding]:
    for node, shown in _calls_of(tree, _PROGRAMS):
        text = (
            f"{shown} starts another program, which a tab cannot. Let a server answer this "
            "callback (server=True), or do it in Python"
        )
        yield Finding(where, node.lineno, Code.PROCESS.code, text)


def _sockets(where: str, tree: ast.Module) -> Iterator[Finding]:
    for node, shown in _calls_of(tree, _SOCKETS):
        text = (
            f"{shown} opens a socket, which a tab does not have. Find an HTTP interface, or let "
            " a server answer this callback (server=True)"
        )
        yield Finding(where, node.lineno, Code.SOCKET.code, text)


def _calls_of(tree: ast.Module, members: Members) -> Iterator[tuple[ast.Call, str]]:
    """Yield the calls of some functions that must not fail, and the names of the functions."""
    modules, names = _bound(tree, members)
    if not modules and not names:
        return
    guarded = {*optional_imports(tree), *_of_other_systems(tree)}
    for node in nodes_of(tree):
        if not isinstance(node, ast.Call) or node in guarded:
            continue
        match node.func:
            case ast.Attribute(value=ast.Name(id=module), attr=attr) if attr in members.get(
                modules.get(module, ""), ()
            ):
                yield node, f"{modules[module]}.{attr}"
            case ast.Name(id=name) if name in names:
                yield node, names[name]
            case _:
                pass


def _of_other_systems(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that run on some systems only."""
    for node in nodes_of(tree):
        if isinstance(node, ast.If | ast.IfExp) and any(
            name in ast.unparse(node.test) for name in ("platform", "os.name")
        ):
            yield from ast.walk(node)


def _bound(tree: ast.Module, members: Members) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names under which a module has imported some modules, and their members."""
    modules: dict[str, str] = {}
    names: dict[str, str] = {}
    for node in nodes_of(tree):
        if isinstance(node, ast.Import):
            modules |= {a.asname or a.name: a.name for a in node.names if a.name in members}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}"
                for alias in node.names
                if alias.name in members.get(node.module or "", ())
            }
    return modules, names


# --- what never ends


def _endless(where: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield loops that never end: of the start, and of threads, which a tab runs one by one."""
    functions = {
        node.name: node
        for node in nodes_of(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    endless = {
        name for name, function in functions.items() if any(map(_never_ends, _own(function)))
    }
    for statement in _start_of(tree):
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Name(id=name))) if name in endless:
                what = f"{name} never ends"
            case _ if _never_ends(statement):
                what = "this loop never ends"
            case _:
                continue
        text = f"{what}, so that the app never starts. {_AGAIN}"
        yield Finding(where, statement.lineno, Code.ENDLESS.code, text)
    for node, name in _threads(tree, endless):
        text = f"a tab runs threads one after another, and {name} never ends: the page would wait"
        yield Finding(where, node.lineno, Code.ENDLESS.code, f"{text} for ever. {_AGAIN}")


def _threads(tree: ast.Module, endless: AbstractSet[str]) -> Iterator[tuple[ast.Call, str]]:
    """Yield the calls that start a thread that never ends, and its name."""
    classes = _endless_classes(tree)
    uses_pools = any(
        isinstance(n, ast.Name | ast.alias) and _name(n) in _POOLS for n in nodes_of(tree)
    )
    for node in nodes_of(tree):
        if not isinstance(node, ast.Call):
            continue
        called = last_name(node.func)
        if called in classes or (called in _SCHEDULERS and _imports_scheduler(tree, called)):
            yield node, called
            continue
        targets: list[ast.expr] = []
        if called in _THREADS:
            targets = [k.value for k in node.keywords if k.arg in {"target", "function"}]
            targets += node.args[1:2]
        elif called in _SUBMITS and (uses_pools or called == "start_new_thread"):
            targets = node.args[:1]
        for name in dict.fromkeys(name for target in targets for name in _called_by(target)):
            if name in endless:
                yield node, name


def _called_by(target: ast.expr) -> Iterator[str]:
    """Yield the function that a thread calls, directly or by a lambda."""
    match target:
        case ast.Lambda(body=ast.Call(func=function)):
            yield last_name(function)
        case _:
            yield last_name(target)


def _endless_classes(tree: ast.Module) -> set[str]:
    """Return the classes of threads whose `run` never ends."""
    return {
        node.name
        for node in nodes_of(tree)
        if isinstance(node, ast.ClassDef)
        and any(last_name(base) in _THREADS for base in node.bases)
        for method in node.body
        if isinstance(method, ast.FunctionDef)
        and method.name == "run"
        and any(map(_never_ends, _own(method)))
    }


def _imports_scheduler(tree: ast.Module, name: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("apscheduler")
        and any(alias.name == name for alias in node.names)
        for node in nodes_of(tree)
    )


def _name(node: ast.Name | ast.alias) -> str:
    return node.id if isinstance(node, ast.Name) else node.name


def _endless_callback(declared: Declared, function: Function) -> Iterator[Finding]:
    if declared.is_option("server"):
        return
    for node in _own(function):
        if isinstance(node, ast.While | ast.For) and _never_ends(node):
            text = f"{function.name} never ends, and the page would wait for ever. {_AGAIN}"
            yield Finding(declared.where, node.lineno, Code.ENDLESS.code, text)


def _start_of(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements that run when the module is imported."""
    for statement in tree.body:
        yield statement
        if isinstance(statement, ast.Try | ast.With) or _is_main(statement):
            yield from statement.body  # type: ignore[attr-defined]  # an If, a Try or a With


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__main__" in ast.unparse(statement.test)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions in it."""
    for node in ast.iter_child_nodes(function):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own(node)


def _never_ends(node: ast.AST) -> bool:
    return (
        _is_without_end(node)
        and not any(
            isinstance(n, ast.Break | ast.Return | ast.Raise | ast.Await) for n in _own(node)
        )
        and not any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _own(node))
        and not any(isinstance(n, ast.Call) and last_name(n.func) in _EXITS for n in _own(node))
    )


_EXITS = frozenset({"_exit", "abort", "exit", "quit"})


def _is_without_end(node: ast.AST) -> bool:
    match node:
        case ast.While(test=ast.Constant(value=value)):
            return bool(value)
        case ast.While(test=ast.UnaryOp(op=ast.Not(), operand=ast.Constant(value=value))):
            return not value
        case ast.For(iter=ast.Call(func=function)):
            return ast.unparse(function) in {"count", "itertools.count", "itertools.cycle"}
        case _:
            return False


# --- what waits


def _waits_for_terminal(where: str, tree: ast.Module) -> Iterator[Finding]:
    own = {node.name for node in nodes_of(tree) if isinstance(node, ast.FunctionDef)}
    own |= {node.id for node in nodes_of(tree) if _is_stored(node)}  # type: ignore[attr-defined]  # a Name
    found = [*_calls_of(tree, _TERMINALS)]
    found += [
        (node, node.func.id)
        for node in nodes_of(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"breakpoint", "input"} - own
    ]
    for node, shown in found:
        text = f"{shown}() waits for a terminal, which a tab does not have"
        advice = "remove it" if shown in {"breakpoint", "pdb.set_trace"} else "use a dcc.Input"
        yield Finding(where, node.lineno, Code.BLOCKING.code, f"{text}: {advice}")


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


class _Sleeps:
    """Finds long sleeps of one module: of its start, and of plain callbacks."""

    def __init__(self, where: str, tree: ast.Module) -> None:
        self._where = where
        self._tree = tree
        self._calls = {node for node, _ in _calls_of(tree, _SLEEPS)}
        self._functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
        self._constants: dict[str, float] = {}
        for statement in tree.body:
            match statement:
                case ast.Assign(
                    targets=[ast.Name(id=name)], value=ast.Constant(value=int() | float() as value)
                ):
                    self._constants[name] = value
                case _:
                    pass

    def inspect(self, declared: Sequence[Declared]) -> Iterator[Finding]:
        """Yield the sleeps for which the page would wait."""
        if not self._calls:
            return
        for statement in _start_of(self._tree):
            if isinstance(statement, ast.Expr) and statement.value in self._calls:
                seconds = self._seconds(statement.value)
                if seconds >= _LONG_SECONDS:
                    text = f"the start sleeps for {seconds:g} seconds: remove this line"
                    yield self._finding(statement, text)
        for each in declared:
            is_plain = not each.is_option("background") and not each.is_option("server")
            if each.where == self._where and each.function is not None and is_plain:
                yield from self._of_callback(each.function)

    def _of_callback(self, function: Function) -> Iterator[Finding]:
        called = {
            last_name(node.func) for node in _own(function) if isinstance(node, ast.Call)
        } & self._functions.keys()
        for inner in (function, *(self._functions[name] for name in sorted(called))):
            for node, seconds in self._long(inner, 1):
                yield self._finding(
                    node,
                    f"{function.name} sleeps for {seconds:g} seconds: in browsers without stack "
                    "switching no other callback runs meanwhile. Write async def and await "
                    "asyncio.sleep, or background=True",
                )

    def _long(self, node: ast.AST, times: float) -> Iterator[tuple[ast.Call, float]]:
        """Yield the long sleeps inside of a node that runs so many times."""
        for inner in ast.iter_child_nodes(node):
            if isinstance(
                inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
            ):
                continue
            if isinstance(inner, ast.Call) and inner in self._calls:
                seconds = self._seconds(inner) * times
                if seconds >= _LONG_SECONDS:
                    yield inner, seconds
            yield from self._long(inner, times * self._repeats(inner))

    def _repeats(self, node: ast.AST) -> float:
        """Return how many times the body of a loop over `range(n)` runs; else 1."""
        match node:
            case ast.For(iter=ast.Call(func=ast.Name(id="range"), args=[each])):
                return self._number(each) or 1
            case _:
                return 1

    def _seconds(self, call: ast.expr) -> float:
        assert isinstance(call, ast.Call)
        return self._number(call.args[0]) if call.args else 0

    def _number(self, node: ast.expr) -> float:
        """Return the number that an expression is; 0 if that is not known."""
        match node:
            case ast.Constant(value=int() | float() as value):
                return value
            case ast.Name(id=name):
                return self._constants.get(name, 0)
            case _:
                return 0

    def _finding(self, node: ast.stmt | ast.expr, text: str) -> Finding:
        return Finding(self._where, node.lineno, Code.BLOCKING.code, text)
