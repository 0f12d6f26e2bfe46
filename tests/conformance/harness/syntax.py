"""Questions about pieces of Python's syntax tree."""

import ast
from collections.abc import Iterable, Iterator

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

type Function = ast.FunctionDef | ast.AsyncFunctionDef


def loaded_names(node: ast.AST) -> set[str]:
    """Names that are read, deleted, changed by `+=` or declared global anywhere in a node."""
    names = set()
    for each in ast.walk(node):
        match each:
            case ast.Name(id=name, ctx=ast.Load() | ast.Del()):
                names.add(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Global() | ast.Nonlocal():
                names.update(each.names)
    return names


def loaded_in_all(nodes: Iterable[ast.AST]) -> set[str]:
    """The loaded names of several nodes together."""
    return set[str]().union(*(loaded_names(node) for node in nodes))


def bound_names(statement: ast.AST) -> set[str]:
    """Names that a statement binds in its own scope."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {statement.name}
        case ast.Lambda():
            return set()
        case ast.Import() | ast.ImportFrom():
            return {(each.asname or each.name).split(".")[0] for each in statement.names}
    names = set()
    if isinstance(statement, ast.Name) and isinstance(statement.ctx, ast.Store):
        names.add(statement.id)
    if not isinstance(statement, COMPREHENSIONS):
        names |= bound_in_all(ast.iter_child_nodes(statement))
    return names


def bound_in_all(statements: Iterable[ast.AST]) -> set[str]:
    """The bound names of several statements together."""
    return set[str]().union(*(bound_names(statement) for statement in statements))


def root_name(node: ast.AST) -> str | None:
    """The `a` of `a`, `a.b`, `a[0]`, `a.b(1)[2]` and the like."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def dotted_name(node: ast.AST) -> str | None:
    """The text of `a` or `a.b.c`; None for any other expression."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(attributes)]) if isinstance(node, ast.Name) else None


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those below it, without functions and classes defined in it."""
    if isinstance(node, SCOPES):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from own_nodes(child)


def assignment_targets(node: ast.AST) -> list[ast.expr]:
    """The left sides of `=` or `+=`; none for any other node."""
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign) else []


def is_text(statement: ast.stmt) -> bool:
    """Whether a statement is a constant alone, as a docstring is."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def is_start_call(node: ast.AST) -> bool:
    """Whether a node is the call that starts a server."""
    match node:
        case ast.Call(func=ast.Attribute(attr="start_server")):
            return True
        case ast.Call(func=ast.Name(id="dash_thread_server")):
            return True
        case ast.Call(func=ast.Attribute(attr="start")):
            return root_name(node) == "dash_thread_server"
    return False


def start_calls(node: ast.AST) -> list[ast.Call]:
    """The calls in a node that start a server."""
    return [each for each in ast.walk(node) if isinstance(each, ast.Call) and is_start_call(each)]
