"""The decoder of Zstandard is in the page's script, and not again in that of the worker."""

import json

import pytest

from pyrt_build.single_file.decoder import share_decoder
from pyrt_build.site.manifest import digest, read_manifest

WASM = "AGFzbQEAAAABoA+/=="
HEAD = '<script type="application/json" id="pyrt-manifest">'
WORKER = f'a="{WASM}";b="AGFzb";run(a)'.encode()
FILES = {
    "index.html": f"<p>{HEAD}{json.dumps({'worker': 'pyrt/worker-1.js'})}</script>".encode(),
    "pyrt/worker-1.js": WORKER,
}


def test_the_worker_has_another_name_with_its_other_content():
    shared = share_decoder(compact(FILES), f"first=`{WASM}`")
    shorter = b'a="";b="AGFzb";run(a)'
    name = f"pyrt/worker-{digest(shorter)}.js"
    assert shared.keys() == {"index.html", name}
    assert shared[name] == shorter
    assert read_manifest(shared)["worker"] == name


@pytest.mark.parametrize("script", ["", "first=`AGFzbOther`"])
def test_without_the_same_one_before_it_the_worker_keeps_its_own(script):
    assert share_decoder(compact(FILES), script) == compact(FILES)


def compact(files):
    """The site with its manifest as the builder writes it."""
    page = files["index.html"].replace(b'": "', b'":"')
    return files | {"index.html": page}
