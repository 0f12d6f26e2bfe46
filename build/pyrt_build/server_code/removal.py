"""Decides which code is removed from the app's source before it becomes part of the site.

    server code          bodies of the server's callbacks, arguments of calls to modules that exist
                         only on the server
    used by server code  imports, functions, classes, variables that it uses, and what these use
    used by the rest     what the rest of the app uses, and what that uses
    removed              server code, and what is used by server code and not by the rest

The rest of the app is everything that server code does not use, and every statement that does more
than give names a value. All modules are read together, so that a function is removed, too, if only
a removed import names it.
"""

import ast
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.server_code import marks, routes, scopes
from pyrt_build.server_code.code_units import (
    Module,
    Unit,
    is_mount,
    makes_dash,
    module_name,
    split_module,
    unit_of,
)
from pyrt_build.server_code.edits import Edit, Source
from pyrt_build.server_code.marks import Options


@dataclass(frozen=True, slots=True)
class Removal:
    """What was removed, and what is left.

    Attributes:
        sources: path -> the new content of modules that changed.
        files: paths of modules that only removed code imports.
        removed: path -> names that were removed, for the summary.
        callbacks: `module:function` of the callbacks without a body.
        imports: modules that removed code imports.
        strings: string literals of removed code.
        warnings: what could not be decided.
        mounts: where a Dash app is put into another server, as `file:line`.
    """

    sources: Mapping[str, bytes] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    removed: Mapping[str, list[str]] = field(default_factory=dict)
    callbacks: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    warnings: tuple[Note, ...] = ()
    mounts: frozenset[str] = frozenset()


def plan(  # noqa: PLR0913, PLR0917  # an app, and what is known about it
    contents: Mapping[str, bytes],
    roots: Iterable[str],
    options: Options,
    server_modules: AbstractSet[str],
    server_files: AbstractSet[str] = frozenset(),
    folders: Sequence[str] = (),
) -> Removal:
    """Decide what is removed.

    Args:
        contents: path -> source of all modules of the app; the first is its entry.
        roots: paths of modules that stay even if no code imports them.
        options: what decides where callbacks run, beside their decorators.
        server_modules: modules that exist only on the server.
        server_files: paths of modules of the app that exist only on the server.
        folders: the folders of `sys.path` that are in the app, relative.

    Raises:
        BuildError: the settings name a callback that does not exist, or the function of a marked
            callback cannot be found.
    """
    entry = next(iter(contents))
    sources = {where: Source(content) for where, content in contents.items()}
    manager = options.manager or any(marks.has_manager(s.tree) for s in sources.values())
    options = Options(options.named, options.bridge, manager)

    def split(mounted: frozenset[ast.AST] = frozenset()) -> dict[str, Module]:
        return {
            where: split_module(
                where,
                source,
                options,
                server_modules,
                is_entry=where == entry,
                folders=folders,
                mounted=mounted,
            )
            for where, source in sources.items()
        }

    modules = split()
    _check_names(options.named, modules, entry, folders)
    sweep = _Sweep(modules, frozenset(roots), set(server_files), folders)
    mounts = [*sweep.mounts()]
    if mounts:
        modules = split(frozenset(argument for _, argument in mounts))
        sweep = _Sweep(modules, frozenset(roots), set(server_files), folders)
    sweep.run()
    return replace(
        _describe(modules, sweep, folders), mounts=frozenset(place for place, _ in mounts)
    )


# --- what stays


class _Sweep:
    """Finds what server code uses and the rest of the app does not.

    Attributes:
        removed_files: paths of modules that are removed as a whole.
        removed: units that are removed from the other modules.
    """

    def __init__(
        self,
        modules: Mapping[str, Module],
        roots: frozenset[str],
        server_files: set[str],
        folders: Sequence[str] = (),
    ) -> None:
        self.modules = modules
        self.roots = roots
        # A relative import gives a name from the root, an absolute one from a folder of sys.path.
        self.files = {module_name(where): where for where in modules}
        self.files |= {module_name(where, folders): where for where in modules}
        self.removed_files = server_files
        self.removed: set[Unit] = set()
        self._binding: dict[tuple[str, str], list[Unit]] = {}
        for unit in self._all_units():
            for name in unit.binds:
                self._binding.setdefault((unit.where, name), []).append(unit)

    def run(self) -> None:
        """Repeat until no further module becomes unused."""
        while True:
            server_code = self._server_code()
            used_by_server = self._reach(server_code)
            units = [unit for unit in self._all_units() if unit.where not in self.removed_files]
            rest = [unit for unit in units if unit not in used_by_server or not unit.removable]
            used_by_rest = self._reach(rest) | set(rest)
            self.removed = {u for u in units if u in used_by_server and u not in used_by_rest}
            named = self._files_named([*server_code, *self.removed])
            unused = named - self._files_named(used_by_rest)
            if unused <= self.removed_files:
                return
            self.removed_files |= unused

    def mounts(self) -> Iterator[tuple[str, ast.AST]]:
        """Yield what puts a Dash app into another server, which is a stub.

        That is the place of the call, as `file:line`, and the argument that leads to the app.
        """
        for where, module in self.modules.items():
            for node in scopes.walk_module_level(module.source.tree):
                if isinstance(node, ast.Call) and is_mount(node, module.stub_names):
                    for argument in (*node.args, *node.keywords):
                        if any(map(makes_dash, self._reach([unit_of(where, argument)]))):
                            yield f"{where}:{node.lineno}", argument

    def _all_units(self) -> Iterator[Unit]:
        for module in self.modules.values():
            yield from module.units

    def _server_code(self) -> list[Unit]:
        return [
            unit
            for module in self.modules.values()
            for unit in (
                *module.server_code,
                *(module.units if module.where in self.removed_files else ()),
            )
        ]

    def _reach(self, units: Iterable[Unit]) -> set[Unit]:
        found: set[Unit] = set()
        pending = list(units)
        while pending:
            for unit in self._used_by(pending.pop()):
                if unit not in found:
                    found.add(unit)
                    pending.append(unit)
        return found

    def _used_by(self, unit: Unit) -> Iterator[Unit]:
        references = list(unit.references)
        for name in unit.uses:
            for other in self._binding.get((unit.where, name), ()):
                yield other
                references += [r for r in other.references if isinstance(other.node, ast.alias)]
        for module, item in references:
            where = self.files.get(module, "")
            if where and item == "*":
                yield from self.modules[where].units
            for word in unit.attributes if item is None else (item,):
                yield from self._binding.get((where, word), ())

    def _files_named(self, units: Iterable[Unit]) -> set[str]:
        """Return the modules that units import, without those that stay anyway."""
        found = {
            self.files[module]
            for unit in units
            for module, _ in unit.references
            if module in self.files
        }
        return {where for where in found - self.roots if not where.endswith("__init__.py")}


# --- the result


def _check_names(
    named: frozenset[str], modules: Mapping[str, Module], entry: str, folders: Sequence[str]
) -> None:
    missing = named - {name for module in modules.values() for name in module.marks.found}
    for name in sorted(missing):
        module = name.partition(":")[0]
        file = entry if module == "__main__" else f"{module.replace('.', '/')}.py"
        there = [
            f"{module_name(where, folders)}:{node.name}"
            for where, found in modules.items()
            for node in ast.walk(found.source.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        near = difflib.get_close_matches(name, there, n=1)
        hint = f" Did you mean {near[0]}?" if near and near[0] != name else ""
        raise BuildError(
            f"[tool.pyrt] server names {name!r}, but {file} has no callback of that name."
            f"{hint} It is the name of a function below `@callback(...)`."
        )


def _describe(modules: Mapping[str, Module], sweep: _Sweep, folders: Sequence[str]) -> Removal:
    sources: dict[str, bytes] = {}
    removed: dict[str, list[str]] = {}
    warnings: list[Note] = []
    gone = [unit for module in modules.values() for unit in module.server_code]
    gone += [*sweep.removed, *(u for w in sweep.removed_files for u in modules[w].units)]
    for where, module in modules.items():
        if where in sweep.removed_files:
            removed[where] = ["all of it"]
            continue
        units = [unit for unit in module.units if unit in sweep.removed]
        edits = [*module.edits, *_edits(module, units)]
        warnings += [*module.marks.warnings, *_uses_of_stubs(module, sweep)]
        if edits:
            sources[where] = module.source.apply(edits).encode()
            removed[where] = [
                *(f"{getattr(f, 'name', 'lambda')}()" for f in module.marks.functions),
                *sorted({name for unit in units for name in unit.binds}),
            ]
    return Removal(
        sources,
        frozenset(sweep.removed_files),
        {where: names for where, names in removed.items() if names},
        frozenset(
            name
            for w, m in modules.items()
            if w not in sweep.removed_files
            for name in _callbacks(m, folders)
        ),
        frozenset(module for unit in gone for module, _ in unit.references),
        frozenset(text for unit in gone for text in _strings(unit.node)),
        tuple(warnings),
    )


def _callbacks(module: Module, folders: Sequence[str]) -> Iterator[str]:
    known = scopes.qualified_names(module.source.tree)
    for function in module.marks.functions:
        if function in known:  # a lambda has no name
            yield f"{module_name(module.where, folders)}:{known[function]}"


def _edits(module: Module, units: Iterable[Unit]) -> Iterator[Edit]:
    gone = {unit.node for unit in units}
    names = {name for unit in units for name in unit.binds}
    for statement in module.source.tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom) and gone.intersection(
            statement.names
        ):
            left = [alias for alias in statement.names if alias not in gone]
            if left:
                statement.names = left
                yield module.source.replace(statement, ast.unparse(statement))
            else:
                yield module.source.remove(statement)
        elif statement in gone:
            yield module.source.remove(statement)
        elif isinstance(statement, ast.Assign) and scopes.bound_names(statement) == {"__all__"}:
            exported = list(_strings(statement.value))
            if not names.isdisjoint(exported):
                kept = [name for name in exported if name not in names]
                yield module.source.replace(statement.value, repr(kept))


def _uses_of_stubs(module: Module, sweep: _Sweep) -> Iterator[Note]:
    """Yield a warning for each function that stays and uses a stub; routes have their own."""
    server = set(module.marks.functions)
    for unit in module.units:
        function = unit.node
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if unit in sweep.removed or function in server or routes.is_handler(function):
            continue
        used = sorted(unit.uses & module.stub_names)
        if used:
            text = (
                f"{module.where}:{function.lineno}: {function.name} uses {', '.join(used)}, which "
                "exists only on a server; called in the tab, it will say so"
            )
            yield Note(Code.STUB_USED, text)


def _strings(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value
