"""Ids in callbacks that no component has.

An id is known if the text occurs anywhere else in the app, or if some text that is put together
could be it. Where ids come from data, only one that looks like a misspelling is reported.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from pyrt_build.check.declarations import Declared
from pyrt_build.check.finding import Finding
from pyrt_build.console.notes import Code
from pyrt_build.project.imports import last_name

_DEPENDENCIES = frozenset({"Input", "Output", "State"})
_LIKE = 0.88  # from which on two ids look alike
_OF_DASH = ("_pages_", "_dash-")


def inspect(trees: Mapping[str, ast.Module], declared: Sequence[Declared]) -> Iterator[Finding]:
    """Yield the ids that nothing has."""
    reader = _Reader()
    for tree in trees.values():
        reader.read(tree)
    told: set[str] = set()
    for each in declared:
        if each.is_option("optional"):
            continue
        for dependency, line in each.dependencies:
            name = dependency.component_id
            if not isinstance(name, str) or name in told or reader.may_exist(name):
                continue
            near = get_close_matches(name, reader.ids, 1, _LIKE)
            if reader.is_open and not near:
                continue
            told.add(name)
            hint = f": do you mean {near[0]!r}?" if near else ""
            text = f"no component has the id {name!r}{hint}"
            advice = "" if near else ". Give it to one, or remove the callback"
            yield Finding(each.where, line, Code.UNKNOWN_ID.code, text + advice)


class _Reader:
    """Collects the texts that may be ids.

    Attributes:
        ids: literal values of `id=`.
        is_open: whether ids come from elsewhere: from data, from other libraries.
    """

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.is_open = False
        self._texts: set[str] = set()
        self._made: list[re.Pattern[str]] = []
        self._inside: set[ast.AST] = set()

    def may_exist(self, name: str) -> bool:
        """Tell whether a component may have an id."""
        return (
            name in self._texts
            or name.startswith(_OF_DASH)
            or any(pattern.fullmatch(name) for pattern in self._made)
        )

    def read(self, tree: ast.Module) -> None:
        """Read one module."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and last_name(node.func) in _DEPENDENCIES:
                self._inside.update(self._first(node))
        for node in ast.walk(tree):
            self._note(node)

    @staticmethod
    def _first(call: ast.Call) -> Iterator[ast.AST]:
        """Yield what is the id of a dependency."""
        given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "component_id")]
        for argument in given:
            yield from ast.walk(argument)

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Constant(value=str(text)) if node not in self._inside:
                self._texts.add(text)
            case ast.JoinedStr(values=values) if node not in self._inside:
                parts = [re.escape(v.value) if _is_text(v) else ".*" for v in values]  # type: ignore[attr-defined]  # a Constant
                self._add("".join(parts))
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                self._add_sum(left, right)
            case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text))):
                self._add(re.sub(r"%\w", ".*", re.escape(text)))
            case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str(text)))):
                self._add(".*".join(map(re.escape, re.split(r"\{[^}]*\}", text))))
            case ast.Call(keywords=keywords):
                self._note_call(node, keywords)
            case ast.ImportFrom(names=names):
                self.is_open |= any(alias.name == "*" for alias in names)
            case _:
                pass

    def _note_call(self, call: ast.Call, keywords: Sequence[ast.keyword]) -> None:
        is_component = last_name(call.func)[:1].isupper() and last_name(call.func) != "Dash"
        if last_name(call.func) == "Dash" and any(
            k.arg == "suppress_callback_exceptions" for k in keywords
        ):
            self.is_open = True
        for keyword in keywords:
            if keyword.arg == "id" and isinstance(keyword.value, ast.Constant):
                self.ids.add(str(keyword.value.value))
            elif keyword.arg == "id":
                self.is_open |= not isinstance(keyword.value, ast.Dict | ast.JoinedStr)
            elif keyword.arg is None:
                self.is_open |= is_component

    def _add_sum(self, left: ast.expr, right: ast.expr) -> None:
        if _is_text(left) or _is_text(right):
            parts = [
                re.escape(part.value) if _is_text(part) else ".*"  # type: ignore[attr-defined]  # a Constant
                for part in (left, right)
            ]
            self._add("".join(parts))

    def _add(self, pattern: str) -> None:
        if pattern.replace(".*", ""):
            self._made.append(re.compile(pattern, re.DOTALL))
        else:
            self.is_open = True


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
