"""Which names a piece of Python binds and reads at module level; by its text, nothing is run.

In doubt a name counts as read: then code stays that could have gone. Imports nothing of ours.
"""

import ast
from collections.abc import Iterable, Iterator

type Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
type Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound(node: ast.AST) -> set[str]:
    r"""The names that a statement, run at module level, gives a value.

    >>> sorted(bound(ast.parse("import a.b, c as d\nfor x in y:\n    def f(z): w = 1")))
    ['a', 'd', 'f', 'x']
    """
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return set()
        case ast.alias(name=name, asname=alias):
            return {alias or name.partition(".")[0]}
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return {name}
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            return {name}.union(*map(bound, ast.iter_child_nodes(node)))
        case _:
            return set[str]().union(*map(bound, ast.iter_child_nodes(node)))


def free(node: ast.AST, skipped: frozenset[ast.AST] = frozenset()) -> set[str]:
    """The names that a piece of code reads from its module, without what is below `skipped`.

    >>> sorted(free(ast.parse("def f(a=b): c = a; return [d for d in e] + c")))
    ['b', 'e']
    """
    if node in skipped:
        return set()
    if isinstance(node, FUNCTIONS):
        outside, inside = parts(node)
        local = _locals(node)
        return _free_all(outside, skipped) | (_free_all(inside, skipped) - local)
    if isinstance(node, _COMPREHENSIONS):
        targets = set[str]().union(*(bound(g.target) for g in node.generators))
        first = node.generators[0].iter
        rest = [child for child in _descend(node) if child is not first]
        return free(first, skipped) | (_free_all(rest, skipped) - targets)
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Global | ast.Nonlocal):
        return set(node.names)
    return _free_all(ast.iter_child_nodes(node), skipped)


def _free_all(nodes: Iterable[ast.AST], skipped: frozenset[ast.AST]) -> set[str]:
    return set[str]().union(*(free(node, skipped) for node in nodes))


def _descend(node: Comprehension) -> Iterator[ast.AST]:
    """The parts of a comprehension, its generators opened."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.comprehension):
            yield from ast.iter_child_nodes(child)
        else:
            yield child


def parts(function: Function) -> tuple[list[ast.AST], list[ast.AST]]:
    """What is evaluated where a function is defined, and what when it is called."""
    arguments = function.args
    outside: list[ast.AST] = [*arguments.defaults, *(d for d in arguments.kw_defaults if d)]
    if isinstance(function, ast.Lambda):
        return outside, [function.body]
    outside += function.decorator_list
    outside += [a.annotation for a in _all_arguments(arguments) if a.annotation]
    outside += [function.returns] if function.returns else []
    return outside, list(function.body)


def _all_arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (a for a in (arguments.vararg, arguments.kwarg) if a)


def _locals(function: Function) -> set[str]:
    names = {argument.arg for argument in _all_arguments(function.args)}
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    names |= set[str]().union(*map(bound, body))
    declared = {
        name
        for statement in body
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Global)
        for name in inner.names
    }
    return names - declared


def walk(node: ast.AST, skipped: frozenset[ast.AST] = frozenset()) -> Iterator[ast.AST]:
    """As `ast.walk`, without what is below `skipped`."""
    if node not in skipped:
        yield node
        for child in ast.iter_child_nodes(node):
            yield from walk(child, skipped)


def walk_module_level(node: ast.AST) -> Iterator[ast.AST]:
    """As `ast.walk`, for what runs when the module is imported: no function's body."""
    yield node
    children = parts(node)[0] if isinstance(node, FUNCTIONS) else ast.iter_child_nodes(node)
    for child in children:
        yield from walk_module_level(child)


def root_name(node: ast.expr) -> str:
    """The name at the left end of `name.x(...).y[...]`; empty where there is none."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner) | ast.Call(func=inner) | ast.Subscript(value=inner):
            return root_name(inner)
        case _:
            return ""
