"""`--static`: a site without Python, of pages whose callbacks have all been computed.

What stays is what the page loads: its script, components, assets, what was recorded of each page,
and the results. Python's files, packages and the app's code do not travel.
"""

import re
from collections.abc import Iterable

from pyrt_build.app.discover import App
from pyrt_build.errors import BuildError
from pyrt_build.single_file import selection
from pyrt_build.site.manifest import Files, read_manifest, with_manifest
from pyrt_build.types import Json

# What the page itself reads of the manifest.
_KEPT = {
    "pyrt", "pyodide", "debug", "entry", "page", "packagesUrl", "plotlyUrl", "assetsUrl", "react",
    "routes", "embedOrigins", "sheets",
}  # fmt: skip
# What a site has of Python.
_NOTHING_OF_PYTHON: dict[str, Json] = {
    "runtime": {"url": "pyrt/runtime-none/", "lockUrl": "", "files": []},
    "images": [],
    "packages": [],
    "path": [],
}
_OF_PAGE = ("page-", "painting-", "answers-")
_NOT_OF_PAGE = {"404.html", "pyrt-lock.json"}
_NOTHING = "The rehearsal has recorded nothing of the app, and without Python there is nothing else"


def refuse(refused: Iterable[str]) -> None:
    """Say which callbacks need Python.

    Raises:
        BuildError: there are some.
    """
    lines = [f"  {sentence}" for sentence in refused]
    if lines:
        raise BuildError(
            "--static: these need Python, which such a site does not have:\n"
            + "\n".join(lines)
            + "\nMake them clientside callbacks, change what the lines say, or build without "
            "--static: with `precompute`, the page answers from results until Python has come."
        )


def without_python(files: Files, app: App, *, debug: bool) -> Files:
    """Return the site without Python, and without parts of components that the app never names.

    Args:
        files: the site.
        app: the app.
        debug: whether source maps stay.

    Raises:
        BuildError: nothing was recorded of a page.
    """
    manifest = read_manifest(files)
    of_page = {key: manifest[key] for key in sorted(_KEPT & manifest.keys())}
    kept = with_manifest(files, of_page | _NOTHING_OF_PYTHON)
    site = {path: data for path, data in kept.items() if _is_of_page(path)}
    pages = [path for path in site if path.endswith(".html")]
    bare = [path for path in pages if b'id="pyrt-prerender"' not in site[path]]
    if bare:
        raise BuildError(f"{_NOTHING}: {', '.join(bare)}. See the warnings above.")
    site |= {path: _mark(site[path]) for path in pages}
    return selection.select(site, read_manifest(site), app, debug=debug, pages=True)


def _is_of_page(path: str) -> bool:
    if path.startswith("pyrt/"):
        return path.removeprefix("pyrt/").startswith(_OF_PAGE)
    return path not in _NOT_OF_PAGE


def _mark(page: bytes) -> bytes:
    """Say in the first tag of a page that its answers are all there is."""
    page = re.sub(rb' data-answers="[^"]*"', b"", page, count=1)
    return page.replace(b"<html", b'<html data-answers="all"', 1)
