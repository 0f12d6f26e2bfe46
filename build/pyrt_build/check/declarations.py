"""The callbacks of an app as its source declares them; what is no literal stays unknown."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyrt.model.dependencies import Dependency, Input, Output, State
from pyrt.model.ids import ALL, ALLSMALLER, MATCH
from pyrt_build.project.imports import last_name, nodes_of, top_level

type Function = ast.FunctionDef | ast.AsyncFunctionDef

_KINDS: Mapping[str, type[Input | Output | State]] = {
    "Input": Input,
    "Output": Output,
    "State": State,
}
_WILDCARDS = {"ALL": ALL, "ALLSMALLER": ALLSMALLER, "MATCH": MATCH}
_OF_BACKGROUND = frozenset({"cancel", "progress", "running"})  # options with dependencies
_OF_DASH = frozenset({"dash", "dash_extensions", "pyrt"})
_CALLBACKS = frozenset({"callback", "clientside_callback", "long_callback"})


@dataclass(slots=True)
class Declared:
    """One call of `callback(...)`.

    Attributes:
        where, line: of the call.
        owner: what it is called on, as `app`; empty for `dash.callback`.
        is_certain: it runs exactly once when its module is imported.
        is_clientside: its function is JavaScript.
        dependencies: those that are literals, with their lines.
        direct: those of them that are arguments, or items of one.
        flat: all dependencies in their order; None if not all are known.
        is_multi: whether there is a list of Outputs, or several.
        names: of the arguments, of inputs and state that are a dict; None if they have none.
        output_names: the keys of the result, of an output that is a dict; None if it is none.
        options: the other keywords.
        function: the Python function that it decorates, if nothing else does before.
        is_method: the function is in a class.
    """

    where: str
    line: int
    owner: str
    is_certain: bool
    is_clientside: bool
    dependencies: list[tuple[Dependency, int]] = field(default_factory=list)
    direct: list[Dependency] = field(default_factory=list)
    flat: list[Dependency] | None = None
    is_multi: bool = False
    names: list[str] | None = None
    output_names: list[str] | None = None
    options: dict[str, ast.expr] = field(default_factory=dict)
    function: Function | None = None
    is_method: bool = False

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.name if self.function else "clientside callback"

    def is_option(self, name: str) -> bool:
        """Tell whether an option is there and not known to be false."""
        value = self.options.get(name)
        return value is not None and not (isinstance(value, ast.Constant) and not value.value)


class Declarations(ast.NodeVisitor):
    """Reads the callbacks of one module.

    Args:
        where: path of the module.
        tree: the module.
    """

    def __init__(self, where: str, tree: ast.Module) -> None:
        self.where = where
        self.found: list[Declared] = []
        self._constants = dict(text_constants(tree))
        self._depth = 0
        self._classes = 0
        self._imported = dict(_imported(tree))
        self._functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
        self._seen: set[ast.AST] = set()
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Read the decorators of a function, then its body."""
        self._visit_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """Read the decorators of a function, then its body."""
        self._visit_function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Read a class; its functions are methods."""
        self._classes += 1
        self._visit_inside(node)
        self._classes -= 1

    def visit_Call(self, node: ast.Call) -> None:
        """Read a call that is no decorator."""
        match node:
            case ast.Call(func=ast.Call() as inner, args=[ast.Name(id=name)]) if (
                inner not in self._seen and self._is_callback(inner)
            ):
                self._seen.add(inner)
                self._read(inner, self._functions.get(name))
            case _ if node not in self._seen and self._is_callback(node):
                self._read(node, None)
            case _:
                pass
        self.generic_visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Read what runs later."""
        self._visit_inside(node)

    def _visit_inside(self, node: ast.AST) -> None:
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1

    def generic_visit(self, node: ast.AST) -> None:
        """Read what is inside; statements that may not run, or more than once, are not certain."""
        uncertain = isinstance(node, ast.If | ast.For | ast.While | ast.Try | ast.Match)
        self._depth += uncertain and not _is_main(node)
        super().generic_visit(node)
        self._depth -= uncertain and not _is_main(node)

    def _visit_function(self, node: Function) -> None:
        for place, decorator in enumerate(node.decorator_list):
            if isinstance(decorator, ast.Call) and self._is_callback(decorator):
                self._seen.add(decorator)
                others = node.decorator_list[place + 1 :]
                plain = all(isinstance(d, ast.Call) and self._is_callback(d) for d in others)
                self._read(decorator, node if plain else None)
        self._visit_inside(node)

    def _is_callback(self, call: ast.Call) -> bool:
        match call.func:
            case ast.Name(id=name):
                return self._imported.get(name) in {"callback", "clientside_callback"}
            case ast.Attribute(attr=name):
                return name in _CALLBACKS
            case _:
                return False

    def _read(self, call: ast.Call, function: Function | None) -> None:
        name = last_name(call.func)
        is_clientside = self._imported.get(name, name) == "clientside_callback"
        owner = ""
        if isinstance(call.func, ast.Attribute):
            owner = ast.unparse(call.func.value)
            owner = "" if owner in {"dash", "pyrt"} else owner
        arguments = call.args[1:] if is_clientside else call.args
        declared = Declared(self.where, call.lineno, owner, self._depth == 0, is_clientside)
        declared.function = function
        declared.is_method = self._classes > 0
        given = {k.arg: k.value for k in call.keywords if k.arg}
        named = [given.pop(name) for name in ("output", "inputs", "state") if name in given]
        declared.options = given
        self._read_dependencies(declared, [*arguments, *named])
        for option in _OF_BACKGROUND & given.keys():
            self._note_dependencies(declared, given[option])
        if any(k.arg is None for k in call.keywords):
            declared.flat = None
        self.found.append(declared)

    def _read_dependencies(self, declared: Declared, arguments: Sequence[ast.expr]) -> None:
        flat: list[Dependency] | None = []
        for argument in arguments:
            self._note_dependencies(declared, argument)
            if isinstance(argument, ast.Constant) and isinstance(argument.value, bool):
                declared.options.setdefault("prevent_initial_call", argument)
                continue
            items = _items(argument)
            found = [self._dependency(item) for item in items]
            known = [dependency for dependency in found if dependency is not None]
            if isinstance(next(iter(found), None), Output):
                declared.is_multi |= isinstance(argument, ast.List | ast.Tuple)
                declared.output_names = _keys(argument)
            elif isinstance(argument, ast.Dict | ast.Call) and items != [argument]:
                declared.names = [*(declared.names or []), *(_keys(argument) or [])]
            elif declared.names is not None:
                flat = None  # arguments with names and without
            declared.direct += known
            flat = None if flat is None or len(known) < len(items) else [*flat, *known]
        declared.flat = flat
        outputs = [each for each in flat or () if isinstance(each, Output)]
        declared.is_multi |= len(outputs) > 1 and declared.output_names is None

    def _note_dependencies(self, declared: Declared, argument: ast.expr) -> None:
        for node in ast.walk(argument):
            found = self._dependency(node)
            if found is not None:
                declared.dependencies.append((found, getattr(node, "lineno", declared.line)))

    def _dependency(self, node: ast.AST) -> Dependency | None:
        if not isinstance(node, ast.Call):
            return None
        name = last_name(node.func)
        kind = _KINDS.get(self._imported.get(name, name))
        if kind is None:
            return None
        keywords = {k.arg: k.value for k in node.keywords}
        given = [*node.args, *(keywords.get(n) for n in _FIELDS[len(node.args) :])]
        if len(given) < 2 or given[0] is None or given[1] is None:  # noqa: PLR2004  # id and prop
            return None
        component_id, prop = self._value(given[0]), self._value(given[1])
        if component_id is None or not isinstance(prop, str) or None in keywords:
            return None
        found = kind(component_id, prop)
        duplicate = given[2] if len(given) > 2 else keywords.get("allow_duplicate")  # noqa: PLR2004
        if isinstance(found, Output) and duplicate is not None:
            found.allow_duplicate = not isinstance(duplicate, ast.Constant) or bool(duplicate.value)
        return found

    def _value(self, node: ast.expr) -> object:
        """Return the value of a literal id, or of a name that holds one; None if it is unknown."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name() | ast.Attribute():
                return self._constants.get(ast.unparse(node))
            case ast.Dict(keys=keys, values=values):
                pairs = [(_constant(k), self._part(v)) for k, v in zip(keys, values, strict=True)]
                if any(key is None or value is None for key, value in pairs):
                    return None
                return dict(pairs)
            case _:
                return None

    def _part(self, node: ast.expr) -> object:
        name = last_name(node)
        name = self._imported.get(name, name)
        if name in _WILDCARDS:
            return _WILDCARDS[name]
        return _constant(node) if isinstance(node, ast.Constant) else self._value(node)


def _items(argument: ast.expr) -> list[ast.expr]:
    """Return the items of a list, a tuple or a dict, or an argument itself."""
    match argument:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Dict(values=items):
            return items
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            return [keyword.value for keyword in keywords]
        case _:
            return [argument]


_FIELDS = ("component_id", "component_property")


def _constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _keys(argument: ast.expr) -> list[str] | None:
    """Return the keys of a dict, if all of them are literals."""
    match argument:
        case ast.Dict(keys=keys):
            known = [str(key.value) for key in keys if isinstance(key, ast.Constant)]
            return known if len(known) == len(keys) else None
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            return [str(keyword.arg) for keyword in keywords]
        case _:
            return None


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names under which names of Dash are imported, and these."""
    for node in nodes_of(tree):
        if isinstance(node, ast.ImportFrom) and top_level(node.module or "") in _OF_DASH:
            yield from ((alias.asname or alias.name, alias.name) for alias in node.names)


def text_constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names at the top level, and of classes there, that are bound once, to a text."""
    stored: dict[str, int] = {}
    for node in nodes_of(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored[node.id] = stored.get(node.id, 0) + 1
        elif isinstance(node, ast.arg):
            stored[node.arg] = 2
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            inner = _texts(statement.body, stored)
            yield from ((f"{statement.name}.{name}", text) for name, text in inner)
    yield from _texts(tree.body, stored)


def _texts(statements: Iterable[ast.stmt], stored: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                if stored[name] == 1:
                    yield name, text
            case _:
                pass


def _is_main(node: ast.AST) -> bool:
    """Tell whether a statement is `if __name__ == "__main__":`."""
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
