"""The rules of this builder, for the search of resolvelib."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, override

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from resolvelib import AbstractProvider

from pyrt_build.packages.search.candidates import Candidate, Candidates
from pyrt_build.packages.search.need import Need

MAX_TRIED = 60  # candidates of the index that one strict search may look at


class TooManyTried(Exception):  # noqa: N818 -- control flow
    """A strict search looks at too many versions: bounds are relaxed instead."""


class Provider(AbstractProvider[Need, Candidate, str]):
    """What resolvelib asks while it searches.

    Attributes:
        ignored: bounds of packages that no candidate meets, if `lenient`: they do not count.
    """

    def __init__(
        self,
        candidates: Candidates,
        wishes: Mapping[str, SpecifierSet],
        from_address: Callable[[Need], Candidate],
        bounds: Callable[[Candidate], Iterable[Requirement]],
        *,
        lenient: bool,
    ) -> None:
        self._candidates = candidates
        self._wishes = wishes
        self._from_address = from_address
        self._bounds = bounds
        self._lenient = lenient
        self._tried: set[tuple[str, str]] = set()
        self.ignored: set[Need] = set()

    @override
    def identify(self, requirement_or_candidate: Need | Candidate) -> str:
        """Return the name with the extras: a package with extras requires itself without."""
        it = requirement_or_candidate
        extras = it.requirement.extras if isinstance(it, Need) else it.extras
        return f"{it.name}[{','.join(sorted(extras))}]" if extras else it.name

    @override
    def get_preference(
        self,
        identifier: str,
        resolutions: Mapping[str, Candidate],
        candidates: Mapping[str, Iterator[Candidate]],
        information: Mapping[str, Iterator[Any]],
        backtrack_causes: Sequence[Any],
    ) -> tuple[bool, bool, bool, bool, bool, str]:
        """Return what to decide first.

        Addresses, causes of a conflict, what only Pyodide has, exact versions; wishes last, as they
        take what the others leave.
        """
        needs = [info.requirement for info in information[identifier]]
        caused = any(identifier == self.identify(c.requirement) for c in backtrack_causes)
        exact = any(clause.operator == "==" for n in needs for clause in n.requirement.specifier)
        has_address = any(need.requirement.url for need in needs)
        name = needs[0].name
        is_fixed = self._candidates.is_of_pyodide(name)
        is_wished = name in self._wishes and not is_fixed
        return not has_address, not caused, not is_fixed, not exact, is_wished, identifier

    @override
    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[Need]],
        incompatibilities: Mapping[str, Iterator[Candidate]],
    ) -> Callable[[], Iterator[Candidate]]:
        """Return the candidates that all requirements allow, the best first."""
        needs = list(requirements[identifier])
        excluded = {candidate.version for candidate in incompatibilities[identifier]}
        extras = frozenset(extra for need in needs for extra in need.requirement.extras)
        addressed = next((need for need in needs if need.requirement.url), None)
        if addressed:
            return lambda: self._not_excluded([self._from_address(addressed)], extras, excluded)
        name = needs[0].name
        clauses = [str(need.requirement.specifier) for need in self._counting(needs)]
        specifier = SpecifierSet(",".join(filter(None, clauses)))
        wish = self._wishes.get(name)
        return lambda: self._not_excluded(
            self._candidates.find(name, specifier, wish), extras, excluded
        )

    def _not_excluded(
        self, found: Iterable[Candidate], extras: frozenset[str], excluded: set[Any]
    ) -> Iterator[Candidate]:
        for candidate in found:
            if candidate.version not in excluded:
                self._count(candidate)
                yield replace(candidate, extras=extras)

    def _count(self, candidate: Candidate) -> None:
        self._tried.add((candidate.name, str(candidate.version)))
        names = {name for name, _ in self._tried}
        if not self._lenient and len(self._tried) - len(names) > MAX_TRIED:
            raise TooManyTried

    def tried(self, name: str) -> list[Version]:
        """Return the versions of a package that were looked at."""
        return [Version(version) for tried, version in self._tried if tried == name]

    def _counting(self, needs: Iterable[Need]) -> Iterator[Need]:
        """Yield the needs that count; a bound that no candidate meets is ignored if lenient."""
        for need in needs:
            if self._lenient and not need.declared and need not in self.ignored:
                specifier = need.requirement.specifier
                can_be_met = not len(specifier) or self._candidates.has(need.name, specifier)
                if not can_be_met and self._may_be_ignored(need):
                    self.ignored.add(need)
            if need not in self.ignored:
                yield need

    def _may_be_ignored(self, need: Need) -> bool:
        """Tell whether a bound is not that of a package on a part of itself.

        A package pins its compiled part exactly, and the index may have a release of that from
        before, without code: it cannot stand in.
        """
        exact = [c for c in need.requirement.specifier if c.operator in {"==", "==="}]
        majors = [Version(c.version.removesuffix(".*")).major for c in exact]
        return not majors or self._candidates.has(need.name, SpecifierSet(f">={min(majors)}"))

    @override
    def is_satisfied_by(self, requirement: Need, candidate: Candidate) -> bool:
        """Tell whether a candidate meets a requirement."""
        if requirement in self.ignored or requirement.requirement.url:
            return True
        return requirement.requirement.specifier.contains(candidate.version, prereleases=True)

    @override
    def get_dependencies(self, candidate: Candidate) -> Iterator[Need]:
        """Yield what a candidate requires."""
        origin = f"{candidate.name} {candidate.version}"
        if candidate.extras:
            base = Requirement(f"{candidate.name}=={candidate.version}")
            if candidate.path:
                base = Requirement(f"{candidate.name} @ {candidate.path.resolve().as_uri()}")
            yield Need(base, origin)
        for requirement in (*self._candidates.requires(candidate), *self._bounds(candidate)):
            yield Need(requirement, origin)
