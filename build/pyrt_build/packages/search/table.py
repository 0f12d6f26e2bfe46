"""The rows of the table of a build: what the result does not meet as it is written, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from resolvelib.resolvers import Result

from pyrt_build.app.declared import SourcedRequirement
from pyrt_build.console.notes import Code
from pyrt_build.packages.distribution import LazyDistribution
from pyrt_build.packages.relaxed import Relaxed
from pyrt_build.packages.search import age, explain
from pyrt_build.packages.search.candidates import Candidate, Candidates
from pyrt_build.packages.search.need import Need
from pyrt_build.packages.search.provider import Provider

PYTHON_ALONE = (
    "Pyodide's build cannot be had here; this is the package's Python, which does the same more "
    "slowly"
)
UPPER = frozenset({"<", "<=", "==", "~=", "==="})

type Found = Result[Need, Candidate, str]


@dataclass(slots=True)
class Table:
    """What one search has found, beside what was asked.

    Attributes:
        declared: what the app requires, as it counts in a tab.
        pins: versions that are wished for, of packages that are needed otherwise.
        why: why a requirement of the app is not met as written, by name.
    """

    found: Found
    declared: Sequence[SourcedRequirement]
    pins: Sequence[SourcedRequirement]
    why: Mapping[str, str]
    wishes: Mapping[str, SpecifierSet]
    provider: Provider
    candidates: Candidates
    distribution: LazyDistribution
    index_url: str | None

    @property
    def _versions(self) -> dict[str, Version]:
        return {c.name: c.version for c in self.found.mapping.values()}

    def rows(self) -> Iterator[Relaxed]:
        """Yield the rows: one for each package, and those of bounds in packages."""
        named: set[str] = set()
        own = [*self._unmet(), *age.old_releases(self._bound(), self.index_url), *self._older()]
        for row in [*own, *self._without_compiled()]:
            name = str(canonicalize_name(row.package))
            if name not in named:
                named.add(name)
                yield row
        yield from self._ignored_bounds()

    def _unmet(self) -> Iterator[Relaxed]:
        """Yield a row for each requirement that the result does not meet as it is written."""
        versions = self._versions
        seen = set()
        wished = [s for s in self.pins if s.name in versions]
        for sourced in (*self.declared, *wished):
            version = versions.get(sourced.name)
            specifier = sourced.requirement.specifier
            if version is None or sourced.requirement.url or sourced.name in seen:
                continue
            if sourced.written:
                why = sourced.why
                wanted = f"{sourced.written} ({sourced.origin})"
            elif not specifier.contains(version, prereleases=True):
                why = self._why_not(sourced)
                wanted = f"{specifier} ({sourced.origin})"
            else:
                continue
            seen.add(sourced.name)
            yield Relaxed(sourced.requirement.name, wanted, str(version), why)

    def _why_not(self, sourced: SourcedRequirement) -> str:
        """Say why a requirement of the app is not met as it is written."""
        why = self.why.get(sourced.name) or explain.no_such_version(
            sourced.name, sourced.requirement, self.distribution
        )
        is_alone = any(
            c.without_compiled for c in self.found.mapping.values() if c.name == sourced.name
        )
        return f"{why}; {PYTHON_ALONE}" if is_alone else why

    def _ignored_bounds(self) -> Iterator[Relaxed]:
        """Yield a row for each bound of a package in the site that no version meets."""
        versions = self._versions
        origins = {f"{name} {version}" for name, version in versions.items()}
        for need in self.provider.ignored:
            if need.name in versions and need.origin in origins:
                why = explain.no_such_version(need.name, need.requirement, self.distribution)
                wanted = f"{need.requirement.specifier} ({need.origin})"
                yield Relaxed(need.requirement.name, wanted, str(versions[need.name]), why)

    def _without_compiled(self) -> Iterator[Relaxed]:
        """Yield a row for each package of which the site has the Python alone."""
        for candidate in self.found.mapping.values():
            if candidate.without_compiled and not candidate.extras:
                wanted, version = "with compiled code", str(candidate.version)
                yield Relaxed(candidate.name, wanted, version, PYTHON_ALONE, Code.PYTHON_ALONE)

    # --- versions that are older than they could be

    def _older(self) -> Iterator[Relaxed]:
        """Yield a row for each requirement of the app that gets an older version than it could.

        Its best version was not taken because of what that requires, or of another package's bound.
        """
        versions = self._versions
        for sourced in self.declared:
            requirement, version = sourced.requirement, versions.get(sourced.name)
            if version is None or requirement.url or sourced.name in self.why or sourced.written:
                continue
            best = next(
                self.candidates.find(
                    sourced.name, requirement.specifier, self.wishes.get(sourced.name)
                ),
                None,
            )
            if best is None or best.version <= version:
                continue
            wanted = f"{requirement.specifier or 'the newest'} ({sourced.origin})"
            why = f"{best.version} is newer: {self._what_excludes(best)}"
            yield Relaxed(requirement.name, wanted, str(version), why, Code.OLDER_RELEASE)

    def _what_excludes(self, best: Candidate) -> str:
        """Say why a version was not taken: who excludes it, or what it requires."""
        excluding = [
            f"{need.origin} needs {need.requirement}"
            for need in self._needs_of(best.name)
            if not need.requirement.specifier.contains(best.version, prereleases=True)
        ]
        if excluding:
            return "; ".join(excluding)
        reasons = [*filter(None, map(self._what_forbids, self.candidates.requires(best)))]
        return f"it {'; '.join(reasons)}" if reasons else "what it requires cannot be had"

    def _what_forbids(self, requirement: Requirement) -> str:
        """Say why a requirement of a version that was not taken cannot be met; else nothing."""
        name = str(canonicalize_name(requirement.name))
        version = self._versions.get(name)
        if not self.candidates.has(name, SpecifierSet()):
            return f"needs {name}, which cannot be had"
        if not self.candidates.has(name, requirement.specifier):
            return f"needs {requirement}, of which no version runs in a browser"
        if not version or requirement.specifier.contains(version, prereleases=True):
            return ""
        others = [
            f"{need.origin} needs {need.requirement}"
            for need in self._needs_of(name)
            if not self.candidates.has(name, need.requirement.specifier & requirement.specifier)
        ]
        return f"needs {requirement}, and {others[0] if others else f'{version} is taken'}"

    def _needs_of(self, name: str) -> list[Need]:
        """Return the requirements of a package by others, in the result."""
        own = {f"{c.name} {c.version}" for c in self.found.mapping.values() if c.name == name}
        return [
            info.requirement
            for identifier, candidate in self.found.mapping.items()
            if candidate.name == name
            for info in self.found.criteria[identifier].information
            if info.requirement.origin not in own
        ]

    def _bound(self) -> Iterator[tuple[str, Version, Version, str]]:
        """Yield packages that a bound of another package keeps from their newest version."""
        free = {s.name for s in self.declared if s.requirement.specifier or s.requirement.url}
        free |= {s.name for s in self.pins}
        for identifier, candidate in self.found.mapping.items():
            if not candidate.wheel or candidate.name in free:
                continue
            own = f"{candidate.name} {candidate.version}"
            needs = [info.requirement for info in self.found.criteria[identifier].information]
            needs = [need for need in needs if need.origin != own]
            tried = self.provider.tried(candidate.name)
            has_bound = any(c.operator in UPPER for n in needs for c in n.requirement.specifier)
            listed = self.candidates.versions(candidate.name) if has_bound else []
            newest = max((v for v in (*tried, *listed) if not v.is_prerelease), default=None)
            if newest and newest > candidate.version:
                bounds = [
                    f"{need.origin} needs {need.requirement}"
                    for need in needs
                    if not need.requirement.specifier.contains(newest)
                ]
                why = "; ".join(bounds) or f"what {newest} requires cannot be had"
                yield candidate.name, candidate.version, newest, why
