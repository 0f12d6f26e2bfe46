"""Rewrites the part after the start: expressions on remote names are evaluated in the page."""

import ast
from copy import deepcopy
from typing import NamedTuple

from .plan import LOCAL_APP_ATTRIBUTES, Plan
from .syntax import bound_names, loaded_in_all, root_name

FUNCTION = "__remote__"  # remote_values.evaluate, see there


class Expression(NamedTuple):
    """The source of an expression, with `%r` for values known to the test, and these values."""

    source: str
    values: list[ast.expr]


class RemoteNames(ast.NodeTransformer):
    """Replaces chains of attributes, subscripts and method calls on remote names by `__remote__`.

    `count.value == k` becomes `__remote__('count.value') == k`, and `seen[i] = 2` becomes
    `__remote__('(seen).__setitem__(%r, %r)', i, 2)`.

    Attributes:
        replaced: the number of calls of `__remote__` so far.
    """

    def __init__(self, names: set[str], app_name: str | None = None) -> None:
        self._names, self._app_name = names, app_name
        self.replaced = 0

    def visit(self, node: ast.AST) -> ast.AST:
        """Replace a node or what is below it."""
        if _is_get_lock(node):
            return node
        is_load = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Name)) and is_load:
            is_app = isinstance(node, ast.Name) and node.id == self._app_name
            expression = None if is_app else self._read_chain(node)
            if expression:
                return self._make_call(node, *expression)
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            return self._visit_assignment(node)
        return self._visit_below(node)

    def _visit_below(self, node: ast.AST) -> ast.AST:
        visited = super().visit(node)
        assert isinstance(visited, ast.AST)
        return visited

    def _visit_value(self, node: ast.expr) -> ast.expr:
        value = self.visit(node)
        assert isinstance(value, ast.expr)
        return value

    def _make_call(self, place: ast.AST, source: str, values: list[ast.expr]) -> ast.Call:
        self.replaced += 1
        call = ast.Call(
            func=ast.Name(id=FUNCTION, ctx=ast.Load()),
            args=[ast.Constant(source), *values],
            keywords=[],
        )
        return ast.fix_missing_locations(ast.copy_location(call, place))

    def _read_chain(self, node: ast.expr) -> Expression | None:
        match node:
            case ast.Name(id=name):
                return Expression(name, []) if name in self._names else None
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (
                name == self._app_name and attribute in LOCAL_APP_ATTRIBUTES
            ):
                return None
            case ast.Attribute(value=value, attr=attribute):
                chain = self._read_chain(value)
                return chain and Expression(f"{chain.source}.{attribute}", chain.values)
            case ast.Subscript():
                return self._read_subscript(node)
            case ast.Call(func=ast.Attribute()):
                return self._read_method_call(node)
        return None

    def _read_subscript(self, node: ast.Subscript) -> Expression | None:
        chain = self._read_chain(node.value)
        if chain is None:
            return None
        if isinstance(node.slice, ast.Slice):
            index = ast.unparse(node.slice).replace("%", "%%")
            return Expression(f"{chain.source}[{index}]", chain.values)
        return Expression(f"{chain.source}[%r]", [*chain.values, self._visit_value(node.slice)])

    def _read_method_call(self, node: ast.Call) -> Expression | None:
        is_starred = any(isinstance(value, ast.Starred) for value in node.args)
        if _is_get_lock(node) or is_starred or any(each.arg is None for each in node.keywords):
            return None
        chain = self._read_chain(node.func)
        if chain is None:
            return None
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        markers = ["%r"] * len(node.args) + [f"{keyword.arg}=%r" for keyword in node.keywords]
        return Expression(
            f"{chain.source}({', '.join(markers)})",
            [*chain.values, *map(self._visit_value, values)],
        )

    def _visit_assignment(self, node: ast.Assign | ast.AugAssign) -> ast.AST:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if not isinstance(target, (ast.Attribute, ast.Subscript)):
            return self._visit_below(node)
        if root_name(target) not in self._names:
            return self._visit_below(node)
        is_app = isinstance(target.value, ast.Name) and target.value.id == self._app_name
        owner = None if is_app else self._read_chain(target.value)
        if owner is None:
            return self._visit_below(node)
        value = self._visit_value(node.value)
        if isinstance(target, ast.Attribute):
            read, key = f"{owner.source}.{target.attr}", []
            write = f"setattr({owner.source}, {target.attr!r}, %r)"
        else:
            read, key = f"{owner.source}[%r]", [self._visit_value(target.slice)]
            write = f"({owner.source}).__setitem__(%r, %r)"
        if isinstance(node, ast.AugAssign):
            old = self._make_call(target, read, owner.values + key)
            value = ast.BinOp(left=old, op=node.op, right=value)
        call = self._make_call(node, write, [*owner.values, *key, value])
        return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), node))


def _is_get_lock(node: ast.AST) -> bool:
    """Whether a node is `x.get_lock()`, which stays in the test process."""
    return isinstance(node, ast.Call) and (
        isinstance(node.func, ast.Attribute) and node.func.attr == "get_lock"
    )


def rewrite_test(plan: Plan) -> tuple[ast.Module, int]:
    """A module with the test function rewritten, and the number of calls of `__remote__`."""
    function = deepcopy(plan.function)
    function.decorator_list = []
    function.args.defaults = []
    transformer = RemoteNames(plan.remote, plan.app_name)
    used_later = loaded_in_all(plan.after)
    first = plan.start_index + (plan.mode == "inline")
    for index, statement in enumerate(function.body):
        if index >= first or _is_helper(statement, used_later):
            visited = transformer.visit(statement)
            assert isinstance(visited, ast.stmt)
            function.body[index] = visited
    module = ast.Module(body=[function], type_ignores=[])
    return ast.fix_missing_locations(module), transformer.replaced


def _is_helper(statement: ast.stmt, used_later: set[str]) -> bool:
    """Whether a statement defines a function for the second part."""
    match statement:
        case ast.FunctionDef(name=name, decorator_list=[]):
            return name in used_later
        case ast.Assign(value=ast.Lambda()):
            return bool(bound_names(statement) & used_later)
    return False
