"""The order of versions by what is wished for."""

from collections.abc import Iterable

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import Version


def nearest_first(versions: Iterable[Version], wanted: SpecifierSet) -> list[Version]:
    """Sort versions: those that are wanted, the newest first; then those that are near.

    Near is the same major version before others, a newer version before an older one, and then the
    one with the smaller distance. Early releases come last.
    """
    listed = list(versions)
    met = set(wanted.filter(listed, prereleases=True))
    others = [version for version in listed if version not in met]
    return [
        *_final_first(sorted(met, reverse=True)),
        *_final_first(_by_distance(others, wanted)),
    ]


def _by_distance(versions: list[Version], wanted: SpecifierSet) -> list[Version]:
    newer: list[tuple[int, Version]] = []
    older: list[tuple[int, Version]] = []
    for version in sorted(versions):
        bound = _violated(version, wanted)
        (newer if version >= bound else older).append((abs(version.major - bound.major), version))
    older.reverse()  # the newest of the older ones is the nearest
    ranked = [(major, 0, v) for major, v in newer] + [(major, 1, v) for major, v in older]
    return [version for _, _, version in sorted(ranked, key=lambda entry: entry[:2])]


def _violated(version: Version, wanted: SpecifierSet) -> Version:
    """Return the version in the first clause that a version does not meet."""
    violated = (c for c in _clauses(wanted) if not c.contains(version, prereleases=True))
    clause = next(violated, None)
    return Version(clause.version.removesuffix(".*")) if clause else version


def _clauses(specifier: SpecifierSet) -> list[Specifier]:
    return sorted(specifier, key=str)


def _final_first(versions: Iterable[Version]) -> list[Version]:
    return sorted(versions, key=lambda version: version.is_prerelease)
