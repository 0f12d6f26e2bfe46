"""Which distributions an app needs: those written down, and those its imports ask for.

May import absent, config, discover, pyodide, resolve and wheels.
"""

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

from pyrt_build.app.discover import App, Import
from pyrt_build.app.requirements import Declared, Wanted
from pyrt_build.errors import BuildError
from pyrt_build.packages import wheels
from pyrt_build.packages.lock import Locked
from pyrt_build.packages.resolve import SERVER_ONLY
from pyrt_build.packages.wheels import Wheel
from pyrt_build.server_code import known_modules

# There without any wheel: Pyodide's own modules, and what pyrt offers in place of Dash's server.
PROVIDED = frozenset({"dash", "pyrt", "js", "pyodide", "pyodide_js", "_pyodide"})
# Import names that the same-name rule gets wrong and that no lock or installation may know.
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
# plotly.express reads tables through one of these; without any it takes pandas.
TABLES = ("pandas", "polars", "pyarrow")

# What pandas imports only when a method is called, so that no import in sight names it.
PANDAS_FORMATS = {
    "read_excel": ("openpyxl", "xlrd"),
    "to_excel": ("openpyxl",),
    "read_html": ("lxml",),
    "read_xml": ("lxml",),
}

# How Python code provides modules that no file holds: `sys.meta_path`, `sys.modules`.
IMPORT_HOOKS = frozenset({"meta_path", "path_hooks", "modules"})

type Resolver = Callable[[Sequence[Wanted]], list[Locked]]


def settle(  # noqa: PLR0913  # an app, and what is known about it
    app: App,
    declared: Declared,
    lock: PyodideLockSpec,
    resolve: Resolver,
    *,
    absent_modules: AbstractSet[str] = frozenset(),
    only_there: AbstractSet[str] = frozenset(),
) -> tuple[list[Locked], list[str]]:
    """Resolve what the browser's part of an app needs.

    Args:
        app: that part.
        declared: the requirements that are written down.
        lock: Pyodide's.
        resolve: finds wheels.
        absent_modules: modules whose place stand-ins take.
        only_there: modules that only the server's part imports.

    Returns:
        The packages, and remarks for the author, such as imports no requirement covers.

    Raises:
        BuildError: something needed cannot be had.
    """
    imported = {canonicalize_name(found.module.split(".")[0]) for found in app.imports}
    unneeded = known_modules.distributions(absent_modules) | {
        canonicalize_name(_distribution(module, lock).name) for module in only_there - PROVIDED
    }
    choice = _Choice(resolve, declared)
    choice.add(
        [
            *(w for w in declared.wanted if _is_for_browser(w, imported, unneeded)),
            *_plotly(app, declared),
        ]
    )
    remarks = [
        f"{w.origin} names {w.requirement.name}, which only the server needs"
        for w in declared.wanted
        if canonicalize_name(w.requirement.name) in unneeded
    ]
    missing = [
        found
        for found in _uncovered(app, choice.locked)
        if not known_modules.covers(found.module, absent_modules)
    ]
    needed = [found for found in missing if not found.optional]
    choice.add([_wanted(found, lock) for found in needed])
    if declared.source:
        remarks += [
            f"{found.where} imports {found.module}, which {declared.source} does not name"
            for found in needed
        ]
    choice.try_to_add([_wanted(found, lock) for found in missing if found.optional])
    for found in () if declared.source else _pandas_formats(app):
        choice.try_to_add([_wanted(found, lock)])
    return choice.locked, remarks


class _Choice:
    """What has been asked for so far, and the packages that it comes to.

    With each component package comes what it trusts dash to have brought.
    """

    def __init__(self, resolve: Resolver, declared: Declared) -> None:
        self._resolve = resolve
        self._declared = declared
        self._wanted: list[Wanted] = []
        self.locked: list[Locked] = []

    def add(self, more: Sequence[Wanted]) -> None:
        """Ask for more.

        Raises:
            BuildError: it cannot be had; nothing has changed then.
        """
        if not more:
            return
        wanted = [*self._wanted, *more]
        locked = self._resolve(wanted)
        trusting = _trusting_dash(locked, self._declared)
        if trusting:
            wanted += trusting
            locked = self._resolve(wanted)
        self._wanted, self.locked = wanted, locked

    def try_to_add(self, more: Sequence[Wanted]) -> None:
        """Ask for more that the app can do without: all of it, or none."""
        with contextlib.suppress(BuildError):
            self.add(more)


def _wanted(found: Import, lock: PyodideLockSpec) -> Wanted:
    return Wanted(_distribution(found.module, lock), found.where)


def _pandas_formats(app: App) -> Iterable[Import]:
    """What pandas will look for when the app calls methods of these names."""
    where = next((i.where for i in app.imports if i.module.split(".")[0] == "pandas"), None)
    formats = {name for word in PANDAS_FORMATS.keys() & app.words for name in PANDAS_FORMATS[word]}
    return [Import(name, where, optional=True) for name in sorted(formats) if where]


def _is_for_browser(wanted: Wanted, imported: AbstractSet[str], unneeded: AbstractSet[str]) -> bool:
    """Whether a written requirement is worth its bytes.

    Not what only code of the server uses; not a server's parts, unless imported; nor the Python of
    plotly in an app that only draws figures from dictionaries, which needs plotly.js and no more.
    """
    name = canonicalize_name(wanted.requirement.name)
    if name in unneeded:
        return False
    return (name != "plotly" and name not in SERVER_ONLY) or name in imported


def plotly_requirement(declared: Declared) -> Requirement:
    """Which plotly to take plotly.js from."""
    for wanted in declared.wanted:
        if canonicalize_name(wanted.requirement.name) == "plotly":
            return wanted.requirement
    return Requirement("plotly>=6")  # the first with its plotly.js beside it


def uses_graphs(app: App, packages: Iterable[Wheel]) -> bool:
    """Whether a page of the app may show a figure, and so needs plotly.js."""
    return "Graph" in app.words or any(
        re.search(rb"\bGraph\(", source)
        for package in packages
        for path, source in package.python.items()
        if path.endswith(".py")
    )


def _plotly(app: App, declared: Declared) -> Iterable[Wanted]:
    """Plotly and what its parts need: their own imports are hidden behind functions."""
    written = {canonicalize_name(wanted.requirement.name) for wanted in declared.wanted}
    where = next((i.where for i in app.imports if i.module.startswith("plotly")), "")
    if app.imported("plotly") and "plotly" not in written:
        yield Wanted(Requirement("plotly"), where)
    if any(app.imported(f"plotly.{part}") for part in ("express", "figure_factory")):
        yield Wanted(Requirement("numpy"), f"{where} (plotly.express)")
        if not declared.source and not any(map(app.imported, TABLES)):
            yield Wanted(Requirement("pandas"), f"{where} (plotly.express)")


def _trusting_dash(locked: Sequence[Locked], declared: Declared) -> list[Wanted]:
    """What component packages import and trust dash to have brought, as generated classes do."""
    missing = BROUGHT_BY_DASH.keys() - {package.name.replace("-", "_") for package in locked}
    found: dict[str, Wanted] = {}
    for package in locked:
        wheel = None if package.entry else wheels.read(package.path)
        if wheel and wheel.page:
            for module in sorted(missing & _imported_from(wheel)):
                distribution = BROUGHT_BY_DASH[module]
                is_plotly = distribution == "plotly"
                need = plotly_requirement(declared) if is_plotly else Requirement(distribution)
                found.setdefault(module, Wanted(need, f"{package.name} {package.version}"))
    return list(found.values())


def _imported_from(wheel: Wheel) -> set[str]:
    """The top-level modules that a wheel's Python imports when it is imported, by its text."""
    names = {
        name.decode()
        for path, source in wheel.python.items()
        if path.endswith(".py")
        for name in re.findall(rb"(?m)^(?:import|from) (\w+)", source)
    }
    return names - {path.split("/")[0].removesuffix(".py") for path in wheel.python}


def _uncovered(app: App, locked: Iterable[Locked]) -> list[Import]:
    """Imports that neither Python, pyrt nor a resolved package satisfies; one per module.

    An app with an import hook of its own may provide modules itself: those that it spells in a
    string, too, are optional.
    """
    own = app.texts if app.words & IMPORT_HOOKS else frozenset[str]()
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
        optional = found.optional or top in own
        if top in provided:
            continue
        if top not in missing or (missing[top].optional and not optional):
            missing[top] = Import(top, found.where, optional)
    return list(missing.values())


def _distribution(module: str, lock: PyodideLockSpec) -> Requirement:
    """The distribution behind an import name, as Pyodide, then this machine, knows it."""
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
