"""How the files of a site travel: compressed, and what a start needs apart from the rest.

Hosts compress little that they do not know, so images and the interpreter come compressed as they
are, and the worker unpacks them.
Imports site for the manifest, image, cache and compression.
"""

import json
import struct
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath

from pyrt_build import cache
from pyrt_build.packages import distribution
from pyrt_build.site import compression, image, plan
from pyrt_build.site.plan import Files
from pyrt_build.types import Json

WASM = "pyodide.asm.wasm"


def pack(files: Files, needed: AbstractSet[str] | None = None) -> Files:
    """A planned site as it travels.

    Args:
        files: the site, its images as they were planned.
        needed: the paths, as Python sees them, of the files that a start from the snapshot reads;
            all others come later. None: a start needs everything.

    Returns:
        The files; what is packed already stays as it is.
    """
    manifest = plan.read_manifest(files)
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
    return plan.with_manifest(packed, manifest)


def _image(
    data: bytes, entry: dict[str, Json], needed: AbstractSet[str] | None, *, thorough: bool
) -> tuple[Files, dict[str, Json]]:
    """The files of one image, and what the manifest says of them."""
    mount, content = str(entry["mount"]), image.unpack(data)
    is_whole = needed is None or mount == plan.MOUNTS["app"]
    later = [p for p in sorted(content) if not (is_whole or f"{mount}/{p}" in (needed or ()))]
    name = PurePosixPath(str(entry["url"])).name.rpartition("-")[0]
    first = _file(name, _first_part(content, set(later)), thorough=thorough)
    described = entry | first[1]
    if not later:
        return first[0], described
    rest = _file(f"{name}-rest", b"".join(map(content.__getitem__, later)), thorough=thorough)
    return first[0] | rest[0], {**described, "rest": rest[1]}


def _first_part(content: Files, later: AbstractSet[str]) -> bytes:
    """An image whose index has all files, and which has the bytes of those that are needed."""
    paths = sorted(content)
    index = [[p, len(content[p]), 1] if p in later else [p, len(content[p])] for p in paths]
    text = json.dumps(index, separators=(",", ":"), ensure_ascii=False).encode()
    head = image.MAGIC + struct.pack("<I", len(text)) + text
    return b"".join([head, *(content[path] for path in paths if path not in later)])


def _file(
    name: str, data: bytes, *, thorough: bool, suffix: str = ".img"
) -> tuple[Files, dict[str, Json]]:
    """One compressed file, under a name that changes with its content."""
    packed = compression.kept(data, thorough=thorough)
    digest = cache.sha256(packed)
    url = f"pyrt/{name}-{digest[:12]}{suffix}"
    described: dict[str, Json] = {
        "url": url,
        "size": len(packed),
        "sha256": digest,
        "unpacked": len(data),
    }
    return {url: packed}, described


def _interpreter(
    files: Files, runtime: dict[str, Json], *, thorough: bool
) -> tuple[Files, dict[str, Json]]:
    """The compiled interpreter, and what the manifest says of the runtime with it."""
    path, listed = f"{runtime['url']}{WASM}", runtime["files"]
    assert isinstance(listed, list)
    made, described = _file("interpreter", files[path], thorough=thorough, suffix=".zst")
    entries: Json = [
        entry | described if isinstance(entry, dict) and entry["name"] == WASM else entry
        for entry in listed
    ]
    return made, runtime | {"files": entries}
