"""Which files of a site its pages and its Python may ask for: what is sent with it, or kept."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch

from pyrt_build.app.discover import App
from pyrt_build.project.files import read_file
from pyrt_build.site.manifest import Files
from pyrt_build.site.plan import ICON
from pyrt_build.site.write import LIST_FILE, LOCK_FILE
from pyrt_build.types import Json

# Parts of Dash's own components that are loaded when they are used -> words without one of which,
# in the app's code, they are not.
_PARTS: dict[str, tuple[str, ...]] = {
    "dash/dcc/async-datepicker.js": ("DatePicker",),
    "dash/dcc/async-dropdown.js": ("Dropdown",),
    "dash/dcc/async-graph.js": ("Graph",),
    "dash/dcc/async-highlight.js": ("Markdown",),
    "dash/dcc/async-markdown.js": ("Markdown",),
    "dash/dcc/async-mathjax.js": ("mathjax",),
    "dash/dcc/async-slider.js": ("Slider",),
    "dash/dcc/async-upload.js": ("Upload",),
    "dash/dash_table/async-export.js": ("export_format",),
    "dash/dash_table/async-highlight.js": ("DataTable",),
    "dash/dash_table/async-table.js": ("DataTable",),
}
# What packages that build components of Dash may use without the app naming it.
_OF_PACKAGES = frozenset({"dash/dcc/async-mathjax.js", "dash/dash_table/async-export.js"})
_NEVER = (LOCK_FILE, LIST_FILE, "*.br", "*.gz.br", "pyrt/early-*")
_PAGES = ("*.html", ICON)
# Sources and type stubs of packages, which only a traceback or `inspect` reads.
_SOURCES = "pyrt/sources-*"
_REQUIRES_DASH = re.compile(rb"^Requires-Dist: *dash\b(?![-_.\w])", re.MULTILINE | re.IGNORECASE)


def select(
    files: Files, manifest: Mapping[str, Json], app: App, *, debug: bool, pages: bool = False
) -> Files:
    """Return the files of a planned site that the page or Python may ask for.

    Args:
        files: the site.
        manifest: of the site.
        app: which parts of components it uses.
        debug: also source maps, and the sources of packages.
        pages: also the pages, and the icon that browsers ask for.
    """
    never = _NEVER if pages else (*_NEVER, *_PAGES)
    unused = set(_unused_parts(files, app))
    return {
        path: data
        for path, data in files.items()
        if not any(fnmatch(path, pattern) for pattern in never)
        and not _is_unused_of_pyrt(path, manifest)
        and (debug or not (path.endswith(".map") or fnmatch(path, _SOURCES)))
        and path not in unused
    }


def _is_unused_of_pyrt(path: str, manifest: Mapping[str, Json]) -> bool:
    """Tell whether a file in `pyrt/` is for a start that this site does not have."""
    runtime = manifest["runtime"]
    assert isinstance(runtime, dict)
    folder = str(runtime["url"])
    if path.startswith(folder):
        listed = runtime["files"]
        assert isinstance(listed, list)
        names = {f"{folder}{entry['name']}" for entry in listed if isinstance(entry, dict)}
        # Wheels are for a start without unpacked images.
        return path not in names and not (path.endswith(".whl") and manifest["packages"])
    return path.startswith("pyrt/snapshot-") and not manifest.get("snapshot")


def _unused_parts(files: Files, app: App) -> Iterator[str]:
    """Yield the parts of Dash's components of which the app names nothing."""
    has_packages = any(_builds_components(path, data) for path, data in files.items())
    code = "\n".join(_code(app))
    for path, words in _PARTS.items():
        if has_packages and path not in _OF_PACKAGES:
            continue
        if not any(word in code for word in words):
            yield f"pkg/{path}"


def _builds_components(path: str, data: bytes) -> bool:
    is_metadata = path.endswith(".dist-info/METADATA") and not path.startswith("pkg/dash-4")
    return is_metadata and _REQUIRES_DASH.search(data) is not None


def _code(app: App) -> Iterable[str]:
    """Yield what may name components: modules, scripts among the assets."""
    for where in app.modules:
        yield app.read(where).decode(errors="replace")
    for where, path in app.assets.items():
        if where.endswith(".js"):
            yield read_file(path).decode(errors="replace")
