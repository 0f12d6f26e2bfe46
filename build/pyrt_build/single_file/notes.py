"""What of an app needs a network, in a single file and in a site that browsers keep; sizes."""

import json
import re
from collections.abc import Iterator, Mapping

from pyrt_build.app.discover import App
from pyrt_build.console import amounts
from pyrt_build.console.notes import Code, Note
from pyrt_build.site.manifest import Files
from pyrt_build.types import Json

# Chromium's longest string is 512 MB; phones end a page much sooner.
LARGE_BYTES = 200 * 2**20
MAX_FILE_BYTES = 2**29 - 2**16
_MICROPIP = "micropip"
_RECORD = re.compile(r'id="pyrt-prerender"(?: data-url="([^"]*)")?>(.*?)</script>', re.DOTALL)
_FOREIGN = re.compile(r"(?:https?:)?//[^\s\"'<>]+")
NAMED = 5  # of addresses in a note


def network_notes(app: App, files: Files, manifest: Mapping[str, Json]) -> Iterator[Note]:
    """Yield notes about what works only where there is a network."""
    callbacks = manifest.get("server")
    if isinstance(callbacks, list) and callbacks:
        text = (
            f"{', '.join(map(str, callbacks))} {'run' if len(callbacks) > 1 else 'runs'} on a "
            "server: without a network the app is opened all the same, and a call says that the "
            "server cannot be reached"
        )
        yield Note(Code.NEEDS_NETWORK, text)
    for found in app.imports:
        if found.module.split(".")[0] == _MICROPIP:
            text = (
                f"{found.origin}: micropip installs from the network when the app runs; name the "
                "packages in the requirements, and they are part of it"
            )
            yield Note(Code.NEEDS_NETWORK, text)
            break
    addresses = sorted(set(_foreign_resources(files)))
    if addresses:
        shown = ", ".join(addresses[:NAMED]) + (", ..." if len(addresses) > NAMED else "")
        text = (
            f"the app loads {shown} from other hosts, which needs a network; a copy in the folder "
            "of assets needs none"
        )
        yield Note(Code.NEEDS_NETWORK, text)


def _foreign_resources(files: Files) -> Iterator[str]:
    """Yield the addresses of scripts and stylesheets of other hosts that the first page names."""
    page = files["index.html"].decode()
    found = _RECORD.search(page)
    if not found:
        return
    record = json.loads(files[found[1]] if found[1] else found[2])
    message = json.loads(record["text"])[0]
    for resource in [*message["scripts"], *message["stylesheets"]]:
        if _FOREIGN.match(str(resource["src"])):
            yield str(resource["src"])


def size_notes(size: int, files: Files) -> Iterator[Note]:
    """Yield warnings about a file that browsers may not open."""
    largest = max(files, key=lambda path: len(files[path]))
    if len(files[largest]) > MAX_FILE_BYTES:
        text = (
            f"{largest} has {amounts.size(len(files[largest]))}: Chrome and Edge read none above "
            "512 MB, and say that it is damaged. Keep it out with exclude in [tool.pyrt], or "
            "build a site"
        )
        yield Note(Code.LARGE_SINGLE_FILE, text)
    elif size > LARGE_BYTES:
        text = (
            f"the file has {amounts.size(size)}. Browsers on computers open up to about 1 GB, with "
            "three times as much memory; phones end a page of this size. A site in a folder loads "
            "what it needs"
        )
        yield Note(Code.LARGE_SINGLE_FILE, text)
