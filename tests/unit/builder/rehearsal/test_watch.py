"""A site whose app does not come to an end is changed so that Python says where it is."""

import json
from typing import Any

from pyrt_build.rehearsal.watch import MODULE, VARIABLE, with_watch
from pyrt_build.site import image
from pyrt_build.site.manifest import MOUNTS, describe_file, read_manifest


def test_the_packages_get_a_module_and_the_app_a_variable():
    packed = image.pack({"own.py": b""})
    manifest = {
        "images": [{**describe_file("pyrt/packages-1.img", packed), "mount": MOUNTS["packages"]}],
        "launch": {"variables": {"A": "1"}},
        "snapshot": {"url": "pyrt/snapshot-1.bin"},
    }
    page = f'<script id="pyrt-manifest">{json.dumps(manifest, separators=(",", ":"))}</script>'
    files = with_watch({"index.html": page.encode(), "pyrt/packages-1.img": packed}, "/where")
    found: Any = read_manifest(files)
    assert found["launch"] == {"variables": {"A": "1", VARIABLE: "/where"}}
    assert "snapshot" not in found, "it would not have the module"
    (entry,) = found["images"]
    assert sorted(image.unpack(files[entry["url"]])) == ["own.py", f"{MODULE}.py"]
    assert entry["size"] == len(files[entry["url"]])
