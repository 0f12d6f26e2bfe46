"""Puts the files of packages with compiled code into an image, as a snapshot needs them.

A snapshot refers to compiled libraries by path, and they must exist before Python starts, while
Pyodide unpacks wheels after it has started. The wheels stay in the site, for apps that load them.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from packaging.utils import parse_wheel_filename

from pyrt_build import cache, hashes
from pyrt_build.packages import distribution, wheels
from pyrt_build.site import image, package_image
from pyrt_build.site.manifest import (
    DIGEST_CHARS,
    Files,
    describe_file,
    read_manifest,
    with_manifest,
)
from pyrt_build.types import Json

MOUNT = "/pyrt/compiled"
RULES = "2"  # version of what of a wheel goes where; part of the keys of the cache
_IMAGE = "image"  # its name among the files that go with it


def unpack_wheels(
    files: Files, originals: Mapping[str, Path] = MappingProxyType({})
) -> Files | None:
    """Return the site with an image of its wheels' files.

    Args:
        files: the site.
        originals: name of each wheel -> the wheel as it came from its index, with the sources that
            the one in the site has not.

    None if there are no wheels, or if they can only be loaded by Pyodide: from its CDN, or shared
    libraries, which are not wheels.
    """
    manifest = read_manifest(files)
    runtime, images, path = manifest["runtime"], manifest["images"], manifest["path"]
    assert isinstance(runtime, dict)
    assert isinstance(images, list)
    assert isinstance(path, list)
    folder = str(runtime["url"])
    if folder == distribution.CDN:
        return None
    packages = json.loads(files[folder + distribution.LOCK])["packages"].values()
    names = {str(package["file_name"]) for package in packages}
    if any(package["package_type"] != "package" for package in packages):
        return None
    if not all(folder + name in files for name in names):
        return None
    made = _unpacked({name: files[folder + name] for name in sorted(names)}, originals)
    packed = made.pop(_IMAGE, None)
    if not packed:
        return None
    entry = _entry(packed)
    listed = runtime["files"]
    assert isinstance(listed, list)
    needed: Json = [f for f in listed if isinstance(f, dict) and f["name"] not in names]
    changed: dict[str, Json] = {
        "runtime": runtime | {"files": needed},
        "images": [*images, entry],
        "packages": [],
        "path": [*path, MOUNT],
    }
    return with_manifest(files | made | {str(entry["url"]): packed}, manifest | changed)


def _unpacked(found: Mapping[str, bytes], originals: Mapping[str, Path]) -> Files:
    """Return an image of the wheels' files with what goes with it; nothing without an image."""
    names = [name for name in found if name in originals]
    key = hashes.sha256("".join([RULES, *map(hashes.sha256, found.values()), *names]).encode())[:32]
    path = cache.folder("unpacked") / f"{key}.img"
    return image.unpack(cache.once(path, lambda: image.pack(_unpack(found, originals))))


def _unpack(found: Mapping[str, bytes], originals: Mapping[str, Path]) -> Files:
    python: dict[str, Files] = {}
    data: Files = {}
    for wheel, content in found.items():
        name = str(parse_wheel_filename(wheel)[0])
        files = _content(content)
        if wheel in originals:
            files = _with_sources(files, _content(originals[wheel].read_bytes()))
        if any(path.split("/")[0].endswith(".data") for path in files):
            return {}
        python[name], own = _divide(name, files)
        data |= own
    if not any(python.values()):
        return {}
    packed, beside = package_image.pack(python, data)
    return {_IMAGE: packed, **beside}


def wheel_files(name: str, wheel: bytes) -> Files:
    """Return what Python in a tab may read of a wheel with compiled code."""
    python, data = _divide(name, _content(wheel))
    return python | data


def _divide(name: str, files: Files) -> tuple[Files, Files]:
    """Return what belongs into the image, or its pack, and what has an address of its own."""
    placed: dict[str, Files] = {"python": {}, "data": {}}
    for path, content in files.items():
        place = wheels.place_of(name, path)
        if place:
            placed[place][path] = content
    wheels.keep_small(placed["python"], placed["data"])
    return placed["python"], placed["data"]


def _with_sources(files: Files, original: Files) -> Files:
    """Return the files with sources beside their bytecode, and the list of files as it was."""
    result = dict(files)
    for path, source in original.items():
        if path.endswith(".py") and f"{path}c" in result:
            result[image.cached_path(path)] = result.pop(f"{path}c")
            result[path] = source
        elif path.endswith(".dist-info/RECORD"):
            result[path] = source
    return result


def _entry(packed: bytes) -> dict[str, Json]:
    """Return the entry of the image in the manifest."""
    url = f"pyrt/compiled-{hashes.sha256(packed)[:DIGEST_CHARS]}.img"
    return describe_file(url, packed) | {"mount": MOUNT}


def _content(wheel: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
