"""Packages beside those of the starts, which an app of a playground gets when it imports them.

They are locked together with those of the largest start, by the rules of every build. Each is an
image for Python and files for the page; a start that gets one is started anew with it.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.formats import markers
from pyrt_build.build import prepare
from pyrt_build.console.notes import Note
from pyrt_build.errors import BuildError
from pyrt_build.packages import wheels
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.playground.starts import Start, write_project
from pyrt_build.site import compression, image, native_modules
from pyrt_build.site.compile import bytecode
from pyrt_build.site.manifest import Files, digest

FOLDER = "packages"
MOUNT = "/pyrt/added/site-packages"  # web/src/hot_reload/editor_source.ts


@dataclass(frozen=True, slots=True)
class Addition:
    """One package.

    Attributes:
        modules: the names that it makes importable.
        needs: names of all packages that it needs, itself included.
        python: path below site-packages -> content.
        page: path below `pkg/` -> content.
    """

    package: LockedPackage
    modules: Sequence[str]
    needs: Sequence[str]
    python: Files
    page: Files


def check_requirements(given: Sequence[str]) -> None:
    """Check the form of requirements.

    Raises:
        BuildError: it names all that are wrong.
    """
    wrong = [text for text in given if not _is_requirement(text)]
    if wrong:
        raise BuildError(
            f"{', '.join(map(repr, wrong))}: --package takes a requirement such as "
            "dash-bootstrap-components or 'scipy>=1.14'."
        )


def _is_requirement(text: str) -> bool:
    try:
        return Requirement(text).url is None
    except InvalidRequirement:
        return False


def lock(
    given: Sequence[str], largest: Start, config: SiteConfig
) -> tuple[list[LockedPackage], list[Note]]:
    """Choose wheels for requirements, and for those of the largest start.

    Raises:
        BuildError: a package cannot be had.
    """
    if not given:
        return [], []
    with tempfile.TemporaryDirectory() as folder:
        requirements = [*largest.requirements, *given]
        entry = write_project(Path(folder), largest.source, requirements)
        out = Path(folder, "out")
        prepared = prepare(replace(config, entry=entry, target=str(entry), out=out))
        return [*prepared.locked], [*prepared.notes]


def additions(locked: Sequence[LockedPackage], present: Iterable[str]) -> list[Addition]:
    """Return the packages that the largest start does not have.

    Args:
        locked: all packages.
        present: names of those that it has.

    Raises:
        BuildError: a wheel is damaged.
    """
    by_name = {package.name: package for package in locked}
    known = {*present}
    return [_read(each, by_name) for each in locked if each.name not in known]


def _read(package: LockedPackage, by_name: Mapping[str, LockedPackage]) -> Addition:
    wheels.check(package.path, package.sha256)
    if package.path.name.endswith("-any.whl"):
        wheel = wheels.read_wheel(package.path)
        python, page = wheel.python | wheel.data, wheel.page
    else:
        python, page = native_modules.wheel_files(package.name, package.path.read_bytes()), {}
    modules = sorted(wheels.top_level_modules(package.path))
    return Addition(package, modules, sorted(closure(package.name, by_name)), python, page)


def closure(name: str, by_name: Mapping[str, LockedPackage]) -> set[str]:
    """Return the names of a package and of all that it needs, as far as they are locked."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in found or each not in by_name:
            continue
        found.add(each)
        waiting += _required(by_name[each], by_name)
    return found


def _required(package: LockedPackage, by_name: Mapping[str, LockedPackage]) -> Iterator[str]:
    """Yield the names of what a package requires, or imports: dash brings packages to others."""
    imported = wheels.imported_modules(package.path)
    yield from (
        name
        for name, other in by_name.items()
        if not imported.isdisjoint(wheels.top_level_modules(other.path))
    )
    yield from map(canonicalize_name, package.depends)
    for requirement in wheels.dependencies(package.path):
        if markers.applies(requirement):
            yield canonicalize_name(requirement.name)


def site_files(
    added: Sequence[Addition], level: int, compiler: bytecode.Compiler
) -> tuple[Files, list[dict[str, Any]]]:
    """Return the files of packages, and what the page is told of them (`PackageInfo` there)."""
    files: Files = {}
    images: list[bytes] = []
    for each in added:
        mount = f"{MOUNT}/{each.package.name}"
        compiled = bytecode.compiled(each.python, mount, compiler, keep_source=True)
        # A package reads the files that the page loads, too.
        images.append(image.pack(compiled | each.page))
    told: list[dict[str, Any]] = []
    for each, content, packed in zip(
        added, images, compression.compress_all(images, level), strict=True
    ):
        name = each.package.name
        url = f"{FOLDER}/{name}-{digest(content)}.img.zst"
        files[url] = packed
        page: list[list[str]] = []
        for path, data in sorted(each.page.items()):
            address = f"{FOLDER}/{name}-{digest(data)}/{path}"
            files[address] = data
            page.append([path, address])
        told.append(
            {
                "name": name,
                "version": each.package.version,
                "modules": [*each.modules],
                "needs": [*each.needs],
                "image": url,
                "unpacked": len(content),
                "page": page,
            }
        )
    return files, told
