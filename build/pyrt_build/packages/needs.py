"""Which distributions an app needs: those it requires, and those its imports need."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from pyrt_build.app.declared import DeclaredRequirements, SourcedRequirement
from pyrt_build.app.discover import App, Import
from pyrt_build.app.features import implicit_imports
from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.packages import wheels
from pyrt_build.packages.lock import LockedPackage, Resolution
from pyrt_build.packages.relaxed import Relaxed
from pyrt_build.packages.search import module_names
from pyrt_build.packages.search.module_names import Modules
from pyrt_build.packages.search.rules import (
    OWN_PACKAGES,
    SERVER_PACKAGES,
    Question,
    is_development_tool,
)
from pyrt_build.packages.wheels import Wheel
from pyrt_build.server_code import known_modules

# Importable without a wheel: modules of Pyodide and of pyrt.
PROVIDED = frozenset(
    {
        *("dash", "dash_core_components", "dash_html_components", "dash_table", "jupyter_dash"),
        *("plotly_express", "pyrt", "js", "pyodide", "pyodide_js", "_pyodide"),
    }
)
# What the dash wheel requires and a browser can use: import name -> distribution.
BROUGHT_BY_DASH = {
    "importlib_metadata": "importlib-metadata",
    "nest_asyncio": "nest-asyncio",
    "plotly": "plotly",
    "requests": "requests",
    "retrying": "retrying",
    "typing_extensions": "typing-extensions",
}
# The first plotly whose wheel has a plotly.js that reads arrays as the engine and plotly.py 6 write
# them, and what is required of a wheel for the page alone.
FIRST_PLOTLY_JS = Version("6")
PLOTLY_JS = Requirement("plotly>=6")
# Libraries of tables that plotly.express can read. An app that imports none of them gets pandas.
TABLE_LIBRARIES = ("pandas", "polars", "pyarrow")

# Names in code that provides modules without files: `sys.meta_path`, `sys.modules`.
IMPORT_HOOKS = frozenset({"meta_path", "path_hooks", "modules"})

type Resolver = Callable[[Question], Resolution]

# Modules that Python had, and the version that was the first without them.
GONE_FROM_PYTHON = {
    "asynchat": "3.12",
    "asyncore": "3.12",
    "cgi": "3.13",
    "cgitb": "3.13",
    "distutils": "3.12",
    "imghdr": "3.13",
    "imp": "3.12",
    "pipes": "3.13",
    "smtpd": "3.12",
    "sndhdr": "3.13",
    "telnetlib": "3.13",
}


@dataclass(slots=True)
class Needs:
    """What an app needs.

    Attributes:
        locked: the packages.
        notes: for the summary, such as imports that no requirement covers.
        relaxed: the table of what is not met as it is written.
    """

    locked: list[LockedPackage] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    relaxed: list[Relaxed] = field(default_factory=list)


def resolve_needs(  # noqa: PLR0913  # an app, and what is known about it
    app: App,
    declared: DeclaredRequirements,
    of_pyodide: Modules,
    resolve: Resolver,
    *,
    server_modules: AbstractSet[str] = frozenset(),
    server_only: AbstractSet[str] = frozenset(),
) -> Needs:
    """Resolve what the browser's part of an app needs.

    Args:
        app: that part.
        declared: the requirements that are written down.
        of_pyodide: the modules of Pyodide's packages.
        resolve: finds wheels for requirements.
        server_modules: modules that exist only on a server, and are stubs in the browser.
        server_only: modules that only the server's part imports.

    Raises:
        BuildError: the app cannot do without what is missing; the message has all of it.
    """
    return _Reader(app, declared, of_pyodide, resolve, server_modules, server_only).read()


def unknown_imports(
    app: App,
    declared: DeclaredRequirements,
    of_pyodide: Modules,
    server_modules: AbstractSet[str],
    server_only: AbstractSet[str],
) -> list[Import]:
    """Return the imports that nothing can provide, as far as that is known without an index."""
    arguments = (server_modules, server_only)
    return _Reader(app, declared, of_pyodide, _refuse, *arguments).unknown_beforehand()


def _refuse(_: Question) -> Resolution:
    raise AssertionError("nothing is resolved here")


class _Reader:
    """Finds what one app needs."""

    def __init__(  # noqa: PLR0913, PLR0917  # as `resolve_needs`
        self,
        app: App,
        declared: DeclaredRequirements,
        of_pyodide: Modules,
        resolve: Resolver,
        server_modules: AbstractSet[str],
        server_only: AbstractSet[str],
    ) -> None:
        self.app = app
        self.declared = declared
        self.of_pyodide = of_pyodide
        self.server_modules = server_modules
        self.server_only = server_only
        self.imports = _by_module(app)
        self.unneeded = known_modules.distributions(server_modules) | {
            name
            for name in (module_names.distribution(m, of_pyodide) for m in server_only - PROVIDED)
            if name
        }
        self.packages = _Packages(resolve, declared)
        self.problems: list[str] = []
        self.notes: list[Note] = []
        self.guarded: set[str] = set()  # distributions that the app can do without

    def read(self) -> Needs:
        unknown = self.unknown_beforehand()
        if unknown:
            raise BuildError("\n".join(map(self._say_unknown, unknown)))
        self._add_declared()
        self._add_imported()
        if self.problems:
            raise BuildError("\n".join(dict.fromkeys(self.problems)))
        implicit = [
            SourcedRequirement(Requirement(found.module), found.origin)
            for found in implicit_imports(self.app)
        ]
        implicit += _of_old_packages(self.packages.resolution.locked)
        if implicit:
            self.packages.try_to_add(implicit)
        rows = [
            replace(row, code=Code.LEFT_OUT) if row.package in self.guarded else row
            for row in self.packages.resolution.relaxed
        ]
        return Needs(self.packages.resolution.locked, self.notes, rows)

    # --- what is declared

    def _add_declared(self) -> None:
        needed: list[SourcedRequirement] = [*_plotly(self.app, self.declared)]
        optional = []
        unused: dict[str, list[str]] = {}
        for sourced in self.declared.requirements:
            why = self._why_unused(sourced)
            if self._is_servers(sourced):
                named = f"{sourced.origin} names {sourced.requirement.name}"
                self.notes.append(
                    Note(Code.ONLY_FOR_SERVER, f"{named}, which only the server needs")
                )
            elif why:
                unused.setdefault(why, []).append(sourced.requirement.name)
            elif sourced.name == "plotly" and not self._found(sourced):
                continue
            elif self._is_needed(sourced):
                needed.append(sourced)
            else:
                optional.append(sourced)
                self.guarded |= {sourced.name} if self._found(sourced) else set()
        for why, names in unused.items():
            others = [name for name in names if name != "dash"]
            if others:
                self._note(Code.LEFT_OUT, f"{', '.join(others)}: {why}")
        self._try(needed, optional)

    def _why_unused(self, sourced: SourcedRequirement) -> str:
        """Return why no site needs a package; empty for one that a site may need."""
        if sourced.name in OWN_PACKAGES:
            return "parts of the Dash that each site has"
        if self._found(sourced):
            return ""
        if sourced.name in SERVER_PACKAGES:
            return "parts of a server, which a site does not need"
        if is_development_tool(sourced.name):
            return "tools for development, which a site does not need"
        return ""

    def _is_servers(self, sourced: SourcedRequirement) -> bool:
        """Tell whether only the server's part of the app needs a requirement."""
        modules = set(module_names.modules(sourced.name, self.of_pyodide))
        is_imported_there = modules & self.server_only and not modules & self.imports.keys()
        return sourced.name in self.unneeded or bool(is_imported_there)

    def _is_needed(self, sourced: SourcedRequirement) -> bool:
        """Tell whether the app cannot do without: it imports it, or has chosen the wheel itself.

        Source that no import needs is left out by itself if it may not be built.
        """
        found = self._found(sourced)
        is_wheel = (sourced.requirement.url or "").partition("#")[0].endswith(".whl")
        return any(not i.optional for i in found) or bool(is_wheel and not found)

    def _note(self, code: Code, text: str) -> None:
        self.notes.append(Note(code, text))

    def _found(self, sourced: SourcedRequirement) -> list[Import]:
        """Return the imports of a requirement's modules, as far as its modules are known."""
        names = {canonicalize_name(m) for m in module_names.modules(sourced.name, self.of_pyodide)}
        return [i for module, i in self.imports.items() if canonicalize_name(module) in names]

    def _try(
        self, needed: Sequence[SourcedRequirement], optional: Sequence[SourcedRequirement] = ()
    ) -> None:
        try:
            self.packages.add(needed, optional)
        except BuildError as error:
            self.problems += str(error).splitlines()

    # --- imports without a requirement

    def _add_imported(self) -> None:
        missing = self._uncovered()
        needed, optional = [], []
        for found in missing:
            sourced = self._requirement(found)
            if sourced is None:
                self._without_provider(found)
            elif found.optional:
                optional.append(sourced)
                self.guarded.add(sourced.name)
            else:
                needed.append(sourced)
                self._note_undeclared(found)
        self._try(needed, optional)

    def _without_provider(self, found: Import) -> None:
        if not found.optional:
            self.problems.append(self._say_unknown(found))
        else:
            text = (
                f"{found.origin} imports {found.module}, which no requirement provides: it is left "
                "out, and the app catches the error"
            )
            self._note(Code.LEFT_OUT, text)

    def _note_undeclared(self, found: Import) -> None:
        if self.declared.source:
            text = (
                f"{found.origin} imports {found.module}, which {self.declared.source} does not name"
            )
            self._note(Code.NOT_REQUIRED, text)

    def _requirement(self, found: Import) -> SourcedRequirement | None:
        """Return the requirement for an import; None if no distribution is known for sure."""
        for pin in self.declared.pins:
            if found.module in module_names.modules(pin.name, self.of_pyodide):
                return SourcedRequirement(Requirement(pin.requirement.name), found.origin)
        name = module_names.distribution(found.module, self.of_pyodide)
        wanted = module_names.LAST_WITH.get(found.module, name)
        return SourcedRequirement(Requirement(wanted), found.origin) if wanted else None

    def _say_unknown(self, found: Import) -> str:
        top, source = found.module, self.declared.source or "requirements.txt"
        if top in GONE_FROM_PYTHON:
            return (
                f"{found.origin} imports {top}, which Python has not had since "
                f"{GONE_FROM_PYTHON[top]}. Use what its documentation names in its place, or guard "
                "the import with try/except ImportError."
            )
        return (
            f"{found.origin} imports {top}, which is no module of the app and which no requirement "
            "names. Nothing on the package index provides it for sure. If it is your own, put "
            f"{top}.py or the folder {top} beside the app; if it is a package's, name the package "
            f"in {source}.{''.join(self._not_built())}"
        )

    def _not_built(self) -> Iterator[str]:
        """Yield what is left out because it is source, and may be what is looked for."""
        there = {package.name for package in self.packages.resolution.locked}
        for sourced in self.declared.requirements:
            if sourced.requirement.url and sourced.name not in there:
                yield (
                    f" If it comes from {sourced.requirement.name} ({sourced.origin}), which is "
                    f"source: --allow-build {sourced.name} builds that here, which runs its code."
                )

    def unknown_beforehand(self) -> list[Import]:
        """Return imports that nothing can provide, before anything is asked of the index.

        A declared package may have modules of other names, which only its wheel tells. Of those in
        Pyodide's lock, and of what they require, all modules are known.
        """
        known = {"dash", *map(canonicalize_name, self.of_pyodide)}
        telling = [
            s
            for s in (*self.declared.requirements, *self.declared.pins)
            if s.name not in self.unneeded
            and s.name not in known
            and not self._why_unused(s)
            and not set(module_names.modules(s.name, self.of_pyodide)) & self.imports.keys()
        ]
        if telling:
            return []
        names = [s.name for s in (*self.declared.requirements, *self.declared.pins)]
        declared = {m for name in names for m in module_names.modules(name, self.of_pyodide)}
        return [
            found
            for found in self._uncovered()
            if not found.optional and found.module not in declared and not self._requirement(found)
        ]

    def _uncovered(self) -> list[Import]:
        """List imports that neither Python, pyrt nor a resolved package provides."""
        provided = set(sys.stdlib_module_names) | PROVIDED
        for package in self.packages.resolution.locked:
            provided |= _modules_of(package)
        if self.problems:  # what is declared would be there
            names = [s.name for s in self.declared.requirements]
            provided |= {m for name in names for m in module_names.modules(name, self.of_pyodide)}
        left_out = {row.package for row in self.packages.resolution.relaxed if not row.taken}
        return [
            found
            for module, found in self.imports.items()
            if module not in provided
            and not known_modules.covers(module, self.server_modules)
            and not (found.optional and self._name_of(module) in left_out)
        ]

    def _name_of(self, module: str) -> str | None:
        return module_names.distribution(module, self.of_pyodide) or canonicalize_name(module)


class _Packages:
    """The requirements so far, and what they are resolved to.

    A component package is resolved together with what it imports of dash's own requirements.
    """

    def __init__(self, resolve: Resolver, declared: DeclaredRequirements) -> None:
        self._resolve = resolve
        self._declared = declared
        self._needed: list[SourcedRequirement] = []
        self._optional: list[SourcedRequirement] = []
        self.resolution = Resolution([])

    def add(
        self, needed: Sequence[SourcedRequirement], optional: Sequence[SourcedRequirement] = ()
    ) -> None:
        """Add requirements, and resolve all.

        Raises:
            BuildError: they cannot be resolved; nothing has changed then.
        """
        if not needed and not optional:
            return
        needed, optional = [*self._needed, *needed], [*self._optional, *optional]
        resolution = self._resolved(needed, optional)
        undeclared = _undeclared(resolution.locked, self._declared)
        if undeclared:
            needed += undeclared
            resolution = self._resolved(needed, optional)
        self._needed, self._optional, self.resolution = needed, optional, resolution

    def _resolved(
        self, needed: Sequence[SourcedRequirement], optional: Sequence[SourcedRequirement]
    ) -> Resolution:
        return self._resolve(Question(tuple(needed), tuple(optional), self._declared.pins))

    def try_to_add(self, more: Sequence[SourcedRequirement]) -> None:
        """Add requirements that the app can do without, each by itself; note what is left out."""
        before = self.resolution.relaxed
        self.add((), more)
        names = {sourced.name for sourced in more}
        rows = []
        for row in self.resolution.relaxed:
            if row in before or row.package not in names:
                rows.append(row)
            elif not row.taken:
                rows.append(replace(row, code=Code.LEFT_OUT))
        self.resolution = Resolution(self.resolution.locked, rows)


def _of_old_packages(locked: Sequence[LockedPackage]) -> Iterator[SourcedRequirement]:
    """Yield what packages import without requiring it, because each environment once had it."""
    missing = {*module_names.LAST_WITH}.difference(*map(_modules_of, locked))
    for package in locked if missing else ():
        for module in () if package.entry else missing & wheels.imported_modules(package.path):
            wanted = Requirement(module_names.LAST_WITH[module])
            yield SourcedRequirement(wanted, f"{package.name} {package.version}")


def _by_module(app: App) -> dict[str, Import]:
    """Return one import for each top-level module of others; one that may not fail, if there is.

    An app with an import hook may provide modules itself: those that occur in a string of its code,
    too, are optional.
    """
    hooked = app.strings if app.names & IMPORT_HOOKS else frozenset[str]()
    imports: dict[str, Import] = {}
    for found in app.imports:
        top = found.module.split(".")[0]
        optional = found.optional or top in hooked
        if top not in imports or (imports[top].optional and not optional):
            imports[top] = Import(top, found.origin, optional)
    return imports


def _modules_of(package: LockedPackage) -> set[str]:
    if package.entry:
        return {name.split(".")[0] for name in package.entry.imports}
    return set(wheels.top_level_modules(package.path))


def plotly_requirement(declared: DeclaredRequirements) -> Requirement:
    """Return the requirement for the plotly whose plotly.js is used."""
    for sourced in declared.requirements:
        if sourced.name == "plotly":
            return sourced.requirement
    return Requirement("plotly>=6")  # the first whose wheel has a plotly.js of the same version


def uses_graphs(app: App, packages: Iterable[Wheel]) -> bool:
    """Tell whether a page may show a figure, and so needs plotly.js."""
    return "Graph" in app.names or any(
        re.search(rb"\bGraph\(", source)
        for package in packages
        for path, source in package.python.items()
        if path.endswith(".py")
    )


def _plotly(app: App, declared: DeclaredRequirements) -> Iterable[SourcedRequirement]:
    """Yield plotly and what its modules need, which they import inside of functions."""
    names = {sourced.name for sourced in declared.requirements}
    origin = next((i.origin for i in app.imports if i.module.startswith("plotly")), "")
    if app.imports_module("plotly") and "plotly" not in names:
        yield SourcedRequirement(Requirement("plotly"), origin)
    if any(app.imports_module(f"plotly.{name}") for name in ("express", "figure_factory")):
        if "numpy" not in names:
            yield SourcedRequirement(Requirement("numpy"), f"{origin} (plotly.express)")
        if not declared.source and not any(map(app.imports_module, TABLE_LIBRARIES)):
            yield SourcedRequirement(Requirement("pandas"), f"{origin} (plotly.express)")


def _undeclared(
    locked: Sequence[LockedPackage], declared: DeclaredRequirements
) -> list[SourcedRequirement]:
    """List what component packages import without requiring it, because dash requires it."""
    missing = BROUGHT_BY_DASH.keys() - {package.name.replace("-", "_") for package in locked}
    found: dict[str, SourcedRequirement] = {}
    for package in locked:
        imported = frozenset[str]() if package.entry else wheels.imported_modules(package.path)
        if missing & imported and wheels.read_wheel(package.path).page:
            for module in sorted(missing & imported):
                distribution = BROUGHT_BY_DASH[module]
                is_plotly = distribution == "plotly"
                need = plotly_requirement(declared) if is_plotly else Requirement(distribution)
                found.setdefault(
                    module, SourcedRequirement(need, f"{package.name} {package.version}")
                )
    return list(found.values())
