"""Environment markers (PEP 508), evaluated for Python in a browser's tab.

A marker that is false there either asks for another platform, or for another version of Python. In
the second case the package is still wanted; only the version that the line names is not.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from pyrt_build import target

type Verdict = Literal["applies", "other platform", "other Python"]

# The values of a tab.
ENVIRONMENT = {
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
_SERIES = ["2.7", *(f"3.{minor}" for minor in range(4, 21))]


def applies(requirement: Requirement, extras: Iterable[str] = ()) -> bool:
    """Tell whether a requirement counts in a tab, for these extras of the package that has it."""
    marker = requirement.marker
    return marker is None or any(_holds(marker, extra=extra) for extra in ("", *extras))


def judge(marker: Marker | None) -> Verdict:
    """Tell whether a marker holds in a tab, and if not, what else it asks for."""
    if marker is None or _holds(marker):
        return "applies"
    for version in _versions(marker):
        full = str(version) if len(version.release) > 2 else f"{version}.0"  # noqa: PLR2004
        series = ".".join(map(str, version.release[:2]))
        if _holds(marker, python_version=series, python_full_version=full):
            return "other Python"
    return "other platform"


def without_marker(requirement: Requirement) -> Requirement:
    """Return a copy of a requirement, without its marker."""
    plain = Requirement(str(requirement))
    plain.marker = None
    return plain


def _holds(marker: Marker, **values: str) -> bool:
    return marker.evaluate({"extra": "", **ENVIRONMENT, **values})


def _versions(marker: Marker) -> Iterator[Version]:
    """Yield every series of Python, and the versions that a marker names."""
    for text in [*_SERIES, *_quoted(marker)]:
        try:
            version = Version(text)
        except InvalidVersion:
            continue
        if len(version.release) > 1:
            yield version


def _quoted(marker: Marker) -> list[str]:
    return str(marker).split('"')[1::2]
