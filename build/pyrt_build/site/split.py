"""Compresses images and interpreter, and splits images by what a start needs.

Hosts do not compress types of files that they do not know. So these files are compressed here, and
the worker unpacks them.
"""

import json
import struct
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath

from pyrt_build import cache
from pyrt_build.packages import distribution
from pyrt_build.site import compression, image
from pyrt_build.site.manifest import (
    DIGEST_CHARS,
    MOUNTS,
    Files,
    describe_file,
    read_manifest,
    with_manifest,
)
from pyrt_build.types import Json

WASM = "pyodide.asm.wasm"


def compress_site(files: Files) -> Files:
    """Compress a planned site; one that is already compressed stays as it is."""
    return _compress(files, needed=None)


def split_for_start(files: Files, needed: AbstractSet[str]) -> Files:
    """Compress a planned site, with images in two parts, of which a start needs the first only.

    Args:
        files: the site.
        needed: the paths in Python's file system of the files that a start from the snapshot reads.
    """
    return _compress(files, needed)


def _compress(files: Files, needed: AbstractSet[str] | None) -> Files:
    manifest = read_manifest(files)
    packed, images, thorough = dict(files), manifest["images"], not manifest["debug"]
    assert isinstance(images, list)
    changed: list[Json] = []
    for entry in images:
        assert isinstance(entry, dict)
        if "unpacked" in entry:
            return files
        made, described = _image(files[str(entry["url"])], entry, needed, thorough=thorough)
        del packed[str(entry["url"])]
        packed |= made
        changed.append(described)
    runtime = manifest["runtime"]
    assert isinstance(runtime, dict)
    if runtime["url"] != distribution.CDN:
        made, runtime = _interpreter(files, runtime, thorough=thorough)
        del packed[f"{runtime['url']}{WASM}"]
        packed |= made
    manifest |= {"images": changed, "runtime": runtime}
    return with_manifest(packed, manifest)


def _image(
    data: bytes, entry: dict[str, Json], needed: AbstractSet[str] | None, *, thorough: bool
) -> tuple[Files, dict[str, Json]]:
    """Return the files of one image, and its entry in the manifest."""
    mount, content = str(entry["mount"]), image.unpack(data)
    is_whole = needed is None or mount == MOUNTS["app"]
    later = [p for p in sorted(content) if not (is_whole or f"{mount}/{p}" in (needed or ()))]
    name = PurePosixPath(str(entry["url"])).name.rpartition("-")[0]
    first = _file(name, _first_part(content, set(later)), thorough=thorough)
    described = entry | first[1]
    if not later:
        return first[0], described
    rest = _file(f"{name}-rest", b"".join(map(content.__getitem__, later)), thorough=thorough)
    return first[0] | rest[0], {**described, "rest": rest[1]}


def _first_part(content: Files, later: AbstractSet[str]) -> bytes:
    """Return an image with an index of all files, and the bytes of those not in `later`."""
    paths = sorted(content)
    index = [[p, len(content[p]), 1] if p in later else [p, len(content[p])] for p in paths]
    text = json.dumps(index, separators=(",", ":"), ensure_ascii=False).encode()
    head = image.MAGIC + struct.pack("<I", len(text)) + text
    return b"".join([head, *(content[path] for path in paths if path not in later)])


def _file(
    name: str, data: bytes, *, thorough: bool, suffix: str = ".img"
) -> tuple[Files, dict[str, Json]]:
    """Return a compressed file, under a name with a hash of its content, and its entry."""
    packed = compression.compress_cached(data, thorough=thorough)
    url = f"pyrt/{name}-{cache.sha256(packed)[:DIGEST_CHARS]}{suffix}"
    return {url: packed}, describe_file(url, packed) | {"unpacked": len(data)}


def _interpreter(
    files: Files, runtime: dict[str, Json], *, thorough: bool
) -> tuple[Files, dict[str, Json]]:
    """Return the compressed interpreter, and the manifest's entry of the runtime with it."""
    path, listed = f"{runtime['url']}{WASM}", runtime["files"]
    assert isinstance(listed, list)
    made, described = _file("interpreter", files[path], thorough=thorough, suffix=".zst")
    entries: Json = [
        entry | described if isinstance(entry, dict) and entry["name"] == WASM else entry
        for entry in listed
    ]
    return made, runtime | {"files": entries}
