"""Ids in callbacks that no component has.

An id is known if the text occurs anywhere else in the app, or if some text that is put together
could be it. Where ids come from data, only one that looks like a misspelling is reported.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from pyrt_build.check.declarations import Declared
from pyrt_build.check.finding import Finding
from pyrt_build.console.notes import Code
from pyrt_build.project.imports import last_name, nodes_of

_DEPENDENCIES = frozenset({"Input", "Output", "State"})
_LIKE = 0.88  # from which on two ids look alike
_OF_DASH = ("_pages_", "_dash-")


def inspect(trees: Mapping[str, ast.Module], declared: Sequence[Declared]) -> Iterator[Finding]:
    """Yield the ids that nothing has."""
    reader = _Reader(trees.values())
    for where, line, name in _named(trees, declared):
        if reader.may_exist(name):
            continue
        near = get_close_matches(name, reader.ids, 1, _LIKE)
        if reader.is_open and not near:
            continue
        hint = f": do you mean {near[0]!r}?" if near else ""
        text = f"no component has the id {name!r}{hint}"
        advice = "" if near else ". Give it to one, or remove the callback"
        yield Finding(where, line, Code.UNKNOWN_ID.code, text + advice)
    if reader.is_open:
        return
    for each in declared:
        for dependency, line in each.dependencies:
            unknown = [*_unknown_parts(dependency.component_id, reader)]
            if unknown and not each.is_option("optional"):
                text = f"no component has an id with {' and '.join(unknown)}"
                advice = "Give such an id to one, or remove the callback"
                yield Finding(each.where, line, Code.UNKNOWN_ID.code, f"{text}. {advice}")


def _named(
    trees: Mapping[str, ast.Module], declared: Sequence[Declared]
) -> Iterator[tuple[str, int, str]]:
    """Yield the ids of callbacks and of `set_props`, with module and line."""
    for each in declared:
        if not each.is_option("optional"):
            for dependency, line in each.dependencies:
                if isinstance(dependency.component_id, str):
                    yield each.where, line, dependency.component_id
    for where in dict.fromkeys(each.where for each in declared):
        for node in nodes_of(trees[where]):
            match node:
                case ast.Call(args=[ast.Constant(value=str(name)), *_]) if _sets_props(node):
                    yield where, node.lineno, name
                case _:
                    pass


def _sets_props(call: ast.Call) -> bool:
    return last_name(call.func) == "set_props"


def _unknown_parts(component_id: object, reader: "_Reader") -> Iterator[str]:
    """Yield the keys of a dict id that no other dict has, and the texts that are nowhere else."""
    if isinstance(component_id, dict):
        for key, value in component_id.items():
            if key not in reader.keys:
                yield f"the key {key!r}"
            elif isinstance(value, str) and not reader.may_exist(value):
                yield f"{key!r}: {value!r}"


class _Reader:
    """Collects the texts that may be ids.

    Args:
        trees: the modules.

    Attributes:
        ids: literal values of `id=`.
        keys: those of dicts that are no dependencies, and names of keywords.
        is_open: whether ids come from elsewhere: from data, from other libraries.
    """

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        self.ids: set[str] = set()
        self.keys: set[str] = set()
        self.is_open = False
        self._texts: set[str] = set()
        self._made: list[re.Pattern[str]] = []
        self._inside: set[ast.AST] = set()
        self._used: set[str] = set()
        every = list(trees)
        for tree in every:
            kinds = _DEPENDENCIES | dict(_aliases(tree)).keys()
            for node in nodes_of(tree):
                if isinstance(node, ast.Call) and (
                    last_name(node.func) in kinds or _sets_props(node)
                ):
                    self._inside.update(self._first(node))
        for tree in every:
            self._used.update(self._loaded(tree))
        for tree in every:
            self._read(tree)

    def _loaded(self, tree: ast.Module) -> Iterator[str]:
        """Yield the names that are read outside of dependencies."""
        for node in nodes_of(tree):
            if node not in self._inside:
                match node:
                    case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name):
                        yield name
                    case _:
                        pass

    def may_exist(self, name: str) -> bool:
        """Tell whether a component may have an id."""
        return (
            name in self._texts
            or name.startswith(_OF_DASH)
            or any(pattern.fullmatch(name) for pattern in self._made)
        )

    def _read(self, tree: ast.Module) -> None:
        for node in nodes_of(tree):
            match node:
                # A constant that only dependencies use gives no component an id.
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() as value) if (
                    name not in self._used
                ):
                    self._inside.add(value)
                case ast.Dict(keys=keys) if node not in self._inside:
                    self.keys |= {str(k.value) for k in keys if isinstance(k, ast.Constant)}
                case ast.keyword(arg=str(name)):
                    self.keys.add(name)
                case _:
                    pass
        for node in nodes_of(tree):
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


def _aliases(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield other names under which a module has imported dependencies."""
    for node in nodes_of(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.asname and alias.name in _DEPENDENCIES:
                    yield alias.asname, alias.name


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
