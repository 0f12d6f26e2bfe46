"""The manifest of a planned site, in the pages: read, and replaced.

docs/site-format.md describes it, web/src/wire/manifest.ts has its types.
"""

import base64
import json
from collections.abc import Mapping

from pyrt_build import hashes
from pyrt_build.types import Json

type Files = dict[str, bytes]
"""A site, or a folder of it: path -> content."""

# Name of an image -> where the worker mounts it.
MOUNTS = {
    "stdlib": "/pyrt/stdlib",
    "engine": "/pyrt/engine",
    "packages": "/pyrt/packages",
    "app": "/app",
}
DIGEST_CHARS = 12  # of a hash in the name of a file


def digest(*contents: bytes) -> str:
    """Return a hash for the name of a file, or of a folder with these files."""
    return hashes.sha256("".join(map(hashes.sha256, contents)).encode())[:DIGEST_CHARS]


def integrity(data: bytes) -> str:
    """Return the hash of a file as HTML, `fetch` and Content-Security-Policies name it."""
    return f"sha256-{base64.b64encode(bytes.fromhex(hashes.sha256(data))).decode()}"


def describe_file(url: str, data: bytes) -> dict[str, Json]:
    """Return the entry of a file."""
    return {"url": url, "size": len(data), "sha256": hashes.sha256(data)}


def describe_sheets(files: Files) -> dict[str, Json]:
    """Return the size and the hash of each stylesheet: browsers take one that is cut as it is."""
    sheets: dict[str, Json] = {
        path: [len(data), integrity(data)]
        for path, data in sorted(files.items())
        if path.startswith(("pkg/", "assets/")) and path.endswith(".css")
    }
    return {"sheets": sheets} if sheets else {}


def read_manifest(files: Files) -> dict[str, Json]:
    """Return the manifest of a planned site."""
    manifest: dict[str, Json] = json.loads(_text(files))
    return manifest


def with_manifest(files: Files, manifest: Mapping[str, Json]) -> Files:
    """Return a planned site with another manifest in all of its pages."""
    before, after = _text(files).encode(), script_json(manifest).encode()
    pages = {
        path: data.replace(before, after) for path, data in files.items() if path.endswith(".html")
    }
    return dict(sorted((files | pages).items()))


def with_snapshot(files: Files, snapshot: bytes) -> Files:
    """Return a planned site with a snapshot, not compressed, in it and in its manifest."""
    url = f"pyrt/snapshot-{digest(snapshot)}.bin"
    entry = describe_file(url, snapshot)
    return with_manifest(files | {url: snapshot}, read_manifest(files) | {"snapshot": entry})


def script_json(value: Mapping[str, Json]) -> str:
    """Return JSON that can be the content of a script element."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def _text(files: Files) -> str:
    page = files["index.html"].decode()
    return page.split('id="pyrt-manifest">')[1].split("</script>")[0]
