"""The files that the page of an app loads: from this package, component packages and assets.

A page asks for a file once in each browser: the index names its content by a hash. What the start
needs is marked; other files are asked for when something loads them.
"""

import hashlib
import os
import posixpath
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from pyrt.app import document
from pyrt.app.dash import Dash
from pyrt.model.component import ComponentRegistry
from pyrt.model.environment import Environment
from pyrt.model.errors import PyrtError

STATIC = Path(__file__).with_name("static")
PACKAGES = "pkg/"
PLOTLY_JS = "plotly/package_data/plotly.min.js"
PAGE_SCRIPT = "pyrt/page.js"
FRAME_SCRIPT = "pyrt/frame.js"
WIDGET_SCRIPT = "pyrt/widget.js"
# the order of the scripts, before any bundle.
_REACT = ("polyfill@", "react@", "react-dom@", "prop-types@")
_PAGE_SUFFIXES = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        ".js .mjs .css .woff .woff2 .ttf .otf .svg .png .jpg .jpeg .gif .webp .ico .json .wasm"
    ).split()
)
_URL = re.compile(r"""url\(\s*["']?([^"')]+)""")
_SMALL_ASSETS = 2_000_000  # bytes of all assets, up to which they are loaded with the page


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of a page.

    Attributes:
        name: path below the root of the page.
        path: where it is here.
        is_needed: whether the start needs it.
    """

    name: str
    path: Path
    is_needed: bool = False

    def describe(self) -> dict[str, object]:
        """Return its entry in the index of the page."""
        about = self.path.stat()
        sha256 = _sha256(str(self.path), about.st_mtime_ns, about.st_size)
        entry = {"name": self.name, "size": about.st_size, "sha256": sha256}
        return {**entry, "needed": True} if self.is_needed else entry


@lru_cache(maxsize=4096)
def _sha256(path: str, _changed: int, _size: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def read_static(name: str) -> bytes:
    """Return a file of this package.

    Raises:
        PyrtError: it is missing.
    """
    path = STATIC / name
    if not path.is_file():
        raise PyrtError(
            f"This pyrt was not built completely: {path} is missing. Run `make setup` in its "
            "repository, or install pyrt from its wheel."
        )
    return path.read_bytes()


def react_scripts() -> list[str]:
    """Return the addresses of React's scripts, in the order in which they load."""
    folder = STATIC / PACKAGES / "dash" / "deps"
    found = sorted(path.name for path in folder.glob("*.js"))
    return [
        f"{PACKAGES}dash/deps/{name}"
        for start in _REACT
        for name in found
        if name.startswith(start)
    ]


def plotly_address() -> str | None:
    """Return the address of plotly.js; None if plotly is not installed."""
    return f"{PACKAGES}{PLOTLY_JS}" if _find_package_file(PLOTLY_JS) else None


def list_files(app: Dash, page: Environment) -> dict[str, PageFile]:
    """Return all files that the page of an app may load, by their names."""
    needed = {PAGE_SCRIPT, *react_scripts()}
    tags = [*document.describe_scripts(app, page)]
    needed |= {tag["src"] for tag in tags}
    needed |= {tag["href"] for tag in document.describe_stylesheets(app, page)}
    files = {file.name: file for file in [*_of_pyrt(), *_of_packages(), *_of_assets(app)]}
    needed |= {other for name in [*needed] for other in _named_by_style(files.get(name))}
    return {
        name: PageFile(name, file.path, is_needed=file.is_needed or name in needed)
        for name, file in files.items()
    }


def _of_pyrt() -> Iterator[PageFile]:
    """Yield the page's script, and the bundles of dash's own components."""
    yield PageFile(PAGE_SCRIPT, STATIC / "page.js")
    yield PageFile(FRAME_SCRIPT, STATIC / "frame.js", is_needed=True)
    for path in sorted((STATIC / PACKAGES).rglob("*.js")):
        yield PageFile(path.relative_to(STATIC).as_posix(), path)
    plotly = _find_package_file(PLOTLY_JS)
    if plotly is not None:
        yield PageFile(f"{PACKAGES}{PLOTLY_JS}", plotly)


def _of_packages() -> Iterator[PageFile]:
    """Yield what imported component packages have for pages."""
    for name in list(ComponentRegistry.registry):
        folder = _package_folder(name)
        if folder is None or name in {"dash", "plotly"}:
            continue
        for path in _walk(folder):
            if path.suffix in _PAGE_SUFFIXES:
                yield PageFile(f"{PACKAGES}{name}/{path.relative_to(folder).as_posix()}", path)


def _of_assets(app: Dash) -> Iterator[PageFile]:
    settings = app.config
    folder = Path(settings.assets_folder)
    if not settings.include_assets_files or not folder.is_dir():
        return
    paths = list(_walk(folder))
    is_small = sum(path.stat().st_size for path in paths) <= _SMALL_ASSETS
    base = settings.assets_url_path.strip("/")
    for path in paths:
        where = path.relative_to(folder).as_posix()
        yield PageFile(f"{base}/{where}", path, is_needed=is_small)


def _walk(folder: Path) -> Iterator[Path]:
    for current, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if name != "__pycache__")
        for name in sorted(names):
            yield Path(current, name)


def _package_folder(name: str) -> Path | None:
    module = sys.modules.get(name)
    file = getattr(module, "__file__", None)
    return Path(file).parent if file else None


def _find_package_file(name: str) -> Path | None:
    """Return a file of an installed package, which need not have been imported."""
    package, _, rest = name.partition("/")
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    folders: Iterable[str] = (spec and spec.submodule_search_locations) or ()
    found = (Path(folder, rest) for folder in folders)
    return next((path for path in found if path.is_file()), None)


def _named_by_style(file: PageFile | None) -> Iterator[str]:
    """Yield the names of the files that a stylesheet shows: a browser must have them with it."""
    if file is None or not file.name.endswith(".css"):
        return
    yield file.name
    for address in _URL.findall(file.path.read_text(encoding="utf-8", errors="replace")):
        if not re.match(r"[a-z][a-z\d+.-]*:|//|#", address, re.IGNORECASE):
            path = re.split(r"[?#]", address, maxsplit=1)[0]
            yield posixpath.normpath(f"{PurePosixPath(file.name).parent}/{path}")


def describe_files(files: Mapping[str, PageFile]) -> list[dict[str, object]]:
    """Return the index of a page."""
    return [file.describe() for file in files.values()]
