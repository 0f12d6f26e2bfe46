"""In which order a page has its files: a browser starts the app while it reads the page."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pyrt_build.single_file.decoder import DECODER
from pyrt_build.single_file.document import PREVIEWS
from pyrt_build.site.manifest import Files
from pyrt_build.types import Json

_OF_PYRT = "pyrt/"


class Order(NamedTuple):
    """Paths of the files, and how many of them, from the first, the page's start needs."""

    paths: list[str]
    start: int


def arrange(files: Files, manifest: Mapping[str, Json]) -> Order:
    """Return the order of the files: the page's, then Python's as its start asks for them.

    The worker is started with the first two. The last one is a file that Python's start waits for.
    Python reads files while it blocks its thread, and a file that came later could not reach it.
    """
    own = {
        DECODER,
        *(str(manifest[key]) for key in ("page", "worker", "agents") if key in manifest),
    }
    first = [path for path in (DECODER, str(manifest["worker"])) if path in files]
    page = sorted(path for path in files if path in own or not _is_in_pyrt(path))
    page = [*first, *(path for path in page if path not in first)]
    named = [path for path in dict.fromkeys(_of_python(manifest)) if path in files]
    others = sorted({*files} - {*page} - {*named})
    last = min(_images(manifest), key=lambda path: len(files[path]))
    behind = [path for path in (*named, *others) if path not in page and path != last]
    return Order([*page, *behind, last], len(page))


def _is_in_pyrt(path: str) -> bool:
    return path.startswith(_OF_PYRT) and not path.startswith(PREVIEWS)


def _of_python(manifest: Mapping[str, Json]) -> Iterator[str]:
    """Yield the files that Python's start asks for, then those that come when it is idle."""
    runtime = manifest["runtime"]
    assert isinstance(runtime, dict)
    listed = runtime["files"]
    assert isinstance(listed, list)
    for entry in listed:
        assert isinstance(entry, dict)
        yield str(entry.get("url", f"{runtime['url']}{entry['name']}"))
    snapshot = manifest.get("snapshot")
    if isinstance(snapshot, dict):
        yield str(snapshot["url"])
    yield from _images(manifest)
    for image in _listed(manifest):
        rest = image.get("rest")
        if isinstance(rest, dict):
            yield str(rest["url"])
        shared = image.get("shared")
        if isinstance(shared, dict):
            yield from (str(each["url"]) for each in shared.values() if isinstance(each, dict))


def _images(manifest: Mapping[str, Json]) -> Iterator[str]:
    yield from (str(image["url"]) for image in _listed(manifest))


def _listed(manifest: Mapping[str, Json]) -> list[dict[str, Json]]:
    images = manifest["images"]
    assert isinstance(images, list)
    return [image for image in images if isinstance(image, dict)]
