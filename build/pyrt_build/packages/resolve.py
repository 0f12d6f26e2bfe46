"""Chooses a wheel for each requirement, and for what those wheels require.

Greedy, like micropip: the first version that is chosen for a name is kept. If a later requirement
excludes it, the search starts again with that requirement as a constraint. Packages with compiled
code are taken from Pyodide where it has them, all others from the package index, in the newest
release. A release with only a source distribution is built, if that needs no compiler.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlparse

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from pyodide_lock import PackageSpec

from pyrt_build import cache, target
from pyrt_build.app.declared import SourcedRequirement
from pyrt_build.console.output import progress
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution, download, lock, pip, wheels
from pyrt_build.packages.lock import LockedPackage

MAX_RESTARTS = 20
DASH = Requirement(f"dash=={target.DASH_VERSION}")

# Packages of a Dash server. They become part of a site only if the app imports them, and never
# because another package requires them.
SERVER_PACKAGES = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "flask werkzeug gunicorn waitress uvicorn hypercorn gevent eventlet quart uwsgi"
        " flask-compress flask-caching brotli dash-testing-stub"
    ).split()
)

# Values of environment markers in the browser.
MARKERS = {
    "implementation_name": "cpython",
    "implementation_version": target.PYTHON_VERSION,
    "os_name": "posix",
    "platform_machine": "wasm32",
    "platform_python_implementation": "CPython",
    "platform_release": target.EMSCRIPTEN_VERSION,
    "platform_system": "Emscripten",
    "platform_version": "#1",
    "python_full_version": target.PYTHON_VERSION,
    "python_version": target.PYTHON_SERIES,
    "sys_platform": "emscripten",
}


class _NewConstraint(Exception):  # noqa: N818 -- control flow
    """A requirement excludes the version that is already chosen."""

    def __init__(self, sourced: SourcedRequirement) -> None:
        super().__init__(str(sourced.requirement))
        self.sourced = sourced


def dash_wheel(index_url: str | None = None) -> Path:
    """Return the dash wheel whose component bundles and metadata become part of each site."""
    return page_wheel(DASH, index_url)


def page_wheel(requirement: Requirement, index_url: str | None = None) -> Path:
    """Return a wheel of which the site gets only what the page loads: of dash, of plotly."""
    result = pip.download([requirement], index_url)
    for reason in result.missing.values():
        raise BuildError(f"{requirement}, part of every site, cannot be had.\n{_indented(reason)}")
    (wheel,) = result.wheels.values()
    return wheel


def resolve(
    requirements: Sequence[SourcedRequirement],
    pyodide_source: str | None,
    index_url: str | None,
    *,
    cdn: bool,
) -> list[LockedPackage]:
    """Find a wheel for every requirement, and for everything that those wheels require.

    Args:
        requirements: what the app needs.
        pyodide_source: value of `--pyodide`.
        index_url: value of `--index-url`.
        cdn: whether packages stay on Pyodide's CDN.

    Raises:
        BuildError: a package has no wheel that runs in a browser, or requirements contradict
            each other.
    """
    options = (pyodide_source, index_url, "cdn" if cdn else None)
    cached = lock.cache_get(requirements, *options)
    if cached is not None:
        return cached
    reasons = []
    for source in distribution.distributions(pyodide_source, cdn=cdn):
        try:
            found = _until_consistent(requirements, _LazyDistribution(source), index_url)
        except download.Unreachable as error:
            progress(str(error))
            reasons.append(str(error))
        else:
            lock.cache_put(requirements, found, *options)
            return found
    raise BuildError(
        "A package of Pyodide's distribution is needed, and no source has it:\n  "
        + "\n  ".join(reasons)
        + "\nGive an unpacked distribution with --pyodide DIR, or build once where the network is."
    )


class _LazyDistribution:
    """A distribution that is opened when a package may come from it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._opened: distribution.Distribution | None = None

    @property
    def opened(self) -> distribution.Distribution:
        if self._opened is None:
            self._opened = distribution.open_distribution(self.source)
        return self._opened


def _until_consistent(
    requirements: Sequence[SourcedRequirement],
    distribution: _LazyDistribution,
    index_url: str | None,
) -> list[LockedPackage]:
    constraints: dict[str, list[SourcedRequirement]] = {}
    for _ in range(MAX_RESTARTS):
        try:
            return _Search(constraints, distribution, index_url).run(requirements)
        except _NewConstraint as found:
            constraints.setdefault(_canonical(found.sourced), []).append(found.sourced)
    names = ", ".join(sorted(constraints))
    raise BuildError(f"No versions of {names} satisfy all requirements. Pin one that does.")


def _canonical(sourced: SourcedRequirement) -> str:
    return str(canonicalize_name(sourced.requirement.name))


@dataclass(slots=True)
class _Search:
    """One pass over the requirements.

    Attributes:
        constraints: requirements by name, from passes that found them too late.
        chosen: the packages so far, by name.
        extras: the extras that were required, by name.
    """

    constraints: Mapping[str, Sequence[SourcedRequirement]]
    distribution: _LazyDistribution
    index_url: str | None
    chosen: dict[str, LockedPackage] = field(default_factory=dict)
    extras: dict[str, set[str]] = field(default_factory=dict)

    def run(self, requirements: Sequence[SourcedRequirement]) -> list[LockedPackage]:
        pending = list(requirements)
        while pending:
            new = self._choose(self._unmet(pending))
            pending = [need for name in new for need in self._needs(name)]
        return [self.chosen[name] for name in sorted(self.chosen)]

    def _unmet(self, pending: Iterable[SourcedRequirement]) -> dict[str, list[SourcedRequirement]]:
        """Return those that apply in the browser and need a choice, by name."""
        unmet: dict[str, list[SourcedRequirement]] = {}
        for sourced in pending:
            requirement, name = sourced.requirement, _canonical(sourced)
            if name in {"dash", "pyrt-dash"}:  # pyrt itself is dash in the browser
                continue
            if requirement.marker and not requirement.marker.evaluate({**MARKERS, "extra": ""}):
                continue
            choice = self.chosen.get(name)
            new_extras = requirement.extras - self.extras.setdefault(name, set())
            self.extras[name] |= requirement.extras
            if choice is None:
                unmet.setdefault(name, []).append(sourced)
            elif not requirement.specifier.contains(choice.version, prereleases=True):
                self._contradict(sourced, choice)
            elif new_extras:
                unmet.setdefault(name, []).append(sourced)
        return unmet

    def _contradict(self, sourced: SourcedRequirement, choice: LockedPackage) -> None:
        known = self.constraints.get(_canonical(sourced), ())
        if any(old.requirement == sourced.requirement for old in known):
            raise BuildError(
                f"{sourced.origin} needs {sourced.requirement}, but {choice.name} {choice.version} "
                "is what the other requirements and the browser allow. Change one of them."
            )
        raise _NewConstraint(sourced)

    def _choose(self, unmet: Mapping[str, Sequence[SourcedRequirement]]) -> list[str]:
        """Choose a version for each name; return the names."""
        requested: dict[str, Requirement] = {}
        for name, group in unmet.items():
            if name in self.chosen:
                continue
            applicable = [*group, *self.constraints.get(name, ())]
            given = next((s for s in applicable if s.requirement.url), None)
            specifier = SpecifierSet(",".join(str(s.requirement.specifier) for s in applicable))
            if given:
                self.chosen[name] = _from_url(given.requirement, given.origin)
            elif not self._take_compiled(name, specifier):
                requested[name] = Requirement(f"{name}{specifier}")
        self._take_from_index(requested, unmet)
        return list(unmet)

    def _take_compiled(self, name: str, specifier: SpecifierSet) -> bool:
        """Choose Pyodide's own build, if it has compiled code and satisfies the specifier."""
        entry = self.distribution.opened.find(name)
        if entry is None or entry.file_name.endswith("-any.whl"):
            return False
        if not specifier.contains(entry.version, prereleases=True):
            return False
        self._take_entry(name, entry)
        return True

    def _take_entry(self, name: str, entry: PackageSpec) -> None:
        path = self.distribution.opened.fetch(entry)
        depends = tuple(str(canonicalize_name(need)) for need in entry.depends)
        self.chosen[name] = LockedPackage(name, entry.version, path, entry.sha256, depends, entry)

    def _take_from_index(
        self,
        requested: Mapping[str, Requirement],
        unmet: Mapping[str, Sequence[SourcedRequirement]],
    ) -> None:
        result = pip.download(list(requested.values()), self.index_url)
        for name, path in result.wheels.items():
            newer = result.newer.get(name)
            self.chosen[name] = (newer and self._built(name, newer)) or _locked(name, path)
        for name, reason in result.missing.items():
            self._take_otherwise(requested[name], unmet[name][0], reason)

    def _built(self, name: str, version: str) -> LockedPackage | None:
        """Build a release that has only a source distribution; None if that needs a compiler."""
        built = pip.build(Requirement(f"{name}=={version}"), self.index_url)
        return None if isinstance(built, str) else _locked(name, built)

    def _take_otherwise(
        self, requirement: Requirement, sourced: SourcedRequirement, reason: str
    ) -> None:
        """Choose Pyodide's own build, or build from source, as the index has no wheel."""
        name = str(canonicalize_name(requirement.name))
        entry = self.distribution.opened.find(name)
        if entry and requirement.specifier.contains(entry.version, prereleases=True):
            self._take_entry(name, entry)
            return
        if reason == pip.NO_SUCH_PACKAGE and entry is None:
            raise BuildError(
                f"{sourced.origin} needs {requirement}, and {reason}. Correct the name there; if "
                "the module is your own, put its file beside the app's."
            )
        built = pip.build(requirement, self.index_url)
        if isinstance(built, str):
            raise BuildError(
                f"{sourced.origin} needs {requirement}, and no version of it runs in a browser: "
                f"there is no pure Python wheel, none for {target.PLATFORM}, none in Pyodide"
                f"{_hint(entry)}.\n{_indented(reason)}\n{_indented(built)}"
            )
        self.chosen[name] = _locked(name, built)

    def _needs(self, name: str) -> Iterable[SourcedRequirement]:
        """Yield what a chosen package requires.

        For Pyodide's own builds the names are those of its lock, and the versions those of the
        wheel's metadata.
        """
        package = self.chosen[name]
        extras = self.extras.get(name, set())
        stated = [r for r in wheels.dependencies(package.path) if _applies(r, extras)]
        if package.entry:
            versions = {str(canonicalize_name(r.name)): r for r in stated}
            stated = [versions.get(need) or Requirement(need) for need in package.depends]
        if name not in SERVER_PACKAGES:
            stated = [r for r in stated if canonicalize_name(r.name) not in SERVER_PACKAGES]
        origin = f"{package.name} {package.version}"
        return [SourcedRequirement(_without_marker(requirement), origin) for requirement in stated]


def omitted_server_packages(packages: Sequence[LockedPackage]) -> set[str]:
    """Return the modules of server packages that are required and not part of the site.

    Packages for dash import flask without requiring it, since dash requires it.
    """
    shipped = {package.name for package in packages}
    required = {
        str(canonicalize_name(requirement.name))
        for package in packages
        if package.name not in SERVER_PACKAGES
        for requirement in wheels.dependencies(package.path)
        if _applies(requirement, ())
    }
    if required & ({"dash"} | SERVER_PACKAGES):
        required |= {"flask", "werkzeug"}
    return {name.replace("-", "_") for name in required & SERVER_PACKAGES - shipped}


def _hint(entry: PackageSpec | None) -> str:
    return f" (which has {entry.version})" if entry else ""


def _applies(requirement: Requirement, extras: Iterable[str]) -> bool:
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({**MARKERS, "extra": e}) for e in ("", *extras))


def _without_marker(requirement: Requirement) -> Requirement:
    """Return a requirement whose marker holds without the marker."""
    plain = Requirement(str(requirement))
    plain.marker = None
    return plain


def _locked(name: str, path: Path) -> LockedPackage:
    data = wheels.read_checked(path)
    return LockedPackage(name, wheels.version_of(path.name), path, cache.sha256(data))


def _from_url(requirement: Requirement, origin: str) -> LockedPackage:
    """Lock a wheel, a source distribution or a repository that is given by path or address."""
    name = str(canonicalize_name(requirement.name))
    parsed = urlparse(requirement.url or "")
    if not parsed.path.endswith(".whl"):
        built = pip.build(requirement)
        if isinstance(built, str):
            raise BuildError(f"{origin}: {requirement} cannot be had.\n{_indented(built)}")
        return _locked(name, built)
    if parsed.scheme == "file":
        path = Path(unquote(parsed.path))
        if not path.is_file():
            raise BuildError(f"{origin}: there is no file {path}.")
        return _locked(name, path)
    result = pip.download([requirement])
    for reason in result.missing.values():
        raise BuildError(f"{origin}: {requirement} cannot be had.\n{_indented(reason)}")
    return _locked(name, result.wheels[name])


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
