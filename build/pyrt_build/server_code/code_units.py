"""Splits a module of the app into units, each of which stays in the site or is removed as a whole.

Removes server code: bodies of the server's callbacks, and arguments of calls to modules that exist
only on the server. `removal` decides about everything else.
"""

import ast
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from pyrt_build.project.imports import last_name
from pyrt_build.server_code import known_modules, marks, scopes
from pyrt_build.server_code.edits import Edit, Source
from pyrt_build.server_code.marks import Definition, Marks, Options

# Calls that have an effect on the app, even if their result is not used.
_EFFECTS = frozenset({"Dash", "register_page", "callback", "clientside_callback"})

# Calls that put an app into another server: `api.mount("/dash", WSGIMiddleware(app.server))`.
_MOUNTS = frozenset({"FastAPI", "Mount", "Starlette", "WSGIMiddleware", "mount"})

type Reference = tuple[str, str | None]
"""A module and a name imported from it; None for the module itself, `*` for all its names."""


@dataclass(eq=False, slots=True)
class Unit:
    """A piece of a module that stays or is removed as a whole.

    Attributes:
        where: the module's path.
        node: a statement, or one name of an import statement.
        binds: the names to which it gives a value.
        uses: the names it reads from its module.
        attributes: the names of attributes it reads.
        references: what it imports.
        removable: it has no effect but to give its names a value.
    """

    where: str
    node: ast.AST
    binds: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    references: list[Reference] = field(default_factory=list)
    removable: bool = True


@dataclass(slots=True)
class Module:
    """One file of the app, in units.

    Attributes:
        stub_names: its names that hold stubs in the browser.
        server_code: what only the server executes.
        units: its statements, and the single names of its imports.
        edits: what replaces the server code.
    """

    where: str
    source: Source
    marks: Marks
    stub_names: set[str]
    server_code: list[Unit] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)


def module_name(where: str, folders: Iterable[str] = ()) -> str:
    """Return the dotted name of a file of the app.

    Args:
        where: its path.
        folders: the folders of `sys.path` that are in the app, relative.

    >>> module_name("pages/home.py"), module_name("parts/__init__.py")
    ('pages.home', 'parts')
    >>> module_name("src/tides/app.py", ["", "src"])
    'tides.app'
    """
    below = [folder for folder in folders if folder and where.startswith(f"{folder}/")]
    inner = where.removeprefix(f"{max(below, key=len)}/") if below else where
    return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def split_module(  # noqa: PLR0913  # a module, and what is known about the app
    where: str,
    source: Source,
    options: Options,
    server_modules: AbstractSet[str],
    *,
    is_entry: bool,
    folders: Iterable[str] = (),
    mounted: frozenset[ast.AST] = frozenset(),
) -> Module:
    """Split a module into units, and find its server code.

    Args:
        where: its path.
        source: its text.
        options: what decides where callbacks run, beside their decorators.
        server_modules: modules that exist only on the server.
        is_entry: whether it is the app's file, which runs as `__main__`.
        folders: the folders of `sys.path` that are in the app, relative.
        mounted: arguments of calls of stubs that stay, as they make or name a Dash app.
    """
    names = [module_name(where, folders), *(["__main__"] if is_entry else [])]
    found = marks.find_server_functions(source.tree, where, names, options)
    stub_names = known_modules.stub_names(source.tree.body, server_modules)
    module = Module(where, source, found, stub_names)
    skipped: set[ast.AST] = set()
    for function, kept in found.functions.items():
        skipped |= _cut_function(module, function, kept)
    skipped |= _cut_arguments(module, skipped, mounted)
    variables = {
        name
        for statement in source.tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.With)
        for name in scopes.bound_names(statement)
    }
    for statement in source.tree.body:
        units = [*_units(where, statement, frozenset(skipped), variables)]
        if mounted and not mounted.isdisjoint(ast.walk(statement)):
            for unit in units:
                unit.removable = False
        module.units += units
    return module


def is_mount(call: ast.Call, stub_names: AbstractSet[str]) -> bool:
    """Tell whether a call of a stub puts an app into another server."""
    return last_name(call.func) in _MOUNTS and scopes.root_name(call) in stub_names


def makes_dash(unit: Unit) -> bool:
    """Tell whether a unit calls `Dash(...)`, now or in a function."""
    calls = (node for node in ast.walk(unit.node) if isinstance(node, ast.Call))
    return any(last_name(call.func) == "Dash" for call in calls)


# --- server code


def _cut_function(module: Module, function: Definition, kept: Iterable[ast.expr]) -> set[ast.AST]:
    """Replace a server's function by one that raises an error; return the removed nodes."""
    outside, inside = scopes.split_function(function)
    removed = {node for node in (*outside, *inside) if node not in set(kept)}
    module.server_code += [unit_of(module.where, node) for node in removed]
    source = module.source
    if isinstance(function, ast.Lambda):
        stub = f"lambda *_, **__: (_ for _ in ()).throw({_error('lambda', module.where, function)})"
        module.edits.append(source.replace(function, stub))
        return removed
    keyword = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    error = _error(function.name, module.where, function)
    stub = f"{keyword} {function.name}(*_, **__): raise {error}"
    module.edits.append(source.replace_function(function, stub))
    module.edits += [source.remove_decorator(d) for d in function.decorator_list if d in removed]
    return removed


def _error(name: str, where: str, node: ast.stmt | ast.expr) -> str:
    text = (
        f"{name} ({where}:{node.lineno}) runs on the server, and its code is not part of this "
        "site. Build with --bridge URL, and its callback is called there; fallback='browser' would "
        "keep its code for the tab as well."
    )
    return f"RuntimeError({text!r})"


def _cut_arguments(
    module: Module, skipped: Iterable[ast.AST], mounted: AbstractSet[ast.AST]
) -> set[ast.AST]:
    """Remove the arguments of calls of stubs, such as addresses and passwords."""
    removed: set[ast.AST] = set()
    whole: set[ast.AST] = set()
    source = module.source
    functions = {n.name for n in source.tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    inner = frozenset(skipped)
    for node in scopes.walk_module_level(source.tree):
        if node in whole:
            continue
        match node:
            case ast.Call(args=args, keywords=keywords) if scopes.root_name(
                node
            ) in module.stub_names and (args or keywords):
                kept = [
                    a
                    for a in (*args, *keywords)
                    if a in mounted or (isinstance(a, ast.Name) and a.id in functions)
                ]
                whole.update(inner for a in kept for inner in ast.walk(a))
                text = ", ".join(map(ast.unparse, kept))
                module.edits.append(source.replace_arguments(node, text))
                removed.update([a for a in (*args, *keywords) if a not in kept])
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript() as target], value=value) if (
                scopes.root_name(target) in module.stub_names
            ):
                module.edits.append(source.replace(value, "None"))
                removed.add(value)
            case _:
                pass
    removed -= inner
    module.server_code += [unit_of(module.where, node) for node in removed]
    return removed


# --- units


def unit_of(where: str, node: ast.AST, skipped: frozenset[ast.AST] = frozenset()) -> Unit:
    """Return a piece of a module as a unit that gives no name a value."""
    unit = Unit(where, node, uses=scopes.free_names(node, skipped))
    for inner in scopes.walk(node, skipped):
        if isinstance(inner, ast.Attribute):
            unit.attributes.add(inner.attr)
        unit.references += _references(inner, where)
    return unit


def _units(
    where: str, statement: ast.stmt, skipped: frozenset[ast.AST], variables: set[str]
) -> Iterator[Unit]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            unit = Unit(where, alias, binds=scopes.bound_names(alias))
            unit.references = list(_alias_references(statement, alias, where))
            unit.removable = getattr(statement, "module", "") != "__future__"
            yield unit
        return
    unit = unit_of(where, statement, skipped)
    unit.binds = scopes.bound_names(statement)
    configured = _configured(statement)
    if configured in variables:
        unit.binds = {configured}
    else:
        unit.removable = bool(unit.binds) and _only_binds(statement)
    yield unit


def _configured(statement: ast.stmt) -> str:
    """Return the variable that a statement changes: `queue.timeout = 3`, `queue.clear()`."""
    match statement:
        case ast.Expr(value=ast.Call() as node) if not isinstance(node.func, ast.Name):
            return scopes.root_name(node)
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript() as node]):
            return scopes.root_name(node)
        case _:
            return ""


def _only_binds(statement: ast.stmt) -> bool:
    """Tell whether a statement has no effect but to give names a value."""
    for node in scopes.walk_module_level(statement):
        match node:
            case ast.Expr(value=value) if not isinstance(value, ast.Constant):
                return False
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _EFFECTS:
                return False
            case _:
                pass
    return True


def _references(node: ast.AST, where: str) -> Iterator[Reference]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield from _alias_references(node, alias, where)


def _alias_references(
    statement: ast.Import | ast.ImportFrom, alias: ast.alias, where: str
) -> Iterator[Reference]:
    if isinstance(statement, ast.Import):
        parts = alias.name.split(".")
        for count in range(1, len(parts) + 1):
            yield ".".join(parts[:count]), None
        return
    package = where.split("/")[: -statement.level] if statement.level else []
    module = ".".join([*package, *([statement.module] if statement.module else [])])
    yield module, alias.name
    yield f"{module}.{alias.name}".lstrip("."), None
