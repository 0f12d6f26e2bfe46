"""How old a version is, beside the newest one of its package. pip tells, by dates of uploads."""

from collections.abc import Iterable, Iterator

from packaging.version import Version

from pyrt_build.console.notes import Code
from pyrt_build.packages import pip
from pyrt_build.packages.relaxed import Relaxed

YEARS = 3
STEPS = 8  # half-years; a newest version that is older than that is not asked about


def old_releases(
    taken: Iterable[tuple[str, Version, Version, str]], index_url: str | None
) -> Iterator[Relaxed]:
    """Yield a row for each release that is more than three years older than the newest.

    Args:
        taken: name, version in the site, newest version, and the bound that keeps it away.
        index_url: package index for pip.
    """
    for name, version, newest, why in taken:
        if _is_old(name, version, newest, index_url):
            text = f"more than {YEARS} years older than {newest}: {why}"
            yield Relaxed(name, "the newest", str(version), text, Code.OLD_RELEASE)


def _is_old(name: str, version: Version, newest: Version, index_url: str | None) -> bool:
    """Tell whether a version was uploaded more than three years before the newest, by half-years.

    An index without dates gives all versions whatever the date; nothing is said then.
    """
    for half_years in range(STEPS + 1):
        before_newest = _days(half_years / 2)
        if half_years and newest in _uploaded(name, before_newest, index_url):
            continue
        if not half_years:
            continue
        return version in _uploaded(name, _days(half_years / 2 + YEARS), index_url)
    return False


def _uploaded(name: str, before: str, index_url: str | None) -> set[Version]:
    return {Version(text) for text in pip.versions(name, index_url, before=before)}


def _days(years: float) -> str:
    return f"P{round(years * 365.25)}D"
