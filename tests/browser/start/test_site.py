"""The contents of a site that is built with the real wheels."""

import hashlib
import zipfile

from pyrt_build.packages.resolve import dash_wheel
from pyrt_build.site import compression
from pyrt_build.site.image import MAGIC, unpack


def digest(data):
    return hashlib.sha256(data).hexdigest()


def contents(folder):
    """Every file of a site, and every file inside of its images, by digest."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found[digest(data)] = path.name
            data = compression.decompress(data) if path.suffix == ".img" else data
            if data[:8] == MAGIC:
                found.update((digest(part), name) for name, part in unpack(data).items())
    return found


def test_no_file_is_of_dash_renderer_or_of_the_python_of_dash(built_site, examples):
    """Only the compiled bundles come out of the dash wheel."""
    app = examples / "counter" / "app.py"
    site = contents(built_site(app, "--debug", "--no-rehearsal"))
    taken = []
    with zipfile.ZipFile(dash_wheel()) as wheel:
        for info in wheel.infolist():
            ours_not = info.filename.endswith(".py") or "dash-renderer" in info.filename
            # Files of a few bytes, such as an empty __init__.py, are the same everywhere.
            if ours_not and info.file_size > 64 and digest(wheel.read(info)) in site:
                taken.append(info.filename)
    assert taken == []
    assert any(name.startswith("dash_core_components") for name in site.values())
    assert "pyrt/registry.json" in site.values()  # images were looked into
