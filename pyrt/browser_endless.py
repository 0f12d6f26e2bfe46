"""Finds loops that never end by reading a function: they would keep the one thread of a tab."""

# ruff: noqa: ANN401  # a function has no other type

import ast
import inspect
import textwrap
from typing import Any


def find_endless_loop(function: Any) -> str | None:
    """Return `file:line` of a loop in a function that nothing ends; None if there is none.

    That is `while True:` (or another constant) without `break`, `return` or `raise`, and a loop
    that only waits for a name of another thread: `while not stop.is_set(): time.sleep(1)`.
    """
    function = inspect.unwrap(getattr(function, "__func__", function))
    try:
        lines, first = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.While) and _is_endless(node):
            return f"{function.__code__.co_filename}:{first + node.lineno - 1}"
    return None


def _is_endless(loop: ast.While) -> bool:
    inside = [part for statement in loop.body for part in ast.walk(statement)]
    if any(isinstance(part, ast.Break | ast.Return | ast.Raise) for part in inside):
        return False
    if isinstance(loop.test, ast.Constant):
        return bool(loop.test.value)
    calls = {
        part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
        for part in ast.walk(loop.test)
        if isinstance(part, ast.Call)
    }
    return bool(calls & {"is_set", "is_alive", "wait"})
