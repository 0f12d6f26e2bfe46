"""The versions of each package that run in a browser, and what each of them requires.

Sources: Pyodide's distribution, the package index through pip, addresses and paths, and source
distributions of the packages that the app's developer allows to be built.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pyrt_build.app.formats import markers
from pyrt_build.console.notes import Code, Note
from pyrt_build.console.output import warn
from pyrt_build.packages import pip, python_part, wheels
from pyrt_build.packages.distribution import LazyDistribution
from pyrt_build.packages.search.nearest import nearest_first
from pyrt_build.packages.search.rules import Rules, fails

if TYPE_CHECKING:
    from pyodide_lock import PackageSpec

PARALLEL = 4  # processes of pip at a time
MAX_LISTED = 30  # versions of one package that are tried in a search


# Pure packages whose builds in Pyodide are patched for browsers: HTTP by the browser, maps.
PATCHED = frozenset({"geopandas", "httpx", "requests", "urllib3"})


_EXTRA = re.compile(r"""extra == ["']([^"']+)""")


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One version of a package, with some of its extras.

    Attributes:
        wheel: on the package index; it is downloaded when the search has ended.
        entry: Pyodide's own build.
        path: a wheel on this machine: given by its path or address, built, or the Python alone.
        without_compiled: it lacks the compiled code that Pyodide's build has.
    """

    name: str
    version: Version
    extras: frozenset[str] = frozenset()
    wheel: pip.Wheel | None = None
    entry: "PackageSpec | None" = None
    path: Path | None = None
    without_compiled: bool = False


class Candidates:
    """Finds candidates; what was found is kept for the next search of this build."""

    def __init__(
        self, distribution: LazyDistribution, rules: Rules, builder: Callable[[Requirement], Path]
    ) -> None:
        self.distribution = distribution
        self._rules = rules
        self._builder = builder
        self._newest: dict[str, list[tuple[SpecifierSet, pip.Wheel]]] = {}
        self._versions: dict[str, list[Version]] = {}
        self._wheels: dict[tuple[str, Version], pip.Wheel | None] = {}
        self._requires: dict[tuple[str, str], list[Requirement]] = {}

    # --- the search

    def find(
        self, name: str, specifier: SpecifierSet, wish: SpecifierSet | None = None
    ) -> Iterator[Candidate]:
        """Yield the candidates that a specifier allows, the best first.

        That is Pyodide's build of compiled packages, and then the newest; with a wish, what is
        nearest to it.
        """
        if wish is not None:
            yield from self._nearest(name, specifier, wish)
            return
        entry = self._entry(name)
        preferred = self._preferred(name)
        if preferred and specifier.contains(preferred.version, prereleases=True):
            yield Candidate(name, Version(preferred.version), entry=preferred)
        found = False
        for candidate in self._on_index(name, specifier):
            found = True
            yield candidate
        if entry and not preferred and not found and specifier.contains(entry.version):
            yield Candidate(name, Version(entry.version), entry=entry)
        if not entry and not found:
            yield from self._python_alone(name, specifier, wish)

    def _python_alone(
        self, name: str, specifier: SpecifierSet, wish: SpecifierSet | None
    ) -> Iterator[Candidate]:
        """Yield the versions of which there is the Python, in a wheel for other machines."""
        listed = list(specifier.filter(python_part.versions(name, self._rules.index_url)))
        for version in nearest_first(listed, wish or SpecifierSet())[:MAX_LISTED]:
            path = python_part.wheel(name, version, self._rules.index_url)
            if path:
                yield Candidate(name, version, path=path, without_compiled=True)

    def has(self, name: str, specifier: SpecifierSet) -> bool:
        """Tell whether there is any candidate."""
        return next(self.find(name, specifier), None) is not None

    def may_have(self, name: str, specifier: SpecifierSet) -> bool:
        """Tell whether a version that runs in a browser is allowed; looks at versions only."""
        entry = self._entry(name)
        if entry and specifier.contains(entry.version, prereleases=True):
            return True
        return (
            next(iter(specifier.filter(self._all_versions(name), prereleases=True)), None)
            is not None
        )

    def is_of_pyodide(self, name: str) -> bool:
        """Tell whether Pyodide's build of a package comes before the index."""
        return self._preferred(name) is not None

    def newest(self, name: str) -> Version | None:
        """Return the newest final version with a wheel on the index; None if there is none."""
        return next((v for v in self.versions(name) if not v.is_prerelease), None)

    def versions(self, name: str) -> list[Version]:
        """Return the versions on the index that run in a browser, the newest first."""
        if name not in self._versions:
            listed = [_version(text) for text in pip.versions(name, self._rules.index_url)]
            self._versions[name] = [v for v in listed if v and not fails(name, v)]
        return self._versions[name]

    def requires(self, candidate: Candidate) -> list[Requirement]:
        """Return what a candidate requires, for its extras, without markers.

        For Pyodide's own builds the names are those of its lock, and the versions those of the
        wheel's metadata.
        """
        stated = [r for r in self._stated(candidate) if markers.applies(r, candidate.extras)]
        if candidate.entry:
            bounds = {str(canonicalize_name(r.name)): r for r in stated}
            names = [str(canonicalize_name(name)) for name in candidate.entry.depends]
            if candidate.entry.file_name.endswith("-any.whl"):  # the lock may have less
                names = list(dict.fromkeys((*names, *bounds)))
            stated = [bounds.get(name) or Requirement(name) for name in names]
        plain = [markers.without_marker(requirement) for requirement in stated]
        return self._rules.apply(candidate.name, plain)

    def optional_bounds(self, candidate: Candidate) -> Iterator[Requirement]:
        """Yield what a candidate would require for its extras, without markers and extras."""
        for stated in self._stated(candidate):
            extras = _EXTRA.findall(str(stated.marker or ""))
            if stated.specifier and any(markers.applies(stated, [extra]) for extra in extras):
                bound = Requirement(f"{stated.name}{stated.specifier}")
                yield from self._rules.apply(candidate.name, [bound])

    # --- asking for many at once

    def prefetch(self, requirements: Iterable[Requirement]) -> None:
        """Ask the index for what the requirements will need, a level of the tree in one call."""
        seen: set[str] = set()
        pending = list(requirements)
        while pending:
            level = [r for r in pending if not r.url and self._name(r) not in seen]
            seen |= {self._name(r) for r in level}
            asked = {self._name(r): r for r in level if not self._is_known(r)}
            self._list([self._name(r) for r in level if self._is_elsewhere(r)])
            self._ask_for_all(asked)
            pending = [need for r in level for need in self._first_needs(r)]

    def _first_needs(self, requirement: Requirement) -> list[Requirement]:
        name = self._name(requirement)
        known = [wheel for _, wheel in self._newest.get(name, [])]
        entry = self._preferred(name)
        candidate = None
        if entry:
            candidate = Candidate(name, Version(entry.version), entry=entry)
        elif known:
            candidate = Candidate(name, Version(known[-1].version), wheel=known[-1])
        if candidate is None:
            return []
        return self.requires(replace(candidate, extras=frozenset(requirement.extras)))

    def _is_known(self, requirement: Requirement) -> bool:
        """Tell whether Pyodide has it, or the index was asked before."""
        name = self._name(requirement)
        if self._preferred(name):
            return True
        return name in self._newest or name in self._versions or name in self._rules.allow_build

    def _is_elsewhere(self, requirement: Requirement) -> bool:
        """Tell whether Pyodide has the package, and not in a version that is allowed."""
        entry = self._preferred(self._name(requirement))
        if not entry:
            return False
        return not requirement.specifier.contains(entry.version, prereleases=True)

    def _list(self, names: Iterable[str]) -> None:
        """Ask the index for the versions of several packages at a time."""
        with ThreadPoolExecutor(PARALLEL) as threads:
            list(threads.map(self.versions, names))

    def _ask_for_all(self, asked: dict[str, Requirement]) -> None:
        questions = [Requirement(f"{name}{r.specifier}") for name, r in asked.items()]
        found = pip.newest(questions, self._rules.index_url)
        if found is None:
            # At least one has no wheel: look at the versions of each.
            self._list(asked)
            best = {name: self._best_listed(name, r.specifier) for name, r in asked.items()}
            pins = [Requirement(f"{name}=={version}") for name, version in best.items() if version]
            found = pip.newest(pins, self._rules.index_url) or {}
        for name, wheel in found.items():
            self._remember(name, asked[name].specifier, wheel)

    def _best_listed(self, name: str, specifier: SpecifierSet) -> Version | None:
        return next(iter(specifier.filter(self.versions(name))), None) or next(
            iter(nearest_first(self.versions(name), specifier)), None
        )

    def _remember(self, name: str, specifier: SpecifierSet, wheel: pip.Wheel) -> None:
        if fails(name, Version(wheel.version)):
            return
        self._wheels[name, Version(wheel.version)] = wheel
        if specifier.contains(wheel.version, prereleases=True):
            self._newest.setdefault(name, []).append((specifier, wheel))

    # --- the package index

    def _on_index(self, name: str, specifier: SpecifierSet) -> Iterator[Candidate]:
        """Yield the versions on the index that a specifier allows, the newest first."""
        first = None if name in self._rules.allow_build else self._known_newest(name, specifier)
        if first:
            yield Candidate(name, Version(first.version), wheel=first)
        listed = list(specifier.filter(self._all_versions(name)))[:MAX_LISTED]
        for version in listed:
            if not first or version != Version(first.version):
                candidate = self._candidate(name, version)
                if candidate:
                    yield candidate
        if not first and not listed:
            yield from self._older_answer(name, specifier)

    def _older_answer(self, name: str, specifier: SpecifierSet) -> Iterator[Candidate]:
        """Yield what the index offered before, where it may be out of reach."""
        question = Requirement(f"{name}{specifier}")
        older = pip.older_answer(question, self._rules.index_url)
        if older and pip.is_downloaded(older) and not fails(name, Version(older.version)):
            text = f"The index has no {question}; using {older.file_name} as before"
            warn(Note(Code.OLDER_WHEEL, text))
            self._remember(name, specifier, older)
            yield Candidate(name, Version(older.version), wheel=older)

    def _known_newest(self, name: str, specifier: SpecifierSet) -> pip.Wheel | None:
        """Return the newest wheel that a specifier allows; ask for it if no answer is known."""
        for asked, wheel in self._newest.get(name, []):
            if set(asked) <= set(specifier) and specifier.contains(wheel.version, prereleases=True):
                return wheel
        if name in self._versions:
            return None
        found = pip.newest([Requirement(f"{name}{specifier}")], self._rules.index_url)
        if not found or fails(name, Version(found[name].version)):
            return None
        self._remember(name, specifier, found[name])
        return found[name]

    def _all_versions(self, name: str) -> list[Version]:
        listed = self.versions(name)
        if name in self._rules.allow_build:
            source = (_version(v) for v in pip.versions(name, self._rules.index_url, "source"))
            listed = sorted({*listed, *(v for v in source if v)}, reverse=True)
        return listed

    def _candidate(self, name: str, version: Version) -> Candidate | None:
        """Return the candidate of a version on the index; None if its metadata cannot be had."""
        if version not in self.versions(name):
            path = self._builder(Requirement(f"{name}=={version}"))
            return Candidate(name, version, path=path)
        if (name, version) not in self._wheels:
            pin = Requirement(f"{name}=={version}")
            found = pip.newest([pin], self._rules.index_url) or {}
            self._wheels[name, version] = found.get(name)
        wheel = self._wheels[name, version]
        return Candidate(name, version, wheel=wheel) if wheel else None

    def _nearest(
        self, name: str, specifier: SpecifierSet, wish: SpecifierSet
    ) -> Iterator[Candidate]:
        entry = self._entry(name)
        own = Version(entry.version) if entry else None
        if entry and own and name in PATCHED and self._preferred(name) and own in specifier:
            yield Candidate(name, own, entry=entry)
        listed = {*self._all_versions(name), *([own] if own else [])}
        allowed = list(specifier.filter(listed, prereleases=True))
        found = False
        for version in nearest_first(allowed, wish)[:MAX_LISTED]:
            candidate = (
                Candidate(name, version, entry=entry)
                if version == own
                else self._candidate(name, version)
            )
            if candidate:
                found = True
                yield candidate
        if not found and (alone := list(self._python_alone(name, specifier, wish))):
            yield from alone
        elif not found:
            yield from self.find(name, specifier)

    # --- metadata

    def _entry(self, name: str) -> "PackageSpec | None":
        if name in self._rules.allow_build:
            return None
        return self.distribution.opened.find(name)

    def _preferred(self, name: str) -> "PackageSpec | None":
        """Return Pyodide's build of a package if it comes before the index; else None.

        That is a compiled one, and one that is patched for browsers.
        """
        entry = self._entry(name)
        if entry is None or not entry.file_name.endswith("-any.whl"):
            return entry
        return entry if name in PATCHED and name not in self._rules.prefer_index else None

    def _stated(self, candidate: Candidate) -> Sequence[Requirement]:
        key = (candidate.name, str(candidate.path or candidate.version))
        if key not in self._requires:
            if candidate.wheel:
                stated = [_requirement(line) for line in candidate.wheel.requires]
            else:
                stated = list(wheels.dependencies(self.path(candidate)))
            self._requires[key] = stated
        return self._requires[key]

    def path(self, candidate: Candidate) -> Path:
        """Return the file of a candidate that is not on the index."""
        if candidate.path:
            return candidate.path
        assert candidate.entry
        return self.distribution.opened.fetch(candidate.entry)

    @staticmethod
    def _name(requirement: Requirement) -> str:
        return str(canonicalize_name(requirement.name))


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _requirement(line: str) -> Requirement:
    """Parse a line of metadata; of one that is not valid any more, only the name counts."""
    try:
        return Requirement(line)
    except InvalidRequirement:
        found = re.match(r"[A-Za-z0-9][\w.-]*", line)
        return Requirement(found[0] if found else "unnamed")
