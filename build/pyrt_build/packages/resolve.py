"""Requirements -> locked wheels, with hashes.

Greedy, as micropip: the first choice for a name stands; when a later requirement excludes it, the
search starts again with both. Prefers Pyodide's own build where a package has compiled code, and
the package index for the rest: there the newest release, also one that has no wheel but builds.
May import index, pyodide, wheels, config, cache and errors.
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
from pyrt_build.app.requirements import Wanted
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution, lock, pip, wheels
from pyrt_build.packages.lock import Locked

DASH = Requirement(f"dash=={target.DASH_VERSION}")

# What a Dash server needs. A browser has no server: these are shipped only to an app that imports
# them by name, and never because another package requires them.
SERVER_ONLY = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "flask werkzeug gunicorn waitress uvicorn hypercorn gevent eventlet quart uwsgi"
        " flask-compress flask-caching brotli dash-testing-stub"
    ).split()
)

# Markers are evaluated for the browser, not for the machine that builds.
TARGET = {
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


class _Tighten(Exception):  # noqa: N818 -- control flow
    """A choice made earlier does not satisfy a later requirement."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__(str(wanted.requirement))
        self.wanted = wanted


def dash_wheel(index_url: str | None = None) -> Path:
    """The dash wheel whose component bundles and metadata this version of pyrt is made for."""
    return page_wheel(DASH, index_url)


def page_wheel(requirement: Requirement, index_url: str | None = None) -> Path:
    """A wheel from which a site takes only what the page loads: dash's, and plotly's plotly.js."""
    answer = pip.download([requirement], index_url)
    for reason in answer.missing.values():
        raise BuildError(f"{requirement}, part of every site, cannot be had.\n{_indented(reason)}")
    (wheel,) = answer.wheels.values()
    return wheel


def resolve(
    wanted: Sequence[Wanted], pyodide_source: str | None, index_url: str | None, *, cdn: bool
) -> list[Locked]:
    """Find a wheel for every requirement and everything those need.

    Raises:
        BuildError: a package has no wheel that runs in a browser, or requirements contradict
            each other.
    """
    circumstances = (pyodide_source, index_url, "cdn" if cdn else None)
    known = lock.recall(wanted, *circumstances)
    if known is not None:
        return known
    reasons = []
    for source in distribution.distributions(pyodide_source, cdn=cdn):
        try:
            found = _until_consistent(wanted, _Lazy(source), index_url)
        except distribution.Unreachable as error:
            reasons.append(str(error))
        else:
            lock.remember(wanted, found, *circumstances)
            return found
    raise BuildError(
        "A package of Pyodide's distribution is needed and no source of it answers:\n  "
        + "\n  ".join(reasons)
        + "\nGive an unpacked distribution with --pyodide DIR, or build once where the network is."
    )


class _Lazy:
    """A distribution that is opened only when a package may come from it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._opened: distribution.Distribution | None = None

    @property
    def opened(self) -> distribution.Distribution:
        if self._opened is None:
            self._opened = distribution.open_distribution(self.source)
        return self._opened


def _until_consistent(
    wanted: Sequence[Wanted], distribution: _Lazy, index_url: str | None
) -> list[Locked]:
    constraints: dict[str, list[Wanted]] = {}
    for _ in range(20):
        try:
            return _Search(constraints, distribution, index_url).run(wanted)
        except _Tighten as found:
            constraints.setdefault(_canonical(found.wanted), []).append(found.wanted)
    names = ", ".join(sorted(constraints))
    raise BuildError(f"No versions of {names} satisfy all requirements. Pin one that does.")


def _canonical(wanted: Wanted) -> str:
    return str(canonicalize_name(wanted.requirement.name))


@dataclass(slots=True)
class _Search:
    constraints: Mapping[str, Sequence[Wanted]]
    distribution: _Lazy
    index_url: str | None
    chosen: dict[str, Locked] = field(default_factory=dict)
    extras: dict[str, set[str]] = field(default_factory=dict)

    def run(self, wanted: Sequence[Wanted]) -> list[Locked]:
        pending = list(wanted)
        while pending:
            new = self._choose(self._unmet(pending))
            pending = [need for name in new for need in self._needs(name)]
        return [self.chosen[name] for name in sorted(self.chosen)]

    def _unmet(self, pending: Iterable[Wanted]) -> dict[str, list[Wanted]]:
        """Requirements that apply in the browser and that no choice made so far satisfies."""
        unmet: dict[str, list[Wanted]] = {}
        for wanted in pending:
            requirement, name = wanted.requirement, _canonical(wanted)
            if name == "dash":  # pyrt itself is dash in the browser
                continue
            if requirement.marker and not requirement.marker.evaluate({**TARGET, "extra": ""}):
                continue
            choice = self.chosen.get(name)
            new_extras = requirement.extras - self.extras.setdefault(name, set())
            self.extras[name] |= requirement.extras
            if choice is None:
                unmet.setdefault(name, []).append(wanted)
            elif not requirement.specifier.contains(choice.version, prereleases=True):
                self._contradict(wanted, choice)
            elif new_extras:
                unmet.setdefault(name, []).append(wanted)
        return unmet

    def _contradict(self, wanted: Wanted, choice: Locked) -> None:
        known = self.constraints.get(_canonical(wanted), ())
        if any(old.requirement == wanted.requirement for old in known):
            raise BuildError(
                f"{wanted.origin} needs {wanted.requirement}, but {choice.name} {choice.version} "
                "is what the other requirements and the browser allow. Change one of them."
            )
        raise _Tighten(wanted)

    def _choose(self, unmet: Mapping[str, Sequence[Wanted]]) -> list[str]:
        asked: dict[str, Requirement] = {}
        for name, group in unmet.items():
            if name in self.chosen:
                continue
            all_wanted = [*group, *self.constraints.get(name, ())]
            given = next((w for w in all_wanted if w.requirement.url), None)
            specifier = SpecifierSet(",".join(str(w.requirement.specifier) for w in all_wanted))
            if given:
                self.chosen[name] = _from_url(given.requirement, given.origin)
            elif not self._take_compiled(name, specifier):
                asked[name] = Requirement(f"{name}{specifier}")
        self._take_from_index(asked, unmet)
        return list(unmet)

    def _take_compiled(self, name: str, specifier: SpecifierSet) -> bool:
        """Take Pyodide's own build of a package with compiled code."""
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
        self.chosen[name] = Locked(name, entry.version, path, entry.sha256, depends, entry)

    def _take_from_index(
        self, asked: Mapping[str, Requirement], unmet: Mapping[str, Sequence[Wanted]]
    ) -> None:
        answer = pip.download(list(asked.values()), self.index_url)
        for name, path in answer.wheels.items():
            newer = answer.newer.get(name)
            self.chosen[name] = (newer and self._built(name, newer)) or _locked(name, path)
        for name, reason in answer.missing.items():
            self._take_otherwise(asked[name], unmet[name][0], reason)

    def _built(self, name: str, version: str) -> Locked | None:
        """A release that has only a source distribution, if that builds without a compiler."""
        built = pip.build(Requirement(f"{name}=={version}"), self.index_url)
        return None if isinstance(built, str) else _locked(name, built)

    def _take_otherwise(self, requirement: Requirement, wanted: Wanted, reason: str) -> None:
        """Take Pyodide's own, or build from source, when the index has no wheel."""
        name = str(canonicalize_name(requirement.name))
        entry = self.distribution.opened.find(name)
        if entry and requirement.specifier.contains(entry.version, prereleases=True):
            self._take_entry(name, entry)
            return
        if reason == pip.NO_SUCH_PACKAGE and entry is None:
            raise BuildError(
                f"{wanted.origin} needs {requirement}, and {reason}. Correct the name there; if "
                "the module is your own, put its file beside the app's."
            )
        built = pip.build(requirement, self.index_url)
        if isinstance(built, str):
            raise BuildError(
                f"{wanted.origin} needs {requirement}, and no version of it runs in a browser: "
                f"there is no pure Python wheel, none for {target.PLATFORM}, none in Pyodide"
                f"{_hint(entry)}.\n{_indented(reason)}\n{_indented(built)}"
            )
        self.chosen[name] = _locked(name, built)

    def _needs(self, name: str) -> Iterable[Wanted]:
        """What a chosen package depends on.

        The recipe of Pyodide's own build decides what; the wheel's metadata, which versions.
        """
        package = self.chosen[name]
        extras = self.extras.get(name, set())
        stated = [r for r in wheels.requirements(package.path) if _applies(r, extras)]
        if package.entry:
            versions = {str(canonicalize_name(r.name)): r for r in stated}
            stated = [versions.get(need) or Requirement(need) for need in package.depends]
        if name not in SERVER_ONLY:
            stated = [r for r in stated if canonicalize_name(r.name) not in SERVER_ONLY]
        origin = f"{package.name} {package.version}"
        return [Wanted(_without_marker(requirement), origin) for requirement in stated]


def left_at_home(packages: Sequence[Locked]) -> set[str]:
    """Modules of a server that packages count on and the site does not have.

    Packages for dash import flask without requiring it, since dash brings it.
    """
    shipped = {package.name for package in packages}
    required = {
        str(canonicalize_name(requirement.name))
        for package in packages
        if package.name not in SERVER_ONLY
        for requirement in wheels.requirements(package.path)
        if _applies(requirement, ())
    }
    if required & ({"dash"} | SERVER_ONLY):
        required |= {"flask", "werkzeug"}
    return {name.replace("-", "_") for name in required & SERVER_ONLY - shipped}


def _hint(entry: PackageSpec | None) -> str:
    return f" (which has {entry.version})" if entry else ""


def _applies(requirement: Requirement, extras: Iterable[str]) -> bool:
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({**TARGET, "extra": e}) for e in ("", *extras))


def _without_marker(requirement: Requirement) -> Requirement:
    """The same, once its marker has been found to hold: `extra` means nothing outside."""
    plain = Requirement(str(requirement))
    plain.marker = None
    return plain


def _locked(name: str, path: Path) -> Locked:
    data = wheels.check(path)
    return Locked(name, wheels.version_of(path.name), path, cache.sha256(data))


def _from_url(requirement: Requirement, origin: str) -> Locked:
    """A wheel, a source distribution or a repository, given by path or address."""
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
    answer = pip.download([requirement])
    for reason in answer.missing.values():
        raise BuildError(f"{origin}: {requirement} cannot be had.\n{_indented(reason)}")
    return _locked(name, answer.wheels[name])


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
