"""Puts the files of packages with compiled code into an image, as a snapshot needs them.

A snapshot refers to compiled libraries by path, and they must exist before Python starts, while
Pyodide unpacks wheels after it has started. The wheels stay in the site, for apps that load them.
"""

import io
import json
import zipfile
from collections.abc import Sequence

from pyrt_build import cache, hashes
from pyrt_build.packages import distribution
from pyrt_build.site import image
from pyrt_build.site.manifest import (
    DIGEST_CHARS,
    Files,
    describe_file,
    read_manifest,
    with_manifest,
)
from pyrt_build.types import Json

MOUNT = "/pyrt/compiled"


def unpack_wheels(files: Files) -> Files | None:
    """Return the site with an image of its wheels' files.

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
    wheels = {str(package["file_name"]) for package in packages}
    if any(package["package_type"] != "package" for package in packages):
        return None
    if not all(folder + wheel in files for wheel in wheels):
        return None
    packed = _unpacked([files[folder + wheel] for wheel in sorted(wheels)])
    if not packed:
        return None
    entry = _entry(packed)
    listed = runtime["files"]
    assert isinstance(listed, list)
    needed: Json = [f for f in listed if isinstance(f, dict) and f["name"] not in wheels]
    changed: dict[str, Json] = {
        "runtime": runtime | {"files": needed},
        "images": [*images, entry],
        "packages": [],
        "path": [*path, MOUNT],
    }
    return with_manifest(files | {str(entry["url"]): packed}, manifest | changed)


def _unpacked(wheels: Sequence[bytes]) -> bytes:
    """Return an image of the wheels' files, from the cache; empty if only Pyodide can load them."""
    key = hashes.sha256("".join(map(hashes.sha256, wheels)).encode())[:32]
    return cache.once(cache.folder("unpacked") / f"{key}.img", lambda: _unpack(wheels))


def _unpack(wheels: Sequence[bytes]) -> bytes:
    content: Files = {}
    for wheel in wheels:
        content |= _content(wheel)
    if not content or any(name.split("/")[0].endswith(".data") for name in content):
        return b""
    return image.pack(content)


def _entry(packed: bytes) -> dict[str, Json]:
    """Return the entry of the image in the manifest."""
    url = f"pyrt/compiled-{hashes.sha256(packed)[:DIGEST_CHARS]}.img"
    return describe_file(url, packed) | {"mount": MOUNT}


def _content(wheel: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
