"""Reads a wheel, and decides which of its files go to Python, to the page, or nowhere.

Nothing of a wheel is executed.
"""

import contextlib
import functools
import marshal
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.metadata import Metadata, RawMetadata, parse_email
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from pyrt_build import cache, target
from pyrt_build.errors import BuildError
from pyrt_build.project.addresses import without_credentials

# Files of a component package that go to the page, not to Python.
PAGE_SUFFIXES = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        ".js .mjs .css .map .woff .woff2 .ttf .otf .eot .png .jpg .jpeg .gif .svg .ico .webp"
    ).split()
)
# Packages that serve files to the page use one of these names.
_SERVES_FILES = re.compile(rb"\b(_js_dist|_css_dist|relative_package_path)\b")
_LICENSE = re.compile(r"(^|/)(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
# The bundles of R-10; no other file of those folders is needed.
_DASH_PAGE = re.compile(
    rf"dash/(deps/(polyfill@|react(-dom)?@{re.escape(target.REACT_VERSION)}|prop-types@).*\.js"
    r"|dcc/(async-\w+|dash_core_components(-shared)?|proptypes)\.js(\.map)?"
    r"|html/dash_html_components\.min\.js(\.map)?"
    r"|dash_table/(bundle|async-\w+)\.js(\.map)?)"
)
# Parts of plotly for Jupyter, and plotly.js itself, which the page loads.
_PLOTLY_NOT_PYTHON = re.compile(r"plotly/(labextension/|package_data/[^/]+\.js$)")
_DEVELOPMENT = re.compile(
    r"\.map$|\.dev\.js$|^dash/deps/[a-z-]+@[\d.]+\.js$|^dash/dcc/proptypes\.js$"
)


RULES = 1  # version of the rules of what of a wheel goes where; part of the keys of the cache


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel file, and the parts of it that a site may get.

    Attributes:
        python: path below a site-packages folder -> content.
        page: path below `pkg/` -> content.
        licenses: path -> text of licences and notices.
        license_name: as its metadata says; may be empty.
    """

    path: Path
    name: str
    version: str
    sha256: str
    requires: tuple[Requirement, ...]
    python: dict[str, bytes]
    page: dict[str, bytes]
    licenses: dict[str, str]
    license_name: str

    @property
    def file_name(self) -> str:
        """Name of the wheel file."""
        return self.path.name


def read_checked(path: Path, sha256: str | None = None) -> bytes:
    """Return the bytes of a wheel, whose hash is checked if it is given.

    Raises:
        BuildError: the hash is another one.
    """
    cache.note_use(path)
    data = path.read_bytes()
    if sha256 and cache.sha256(data) != sha256:
        raise BuildError(
            f"The wheel {path} is damaged or was changed: its SHA-256 is not the one it was locked "
            "with. Delete it and build again."
        )
    return data


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the archive of a wheel; its errors, also while it is read, become a BuildError.

    Raises:
        BuildError: it is no valid wheel.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, ValueError) as error:
        raise BuildError(
            f"The wheel {path} is damaged ({error}). Delete it, or put a whole one there."
        ) from error


@functools.cache
def read_wheel(path: Path) -> Wheel:
    """Read a wheel.

    Raises:
        BuildError: it is no valid wheel.
    """
    cache.note_use(path)
    unpacked = _unpacked_path(path)
    known = cache.read(unpacked)
    with contextlib.suppress(ValueError, EOFError, TypeError):
        if known is not None:
            return _from_fields(path, marshal.loads(known))  # noqa: S302 -- data, never code
    with open_archive(path) as archive:
        wheel = _read_archive(path, archive)
    cache.store(unpacked, marshal.dumps(_to_fields(wheel)))
    return wheel


def _unpacked_path(path: Path) -> Path:
    """Return the file with what was read of this wheel: reading it takes a tenth of the time."""
    about = path.stat() if path.is_file() else None
    parts = [RULES, sys.implementation.cache_tag, str(path)]
    parts += [about.st_size, about.st_mtime_ns] if about else []
    return cache.folder("unpacked") / f"{path.stem}-{cache.sha256(repr(parts).encode())[:16]}"


def _to_fields(wheel: Wheel) -> dict[str, object]:
    named = ("name", "version", "sha256", "python", "page", "licenses", "license_name")
    fields = {name: getattr(wheel, name) for name in named}
    return fields | {"requires": list(map(str, wheel.requires))}


def _from_fields(path: Path, fields: dict[str, Any]) -> Wheel:
    requires = tuple(map(Requirement, fields.pop("requires")))
    return Wheel(path=path, requires=requires, **fields)


@functools.cache
def dependencies(path: Path) -> tuple[Requirement, ...]:
    """Return what a wheel requires, with markers as they are.

    Raises:
        BuildError: it is no valid wheel.
    """
    with open_archive(path) as archive:
        return _requires(_metadata(archive))


@functools.cache
def top_level_modules(path: Path) -> frozenset[str]:
    """Return the names that a wheel makes importable.

    Raises:
        BuildError: it is no valid wheel.
    """
    with open_archive(path) as archive:
        tops = {
            re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", name).split("/")[0]
            for name in archive.namelist()
            if name.endswith((".py", ".so"))
        }
    return frozenset(filter(str.isidentifier, (top.split(".")[0] for top in tops)))


def is_development_file(page_path: str) -> bool:
    """Tell whether a file for the page is only for debugging: source maps, development bundles."""
    return _DEVELOPMENT.search(page_path) is not None


def _read_archive(path: Path, archive: zipfile.ZipFile) -> Wheel:
    files = dict(_installed(archive))
    metadata = _metadata(archive)
    name = str(canonicalize_name(metadata["name"]))
    serving = _serving_packages(files)
    python, page = {}, {}
    for where, data in files.items():
        if _is_for_page(name, where, serving):
            page[where] = data
        elif name != "dash" and _is_for_python(name, where, serving):
            python[where] = _without_readme(where, data)
    return Wheel(
        path=path,
        name=name,
        version=metadata["version"],
        sha256=cache.sha256(path.read_bytes()),
        requires=_requires(metadata),
        python=python,
        page=page,
        licenses={
            where: data.decode(errors="replace")
            for where, data in files.items()
            if _LICENSE.search(where) and not where.endswith((".py", ".js", ".json"))
        },
        license_name=metadata.get("license_expression") or metadata.get("license") or "",
    )


def _metadata(archive: zipfile.ZipFile) -> RawMetadata:
    """Return the fields of METADATA that are well-formed.

    Raises:
        ValueError: there is no such file, or it has no name or no version.
    """
    names = [n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
    if not names:
        raise ValueError("it has no METADATA")
    fields, _ = parse_email(archive.read(names[0]))
    missing = [field for field in ("name", "version") if not fields.get(field)]
    if missing:
        raise ValueError(f"its METADATA has no {' and no '.join(missing)}")
    return fields


def _requires(fields: RawMetadata) -> tuple[Requirement, ...]:
    """Parse `Requires-Dist`, which alone must be valid: wheels of any age have odd other fields."""
    wanted: RawMetadata = {"requires_dist": fields.get("requires_dist", [])}
    return tuple(Metadata.from_raw(wanted, validate=False).requires_dist or ())


def _installed(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Yield the files with their paths below site-packages, as an installer places them."""
    for info in archive.infolist():
        where = info.filename
        if info.is_dir() or ".." in PurePosixPath(where).parts or where.startswith("/"):
            continue
        data_folder = re.match(r"[^/]+\.data/([^/]+)/(.+)", where)
        if data_folder:
            if data_folder[1] not in {"purelib", "platlib"}:
                continue
            where = data_folder[2]
        yield where, archive.read(info)


def _serving_packages(files: dict[str, bytes]) -> set[str]:
    """Return the top-level packages that serve files to the page: component packages, plugins."""
    return {
        where.split("/")[0]
        for where, data in files.items()
        if where.endswith(".py") and "/" in where and _SERVES_FILES.search(data)
    }


def _is_for_page(name: str, where: str, serving: set[str]) -> bool:
    if name == "dash":
        return _DASH_PAGE.fullmatch(where) is not None
    if name == "plotly":
        return where == "plotly/package_data/plotly.min.js"
    return (
        where.split("/", maxsplit=1)[0] in serving and PurePosixPath(where).suffix in PAGE_SUFFIXES
    )


def _is_for_python(name: str, where: str, serving: set[str]) -> bool:
    if name == "plotly" and _PLOTLY_NOT_PYTHON.match(where):
        return False
    top, _, rest = where.partition("/")
    if top.endswith(".dist-info"):
        return rest in {"METADATA", "entry_points.txt", "top_level.txt"}
    # Component metadata is for generators of classes, and not read at run time.
    if top in serving and where.endswith("/metadata.json"):
        return False
    return "/" in where or where.endswith(".py")


def _without_readme(where: str, data: bytes) -> bytes:
    """Return METADATA without long description and credentials; other files as they are."""
    if where.endswith(".dist-info/METADATA"):
        return without_credentials(data.partition(b"\n\n")[0]) + b"\n"
    return data


def version_of(file_name: str) -> str:
    """Return the version in the file name of a wheel."""
    return str(parse_wheel_filename(file_name)[1])
