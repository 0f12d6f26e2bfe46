"""Which names a piece of Python source binds and reads at module level.

In doubt a name counts as read, so that the code it names stays.
"""

import ast
from collections.abc import Iterable, Iterator

type Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
type Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_names(node: ast.AST) -> set[str]:
    r"""Return the names to which a statement at module level gives a value.

    >>> sorted(bound_names(ast.parse("import a.b, c as d\nfor x in y:\n    def f(z): w = 1")))
    ['a', 'd', 'f', 'x']
    """
    names: set[str] = set()
    pending = [node]
    while pending:
        inner = pending.pop()
        match inner:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name):
                names.add(name)
            case ast.Lambda():
                pass
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                assigned = (n for n in ast.walk(inner) if isinstance(n, ast.NamedExpr))
                names |= {expression.target.id for expression in assigned}
            case ast.alias(name=name, asname=alias):
                names.add(alias or name.partition(".")[0])
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names.add(name)
            case _:
                captured = _captured_name(inner)
                names |= {captured} if captured else set()
                pending += ast.iter_child_nodes(inner)
    return names


def _captured_name(node: ast.AST) -> str | None:
    match node:
        case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return name
        case ast.MatchMapping(rest=name):
            return name
        case _:
            return None


def free_names(node: ast.AST, skipped: frozenset[ast.AST] = frozenset()) -> set[str]:
    """Return the names that code reads from its module, without what is below `skipped`.

    >>> sorted(free_names(ast.parse("def f(a=b): c = a; return [d for d in e] + c")))
    ['b', 'e']
    """
    names: set[str] = set()
    pending = [node]
    while pending:
        inner = pending.pop()
        if inner in skipped:
            continue
        if isinstance(inner, FUNCTIONS):
            outside, inside = split_function(inner)
            pending += outside
            names |= _free_all(inside, skipped) - _locals(inner)
        elif isinstance(inner, _COMPREHENSIONS):
            first = inner.generators[0].iter
            rest = [child for child in _descend(inner) if child is not first]
            pending.append(first)
            targets = [generator.target for generator in inner.generators]
            names |= _free_all(rest, skipped) - set[str]().union(*map(bound_names, targets))
        elif isinstance(inner, ast.Name):
            names.add(inner.id)
        elif isinstance(inner, ast.Global | ast.Nonlocal):
            names.update(inner.names)
        else:
            pending += ast.iter_child_nodes(inner)
    return names


def _free_all(nodes: Iterable[ast.AST], skipped: frozenset[ast.AST]) -> set[str]:
    return set[str]().union(*(free_names(node, skipped) for node in nodes))


def _descend(node: Comprehension) -> Iterator[ast.AST]:
    """Yield the children of a comprehension, and those of its generators."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.comprehension):
            yield from ast.iter_child_nodes(child)
        else:
            yield child


def split_function(function: Function) -> tuple[list[ast.AST], list[ast.AST]]:
    """Return what is evaluated when a function is defined, and what when it is called."""
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
    names |= set[str]().union(*map(bound_names, body))
    declared = {
        name
        for statement in body
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Global)
        for name in inner.names
    }
    return names - declared


def qualified_names(tree: ast.Module) -> dict[ast.AST, str]:
    r"""Return the `__qualname__` of each function of a module.

    >>> list(qualified_names(ast.parse("class A:\n    def f(self):\n        def g(): 1")).values())
    ['A.f', 'A.f.<locals>.g']
    """
    names: dict[ast.AST, str] = {}
    pending: list[tuple[ast.AST, str]] = [(tree, "")]
    while pending:
        node, prefix = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names[node] = f"{prefix}{node.name}"
            prefix = f"{prefix}{node.name}.<locals>."
        elif isinstance(node, ast.ClassDef):
            prefix = f"{prefix}{node.name}."
        pending += [(child, prefix) for child in ast.iter_child_nodes(node)]
    return names


def walk(node: ast.AST, skipped: frozenset[ast.AST] = frozenset()) -> Iterator[ast.AST]:
    """Yield all nodes of a tree in their order, without what is below `skipped`."""
    pending = [node]
    while pending:
        inner = pending.pop()
        if inner not in skipped:
            yield inner
            pending += reversed(list(ast.iter_child_nodes(inner)))


def walk_module_level(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run when a module is imported, in their order: no function bodies."""
    pending = [node]
    while pending:
        inner = pending.pop()
        yield inner
        if isinstance(inner, FUNCTIONS):
            pending += reversed(split_function(inner)[0])
        else:
            pending += reversed(list(ast.iter_child_nodes(inner)))


def root_name(node: ast.expr) -> str:
    """Return the name at the left end of `name.x(...).y[...]`; empty if there is none."""
    while True:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=inner) | ast.Call(func=inner) | ast.Subscript(value=inner):
                node = inner
            case _:
                return ""
