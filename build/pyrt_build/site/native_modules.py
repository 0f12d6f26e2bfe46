"""A planned site whose compiled packages are files in an image, as a snapshot needs them.

A snapshot refers to compiled libraries by path, and they must be there before Python is; wheels
are unpacked by Pyodide when it runs. The wheels stay in the site, for apps that ask for them.
"""

import io
import json
import zipfile

from pyrt_build import cache
from pyrt_build.packages import distribution
from pyrt_build.site import image, plan
from pyrt_build.site.plan import Files
from pyrt_build.types import Json

MOUNT = "/pyrt/compiled"


def unpacked(files: Files) -> Files | None:
    """The site with its wheels unpacked; None when there are none, or only Pyodide can do it."""
    manifest = plan.read_manifest(files)
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
    content: Files = {}
    for wheel in sorted(wheels):
        content |= _content(files[folder + wheel])
    if not content or any(name.split("/")[0].endswith(".data") for name in content):
        return None
    packed = image.pack(content)
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
    return plan.with_manifest(files | {str(entry["url"]): packed}, manifest | changed)


def _entry(packed: bytes) -> dict[str, Json]:
    """The image in the manifest."""
    digest = cache.sha256(packed)
    url = f"pyrt/compiled-{digest[:12]}.img"
    return {"url": url, "size": len(packed), "sha256": digest, "mount": MOUNT}


def _content(wheel: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
