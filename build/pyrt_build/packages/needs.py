"""Which distributions an app needs: those it requires, and those its imports need."""

import contextlib
import functools
import importlib.metadata
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pyodide_lock import PyodideLockSpec

from pyrt_build.app.declared import DeclaredRequirements, SourcedRequirement
from pyrt_build.app.discover import App, Import
from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.packages import wheels
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.packages.resolve import SERVER_PACKAGES
from pyrt_build.packages.wheels import Wheel
from pyrt_build.server_code import known_modules

# Importable without a wheel: modules of Pyodide and of pyrt.
PROVIDED = frozenset(
    {"dash", "pyrt", "js", "pyodide", "pyodide_js", "_pyodide"}
    | {"dash_core_components", "dash_html_components", "dash_table", "jupyter_dash"}
)
# Distributions whose modules are pyrt's own, or modules of others today.
OLD_DISTRIBUTIONS = frozenset(
    {"dash-core-components", "dash-html-components", "dash-table", "dash-renderer"}
    | {"jupyter-dash", "plotly-express"}
)
# Import name -> distribution, where the names differ and Pyodide's lock does not have the module.
KNOWN_NAMES = {
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
}
# What the dash wheel requires and a browser can use: import name -> distribution.
BROUGHT_BY_DASH = {
    "importlib_metadata": "importlib-metadata",
    "nest_asyncio": "nest-asyncio",
    "plotly": "plotly",
    "requests": "requests",
    "retrying": "retrying",
    "typing_extensions": "typing-extensions",
}
# Libraries of tables that plotly.express can read. An app that imports none of them gets pandas.
TABLE_LIBRARIES = ("pandas", "polars", "pyarrow")

# Name of a pandas method -> distributions that it imports when it is called.
PANDAS_FORMATS = {
    "read_excel": ("openpyxl", "xlrd"),
    "to_excel": ("openpyxl",),
    "read_html": ("lxml",),
    "read_xml": ("lxml",),
}

# Names in code that provides modules without files: `sys.meta_path`, `sys.modules`.
IMPORT_HOOKS = frozenset({"meta_path", "path_hooks", "modules"})

type Resolver = Callable[[Sequence[SourcedRequirement]], list[LockedPackage]]


def resolve_needs(  # noqa: PLR0913  # an app, and what is known about it
    app: App,
    declared: DeclaredRequirements,
    lock: PyodideLockSpec,
    resolve: Resolver,
    *,
    server_modules: AbstractSet[str] = frozenset(),
    server_only: AbstractSet[str] = frozenset(),
) -> tuple[list[LockedPackage], list[Note]]:
    """Resolve what the browser's part of an app needs.

    Args:
        app: that part.
        declared: the requirements that are written down.
        lock: Pyodide's.
        resolve: finds wheels for requirements.
        server_modules: modules that exist only on a server, and are stubs in the browser.
        server_only: modules that only the server's part imports.

    Returns:
        The packages, and notes for the summary, such as imports that no requirement covers.

    Raises:
        BuildError: a package that the app cannot do without has no usable wheel.
    """
    imported = {canonicalize_name(found.module.split(".")[0]) for found in app.imports}
    unneeded = known_modules.distributions(server_modules) | {
        canonicalize_name(_distribution(module, lock).name) for module in server_only - PROVIDED
    }
    packages = _Packages(resolve, declared)
    packages.add(
        [
            *(s for s in declared.requirements if _is_for_browser(s, imported, unneeded)),
            *_plotly(app, declared),
        ]
    )
    notes = [
        Note(
            Code.ONLY_FOR_SERVER,
            f"{sourced.origin} names {sourced.requirement.name}, which only the server needs",
        )
        for sourced in declared.requirements
        if canonicalize_name(sourced.requirement.name) in unneeded
    ]
    missing = [
        found
        for found in _uncovered(app, packages.locked)
        if not known_modules.covers(found.module, server_modules)
    ]
    needed = [found for found in missing if not found.optional]
    packages.add([_requirement(found, lock) for found in needed])
    if declared.source:
        notes += [
            Note(
                Code.NOT_REQUIRED,
                f"{found.origin} imports {found.module}, which {declared.source} does not name",
            )
            for found in needed
        ]
    packages.try_to_add([_requirement(found, lock) for found in missing if found.optional])
    for found in () if declared.source else _pandas_formats(app):
        packages.try_to_add([_requirement(found, lock)])
    return packages.locked, notes


class _Packages:
    """The requirements so far, and the packages that they are resolved to.

    A component package is resolved together with what it imports of dash's own requirements.
    """

    def __init__(self, resolve: Resolver, declared: DeclaredRequirements) -> None:
        self._resolve = resolve
        self._declared = declared
        self._requirements: list[SourcedRequirement] = []
        self.locked: list[LockedPackage] = []

    def add(self, more: Sequence[SourcedRequirement]) -> None:
        """Add requirements, and resolve all.

        Raises:
            BuildError: they cannot be resolved; nothing has changed then.
        """
        if not more:
            return
        requirements = [*self._requirements, *more]
        locked = self._resolve(requirements)
        undeclared = _undeclared(locked, self._declared)
        if undeclared:
            requirements += undeclared
            locked = self._resolve(requirements)
        self._requirements, self.locked = requirements, locked

    def try_to_add(self, more: Sequence[SourcedRequirement]) -> None:
        """Add requirements that the app can do without: all of them, or none."""
        with contextlib.suppress(BuildError):
            self.add(more)


def _requirement(found: Import, lock: PyodideLockSpec) -> SourcedRequirement:
    return SourcedRequirement(_distribution(found.module, lock), found.origin)


def _pandas_formats(app: App) -> Iterable[Import]:
    """List what pandas imports when the app calls methods of these names."""
    origin = next((i.origin for i in app.imports if i.module.split(".")[0] == "pandas"), None)
    formats = {
        name for method in PANDAS_FORMATS.keys() & app.names for name in PANDAS_FORMATS[method]
    }
    return [Import(name, origin, optional=True) for name in sorted(formats) if origin]


def _is_for_browser(
    sourced: SourcedRequirement, imported: AbstractSet[str], unneeded: AbstractSet[str]
) -> bool:
    """Tell whether a declared requirement becomes part of the site.

    Not what only server code uses, nor packages of a server unless the app imports them, nor the
    Python of plotly if the app only draws figures from dictionaries, for which plotly.js is enough.
    """
    name = canonicalize_name(sourced.requirement.name)
    if name in unneeded or name in OLD_DISTRIBUTIONS:
        return False
    return (name != "plotly" and name not in SERVER_PACKAGES) or name in imported


def plotly_requirement(declared: DeclaredRequirements) -> Requirement:
    """Return the requirement for the plotly whose plotly.js is used."""
    for sourced in declared.requirements:
        if canonicalize_name(sourced.requirement.name) == "plotly":
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
    names = {canonicalize_name(sourced.requirement.name) for sourced in declared.requirements}
    origin = next((i.origin for i in app.imports if i.module.startswith("plotly")), "")
    if app.imports_module("plotly") and "plotly" not in names:
        yield SourcedRequirement(Requirement("plotly"), origin)
    if any(app.imports_module(f"plotly.{name}") for name in ("express", "figure_factory")):
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
        wheel = None if package.entry else wheels.read_wheel(package.path)
        if wheel and wheel.page:
            for module in sorted(missing & _imported_from(wheel)):
                distribution = BROUGHT_BY_DASH[module]
                is_plotly = distribution == "plotly"
                need = plotly_requirement(declared) if is_plotly else Requirement(distribution)
                found.setdefault(
                    module, SourcedRequirement(need, f"{package.name} {package.version}")
                )
    return list(found.values())


def _imported_from(wheel: Wheel) -> set[str]:
    """Return the top-level modules of others that a wheel's Python imports at module level."""
    names = {
        name.decode()
        for path, source in wheel.python.items()
        if path.endswith(".py")
        for name in re.findall(rb"(?m)^(?:import|from) (\w+)", source)
    }
    return names - {path.split("/")[0].removesuffix(".py") for path in wheel.python}


def _uncovered(app: App, locked: Iterable[LockedPackage]) -> list[Import]:
    """List imports that neither Python, pyrt nor a resolved package provides; one per module.

    An app with an import hook may provide modules itself: those that occur in a string of its code,
    too, are optional.
    """
    hooked = app.strings if app.names & IMPORT_HOOKS else frozenset[str]()
    provided = set(sys.stdlib_module_names) | PROVIDED
    for package in locked:
        provided |= (
            {name.split(".")[0] for name in package.entry.imports}
            if package.entry
            else wheels.top_level_modules(package.path)
        )
    missing: dict[str, Import] = {}
    for found in app.imports:
        top = found.module.split(".")[0]
        optional = found.optional or top in hooked
        if top in provided:
            continue
        if top not in missing or (missing[top].optional and not optional):
            missing[top] = Import(top, found.origin, optional)
    return list(missing.values())


def _distribution(module: str, lock: PyodideLockSpec) -> Requirement:
    """Return the distribution of an import name: as in Pyodide's lock, else as on this machine."""
    for name, entry in lock.packages.items():
        if module in entry.imports:
            return Requirement(str(name))
    if module in KNOWN_NAMES:
        return Requirement(KNOWN_NAMES[module])
    installed = _installed().get(module)
    return Requirement(installed[0] if installed else module.replace("_", "-"))


@functools.cache
def _installed() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())
