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
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from pyrt_build import cache, hashes, target
from pyrt_build.errors import BuildError
from pyrt_build.project.addresses import without_credentials

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata

# Files of a component package that go to the page, not to Python.
PAGE_SUFFIXES = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        ".js .mjs .css .map .woff .woff2 .ttf .otf .eot .png .jpg .jpeg .gif .svg .ico .webp"
    ).split()
)
# What no Python in a tab reads: sources of compiled code, libraries for other systems.
_NEVER_READ = re.compile(
    r"\.(c|cc|cpp|cxx|h|hh|hpp|hxx|cu|cuh|f|f90|pyx|pxd|pxi|a|lib|dll|pyd|dylib|exe|map)$"
)
# A distribution with more data files than this keeps the small ones in the image: tzdata has 600.
MANY_FILES = 200
SMALL_BYTES = 8 * 1024
# Packages that serve files to the page use one of these names.
_SERVES_FILES = re.compile(rb"\b(_js_dist|_css_dist|relative_package_path)\b")
_LICENSE = re.compile(r"(^|/)(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
_IMPORT = re.compile(rb"(?m)^(?:import|from)[ \t]+(\w+)")
_TESTS = re.compile(r"(^|/)(tests?/|test_[^/]*$|conftest\.py$|setup\.py$)")
_CODE = re.compile(r"\.(py|pyc|pyi|so|so\.[\d.]+)$")
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


RULES = 3  # version of the rules of what of a wheel goes where; part of the keys of the cache

type _Part = Literal["about", "modules", "imports", "files", "development"]
# Images, the address `pkg/<path>`, or the same for a file that the page uses.
type _Place = Literal["python", "data", "page"]


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel file, and the parts of it that a site may get.

    Attributes:
        python: path below a site-packages folder -> content of modules, and of what belongs into
            an image with them.
        data: the same of files that Python fetches when it reads them.
        page: path below `pkg/` -> content; not what is only for debugging. Python may read these
            files, too.
        licenses: path -> text of licences and notices.
        license_name: as its metadata says; may be empty.
    """

    path: Path
    name: str
    version: str
    sha256: str
    requires: tuple[Requirement, ...]
    python: dict[str, bytes]
    data: dict[str, bytes]
    page: dict[str, bytes]
    licenses: dict[str, str]
    license_name: str

    @property
    def file_name(self) -> str:
        """Name of the wheel file."""
        return self.path.name


def check(path: Path, sha256: str) -> None:
    """Check that a wheel is the one that was locked.

    Raises:
        BuildError: its hash is another one.
    """
    cache.note_use(path)
    if hashes.file_sha256(path) != sha256:
        raise BuildError(
            f"The wheel {path} is damaged or was changed: its SHA-256 is not the one it was locked "
            "with. Delete it and build again."
        )


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
    return _wheel(path, **_read(path, "files"))


@functools.cache
def read_about(path: Path) -> Wheel:
    """Read a wheel without its files: as `read_wheel`, but `python`, `data` and `page` are empty.

    Raises:
        BuildError: it is no valid wheel.
    """
    return _wheel(path, python={}, data={}, page={})


def read_development_files(path: Path) -> dict[str, bytes]:
    """Return the files for the page that are only for debugging: source maps, other bundles.

    Raises:
        BuildError: it is no valid wheel.
    """
    files: dict[str, bytes] = _read(path, "development")
    return files


def dependencies(path: Path) -> tuple[Requirement, ...]:
    """Return what a wheel requires, with markers as they are.

    Raises:
        BuildError: it is no valid wheel.
    """
    return read_about(path).requires


@functools.cache
def imported_modules(path: Path) -> frozenset[str]:
    """Return the top-level modules that a wheel's modules import when they are imported.

    An import that is indented may be guarded, and does not count; nor do tests.

    Raises:
        BuildError: it is no valid wheel.
    """
    return frozenset(_read(path, "imports"))


@functools.cache
def top_level_modules(path: Path) -> frozenset[str]:
    """Return the names that a wheel makes importable.

    Raises:
        BuildError: it is no valid wheel.
    """
    return frozenset(_read(path, "modules"))


def _wheel(
    path: Path, python: dict[str, bytes], data: dict[str, bytes], page: dict[str, bytes]
) -> Wheel:
    about = _read(path, "about")
    requires = tuple(map(Requirement, about["requires"]))
    files = {"python": python, "data": data, "page": page}
    return Wheel(**about | {"path": path, "requires": requires} | files)


def _read(path: Path, part: _Part) -> Any:  # noqa: ANN401 -- what the part's function returns
    """Return what is read of a wheel; it is stored, which is read in a tenth of the time."""
    cache.note_use(path)
    stored = _stored_path(path, part)
    known = cache.read(stored)
    with contextlib.suppress(ValueError, EOFError, TypeError):
        if known is not None:
            return marshal.loads(known)  # noqa: S302 -- data, never code
    with open_archive(path) as archive:
        made = _READERS[part](path, archive)
    cache.store(stored, marshal.dumps(made))
    return made


def _stored_path(path: Path, part: _Part) -> Path:
    about = path.stat() if path.is_file() else None
    key = [RULES, sys.implementation.cache_tag, str(path)]
    key += [about.st_size, about.st_mtime_ns] if about else []
    name = f"{path.stem}-{hashes.sha256(repr(key).encode())[:16]}-{part}"
    return cache.folder("unpacked") / name


def is_development_file(page_path: str) -> bool:
    """Tell whether a file for the page is only for debugging: source maps, development bundles."""
    return _DEVELOPMENT.search(page_path) is not None


def _read_about(path: Path, archive: zipfile.ZipFile) -> dict[str, object]:
    """Return the fields of `Wheel` but its files; requirements as texts."""
    metadata = _metadata(archive)
    return {
        "name": str(canonicalize_name(metadata["name"])),
        "version": metadata["version"],
        "sha256": hashes.file_sha256(path),
        "requires": list(map(str, _requires(metadata))),
        "licenses": {
            where: archive.read(info).decode(errors="replace")
            for where, info in _installed(archive)
            if _LICENSE.search(where) and not where.endswith((".py", ".js", ".json"))
        },
        "license_name": metadata.get("license_expression") or metadata.get("license") or "",
    }


def _read_modules(path: Path, archive: zipfile.ZipFile) -> list[str]:
    del path
    tops = {
        re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", name).split("/")[0]
        for name in archive.namelist()
        if name.endswith((".py", ".so"))
    }
    return sorted(filter(str.isidentifier, {top.split(".")[0] for top in tops}))


def _read_imports(path: Path, archive: zipfile.ZipFile) -> list[str]:
    del path
    names = {
        name.decode()
        for where, info in _installed(archive)
        if where.endswith(".py") and not _TESTS.search(where)
        for name in _IMPORT.findall(archive.read(info))
    }
    return sorted(names)


def _read_files(path: Path, archive: zipfile.ZipFile) -> dict[str, dict[str, bytes]]:
    """Return the fields `python`, `data` and `page` of `Wheel`."""
    name = read_about(path).name
    files = {where: archive.read(info) for where, info in _installed(archive)}
    serving = _serving_packages(files)
    placed: dict[_Place, dict[str, bytes]] = {"python": {}, "data": {}, "page": {}}
    for where, data in files.items():
        place = place_of(name, where, serving)
        if place:
            placed[place][where] = _without_credentials(where, data)
    for where in filter(is_development_file, [*placed["page"]]):
        del placed["page"][where]
    keep_small(placed["python"], placed["data"])
    return {str(place): found for place, found in placed.items()}


def _read_development(path: Path, archive: zipfile.ZipFile) -> dict[str, bytes]:
    name = read_about(path).name
    installed = dict(_installed(archive))
    sources = {where: archive.read(i) for where, i in installed.items() if where.endswith(".py")}
    serving = _serving_packages(sources)
    return {
        where: archive.read(info)
        for where, info in installed.items()
        if is_development_file(where) and _is_for_page(name, where, serving)
    }


_READERS: dict[_Part, Callable[[Path, zipfile.ZipFile], Any]] = {
    "about": _read_about,
    "modules": _read_modules,
    "imports": _read_imports,
    "files": _read_files,
    "development": _read_development,
}


def _metadata(archive: zipfile.ZipFile) -> "RawMetadata":
    """Return the fields of METADATA that are well-formed.

    Raises:
        ValueError: there is no such file, or it has no name or no version.
    """
    from packaging.metadata import parse_email  # noqa: PLC0415 -- for a wheel that is new here

    names = [n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
    if not names:
        raise ValueError("it has no METADATA")
    fields, _ = parse_email(archive.read(names[0]))
    missing = [field for field in ("name", "version") if not fields.get(field)]
    if missing:
        raise ValueError(f"its METADATA has no {' and no '.join(missing)}")
    return fields


def _requires(fields: "RawMetadata") -> tuple[Requirement, ...]:
    """Parse `Requires-Dist`, which alone must be valid: wheels of any age have odd other fields."""
    from packaging.metadata import Metadata  # noqa: PLC0415 -- as above

    wanted: RawMetadata = {"requires_dist": fields.get("requires_dist", [])}
    return tuple(Metadata.from_raw(wanted, validate=False).requires_dist or ())


def _installed(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Yield the files with their paths below site-packages, where an installer places them."""
    for info in archive.infolist():
        where = info.filename
        if info.is_dir() or ".." in PurePosixPath(where).parts or where.startswith("/"):
            continue
        data_folder = re.match(r"[^/]+\.data/([^/]+)/(.+)", where)
        if data_folder:
            if data_folder[1] not in {"purelib", "platlib"}:
                continue
            where = data_folder[2]
        yield where, info


def _serving_packages(files: dict[str, bytes]) -> set[str]:
    """Return the top-level packages that serve files to the page: component packages, plugins."""
    return {
        where.split("/")[0]
        for where, data in files.items()
        if where.endswith(".py") and "/" in where and _SERVES_FILES.search(data)
    }


def place_of(name: str, where: str, serving: AbstractSet[str] = frozenset()) -> _Place | None:
    """Tell what a file of a distribution is for; None if nothing in a tab reads it.

    Args:
        name: of the distribution.
        where: path of the file below site-packages.
        serving: top-level packages that serve files to the page.
    """
    top, _, rest = where.partition("/")
    if top.endswith(".dist-info"):
        return "data" if rest == "METADATA" else "python"
    if _is_for_page(name, where, serving):
        return "page"
    if name == "dash" or _NEVER_READ.search(where):
        return None
    if name == "plotly" and _PLOTLY_NOT_PYTHON.match(where):
        return None
    return "python" if _CODE.search(where) else "data"


def _is_for_page(name: str, where: str, serving: AbstractSet[str]) -> bool:
    if name == "dash":
        return _DASH_PAGE.fullmatch(where) is not None
    if name == "plotly":
        return where == "plotly/package_data/plotly.min.js"
    return where.split("/", maxsplit=1)[0] in serving and is_page_file(where)


def is_page_file(where: str) -> bool:
    """Tell whether a file is of a kind that pages load."""
    return PurePosixPath(where).suffix in PAGE_SUFFIXES


def keep_small(python: dict[str, bytes], data: dict[str, bytes]) -> None:
    """Move small files from `data` to `python` if there are so many that hosts would suffer."""
    if len(data) <= MANY_FILES:
        return
    for where in [where for where, content in data.items() if len(content) <= SMALL_BYTES]:
        python[where] = data.pop(where)


def _without_credentials(where: str, data: bytes) -> bytes:
    """Return METADATA without the credentials of addresses; other files as they are."""
    if where.endswith(".dist-info/METADATA"):
        head, gap, description = data.partition(b"\n\n")
        return without_credentials(head) + gap + description
    return data


def version_of(file_name: str) -> str:
    """Return the version in the file name of a wheel."""
    return str(parse_wheel_filename(file_name)[1])
