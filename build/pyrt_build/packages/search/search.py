"""One search for versions, with one distribution of Pyodide; what cannot be met is relaxed."""

import functools
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from resolvelib import BaseReporter, ResolutionImpossible, ResolutionTooDeep, Resolver

from pyrt_build import hashes
from pyrt_build.app.declared import SourcedRequirement
from pyrt_build.app.formats import markers
from pyrt_build.errors import BuildError
from pyrt_build.packages import audit, distribution, pip, python_part, source_builds, wheels
from pyrt_build.packages.lock import LockedPackage, LockEntry, Resolution
from pyrt_build.packages.relaxed import Relaxed
from pyrt_build.packages.search import explain
from pyrt_build.packages.search.candidates import Candidate, Candidates
from pyrt_build.packages.search.missing import find_missing
from pyrt_build.packages.search.need import Need
from pyrt_build.packages.search.provider import Provider, TooManyTried
from pyrt_build.packages.search.rules import Question, Rules
from pyrt_build.packages.search.table import Found, Table

MAX_ROUNDS = 2000
BRIEF_ROUNDS = 500  # a search that meets no contradiction takes one for each package


@dataclass(slots=True)
class Search:
    """One search, with one distribution of Pyodide.

    Attributes:
        wishes: versions that do not have to be met, by name.
        why: why a requirement of the app is not met as written, by name.
        left_out: optional packages that cannot be had, with the reason.
    """

    question: Question
    rules: Rules
    distribution: distribution.LazyDistribution
    candidates: Candidates = field(init=False)
    wishes: dict[str, SpecifierSet] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, Relaxed] = field(default_factory=dict)
    addressed: dict[str, Candidate] = field(default_factory=dict)
    provider: Provider | None = None

    def __post_init__(self) -> None:
        self.candidates = Candidates(self.distribution, self.rules, self._build)

    def run(self) -> Resolution:
        """Return the packages, and the table of what is not met as it is written.

        Raises:
            BuildError: what the app needs cannot be had; the message has all of it.
            Unreachable: Pyodide's distribution cannot be reached.
        """
        needed = self._applying(self.question.requirements)
        optional = self._applying(self.question.optional)
        self.candidates.prefetch(s.requirement for s in (*needed, *optional))
        for pin in self._applying(self.question.pins):
            self.wishes.setdefault(pin.name, pin.requirement.specifier)
        self._relax(optional, may_be_left_out=True)
        if not self._relax(needed):
            raise self._impossible(needed, ())
        optional = [s for s in optional if s.name not in self.left_out]
        self._relax_contradictions([*needed, *optional])
        found = self._search_with_optional(needed, optional)
        locked = self._lock(found)
        self._check_hashes(locked, found)
        audit.examine(locked)
        rows = [*self._table(found, [*needed, *optional]).rows(), *self.left_out.values()]
        return Resolution(locked, sorted(rows, key=lambda row: (row.package.lower(), row.wanted)))

    def _applying(self, given: Iterable[SourcedRequirement]) -> list[SourcedRequirement]:
        """Return the requirements that count in a tab, as the rules change them."""
        applying = []
        for sourced in given:
            if markers.applies(sourced.requirement):
                plain = markers.without_marker(sourced.requirement)
                for requirement in self.rules.apply(None, [plain]):
                    hashes = sourced.hashes if requirement is plain else frozenset()
                    applying.append(replace(sourced, requirement=requirement, hashes=hashes))
        return applying

    # --- single requirements that a browser cannot meet

    def _relax(self, given: Iterable[SourcedRequirement], *, may_be_left_out: bool = False) -> bool:
        """Turn versions that no candidate has into wishes; tell if nothing is missing at all."""
        complete = True
        for sourced in given:
            requirement, name = sourced.requirement, sourced.name
            if requirement.url or self.candidates.has(name, requirement.specifier):
                continue
            if len(requirement.specifier) and self.candidates.has(name, SpecifierSet()):
                self._wish(sourced, explain.no_such_version(name, requirement, self.distribution))
                continue
            reason = explain.nothing_for_a_browser(name, self.rules, self.distribution)
            if may_be_left_out and reason == explain.NO_ANSWER:
                raise BuildError(f"{sourced.origin} needs {requirement}, and {reason}")
            if may_be_left_out:
                self.left_out[name] = self._left_out(sourced, reason)
            else:
                complete = False
        return complete

    def _relax_contradictions(self, declared: Sequence[SourcedRequirement]) -> None:
        """Relax what contradicts a version that was not the developer's choice.

        The search would find that out, too, after it has tried many versions of other packages.
        """
        by_name = {s.name: s for s in declared if s.requirement.specifier and not s.requirement.url}
        pending = list(declared)
        while pending:
            sourced = pending.pop()
            if sourced.name not in self.why and not self.candidates.is_of_pyodide(sourced.name):
                continue
            candidate = self._first_choice(sourced)
            if candidate is None or not self._is_forced(candidate):
                continue
            bounds = self._bounds(by_name, candidate)
            for bound in (*self.candidates.requires(candidate), *bounds):
                other = by_name.get(str(canonicalize_name(bound.name)))
                if other is None or other.name in self.why:
                    continue
                both = other.requirement.specifier & bound.specifier
                if not self.candidates.may_have(other.name, both):
                    self._wish(other, f"{candidate.name} {candidate.version} needs {bound}")
                    pending.append(other)

    def _first_choice(self, sourced: SourcedRequirement) -> Candidate | None:
        """Return the version of a declared package that the search looks at first."""
        requirement, name = sourced.requirement, sourced.name
        if requirement.url:
            return None
        specifier = SpecifierSet() if name in self.why else requirement.specifier
        found = next(self.candidates.find(name, specifier, self.wishes.get(name)), None)
        return found and replace(found, extras=frozenset(requirement.extras))

    def _wish(self, sourced: SourcedRequirement, why: str) -> None:
        before = self.wishes.get(sourced.name, SpecifierSet())
        self.wishes[sourced.name] = before & sourced.requirement.specifier
        self.why[sourced.name] = why

    @staticmethod
    def _left_out(sourced: SourcedRequirement, reason: str) -> Relaxed:
        requirement = sourced.requirement
        wanted = f"{requirement.url or requirement.specifier or 'any'} ({sourced.origin})"
        return Relaxed(sourced.name, wanted, "", explain.first_sentence(reason))

    # --- the search

    def _search_with_optional(
        self, needed: Sequence[SourcedRequirement], optional: list[SourcedRequirement]
    ) -> Found:
        """Search with all optional requirements; else with those that can be had, the first first.

        A list of 200 pins, of a whole machine, has many: they are added in groups. A group that
        cannot be had is halved until what is at fault stands alone.
        """
        try:
            return self._search([*needed, *optional])
        except BuildError:
            if not optional:
                raise
        found, kept = self._search(needed), list(needed)
        complete = self._without_missing(needed, optional)
        pending = [complete] if complete else []
        while pending:
            group = pending.pop()
            try:
                found = self._search([*kept, *group], briefly=len(group) > 1)
            except BuildError as error:
                half = len(group) // 2
                if half:
                    pending += [group[half:], group[:half]]
                else:
                    self.left_out[group[0].name] = self._left_out(group[0], str(error))
            else:
                kept += group
        return found

    def _without_missing(
        self, needed: Sequence[SourcedRequirement], optional: Sequence[SourcedRequirement]
    ) -> list[SourcedRequirement]:
        """Leave out what needs a package that no tab has, by itself; return the others.

        A search beside many others would try all versions of these before it gives up.
        """
        lenient = self._provider(optional, lenient=True)
        complete = []
        for sourced in optional:
            try:
                if find_missing(self._roots([sourced]), lenient):  # an older version may do
                    self._search([*needed, sourced])
            except BuildError as error:
                self.left_out[sourced.name] = self._left_out(sourced, str(error))
            else:
                complete.append(sourced)
        return complete

    def _search(
        self, requirements: Sequence[SourcedRequirement], *, briefly: bool = False
    ) -> Found:
        """Search, relaxing what has to be, until it succeeds.

        Args:
            requirements: those of the app.
            briefly: give up where a search has to try much: a smaller one follows.

        Raises:
            BuildError: it cannot succeed.
        """
        lenient = False
        rounds = BRIEF_ROUNDS if briefly else MAX_ROUNDS
        for _ in range(2 * len(requirements) + 4):
            self.provider = self._provider(requirements, lenient=lenient)
            resolver: Resolver[Need, Candidate, str] = Resolver(self.provider, BaseReporter())
            try:
                return resolver.resolve(self._roots(requirements), max_rounds=rounds)
            except ResolutionImpossible as error:
                if self._relax_declared(error.causes):
                    continue
                if lenient:
                    raise self._impossible(requirements, error.causes) from error
                lenient = True
            except (TooManyTried, ResolutionTooDeep):
                if lenient:
                    break
                lenient = True
        raise self._impossible(requirements, ())

    def _roots(self, requirements: Iterable[SourcedRequirement]) -> list[Need]:
        roots = []
        for sourced in requirements:
            requirement = sourced.requirement
            if sourced.name in self.why and not requirement.url:
                requirement = Requirement(str(requirement))
                requirement.specifier = SpecifierSet()
            roots.append(Need(requirement, sourced.origin, sourced))
        return roots

    def _provider(self, requirements: Iterable[SourcedRequirement], *, lenient: bool) -> Provider:
        bounds = functools.partial(self._bounds, {s.name for s in requirements})
        return Provider(self.candidates, self.wishes, self._from_address, bounds, lenient=lenient)

    def _bounds(self, declared: Container[str], candidate: Candidate) -> Iterator[Requirement]:
        """Yield the bounds that the extras of a relaxed package put on other declared packages.

        A pandas that is newer than the pinned one refuses, when it is called, the pinned openpyxl.
        """
        if candidate.name in self.why:
            for requirement in self.candidates.optional_bounds(candidate):
                if canonicalize_name(requirement.name) in declared:
                    yield requirement

    def _relax_declared(self, causes: Iterable[object]) -> bool:
        """Relax a requirement of the app that contradicts what the browser has; tell if one was.

        A contradiction of versions that can all be had is an error, as it is for pip.
        """
        given = [cause for cause in causes if isinstance(cause, tuple)]
        forced = [need for need, parent in given if parent and self._is_forced(parent)]
        for need, parent in given:
            if parent is None and need.declared and need.requirement.specifier:
                others = [n for n in forced if n.name == need.name]
                if others and need.name not in self.why:
                    other = next(filter(need.excludes, others), others[0])
                    self._wish(need.declared, f"{other.origin} needs {other.requirement}")
                    return True
        return False

    def _is_forced(self, candidate: Candidate) -> bool:
        """Tell whether a version was not the app's developer's choice."""
        return candidate.entry is not None or candidate.name in self.why

    def _impossible(
        self, requirements: Sequence[SourcedRequirement], causes: Iterable[object]
    ) -> BuildError:
        """Return the error for a search without a result.

        It names every package that cannot be had; if there is none, who requires what.
        """
        lenient = self._provider(requirements, lenient=True)
        roots = self._roots(requirements)
        missing = find_missing(roots, lenient)
        if missing:
            lines = [
                line
                for each in missing
                for line in explain.missing(each.needs, each.way, self.rules, self.distribution)
            ]
            # What several packages have in common comes once, at the end.
            return BuildError("\n".join([*dict.fromkeys(lines)]))
        given = [cause[0] for cause in causes if isinstance(cause, tuple)] or roots
        lines = [f"  {need.origin} needs {need.requirement}" for need in given]
        names = ", ".join(dict.fromkeys(need.name for need in given))
        return BuildError(
            f"No versions of {names} satisfy all requirements:\n"
            + "\n".join(dict.fromkeys(lines))
            + "\nChange one of them, or say which version counts with override-dependencies under "
            "[tool.pyrt]."
        )

    # --- addresses

    def _from_address(self, need: Need) -> Candidate:
        address = need.requirement.url or ""
        if address not in self.addressed:
            path = source_builds.from_address(
                need.requirement, need.origin, self.rules.allow_build, self.rules.index_url
            )
            version = Version(wheels.version_of(path.name))
            self.addressed[address] = Candidate(need.name, version, path=path)
        return self.addressed[address]

    def _build(self, requirement: Requirement) -> Path:
        return source_builds.build(requirement, self.rules.index_url)

    # --- the result

    def _lock(self, found: Found) -> list[LockedPackage]:
        chosen = {candidate.name: candidate for candidate in found.mapping.values()}
        listed = [c.wheel for c in chosen.values() if c.wheel]
        paths = pip.fetch(listed, self.rules.index_url)
        return [self._locked(chosen[name], paths) for name in sorted(chosen)]

    def _locked(self, candidate: Candidate, paths: dict[str, Path]) -> LockedPackage:
        name, entry = candidate.name, candidate.entry
        if entry:
            depends = tuple(str(canonicalize_name(need)) for need in entry.depends)
            path = self.candidates.path(candidate)
            about = LockEntry(entry.install_dir, entry.package_type, tuple(entry.imports))
            return LockedPackage(name, entry.version, path, entry.sha256, depends, about)
        path = candidate.path or paths[name]
        sha256 = hashes.file_sha256(path)
        return LockedPackage(name, wheels.version_of(path.name), path, sha256)

    def _check_hashes(self, locked: Sequence[LockedPackage], found: Found) -> None:
        alone = {c.name: c for c in found.mapping.values() if c.without_compiled}
        index_url = self.rules.index_url
        as_given = [
            replace(p, path=python_part.whole(p.name, alone[p.name].version, index_url))
            if p.name in alone
            else p
            for p in locked
        ]
        given = [*self.question.requirements, *self.question.optional, *self.question.pins]
        explain.check_hashes(as_given, given)

    def _table(self, found: Found, declared: Sequence[SourcedRequirement]) -> Table:
        assert self.provider
        return Table(
            found,
            declared,
            self._applying(self.question.pins),
            self.why,
            self.wishes,
            self.provider,
            self.candidates,
            self.distribution,
            self.rules.index_url,
        )
