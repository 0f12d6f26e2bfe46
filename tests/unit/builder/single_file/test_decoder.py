"""The decoder of Zstandard is a file of the single file, and in none of its scripts."""

import json

from pyrt_build.single_file.decoder import DECODER, take_out
from pyrt_build.site.manifest import digest, integrity, read_manifest

# As web/zstd_wasm.mjs encodes it; `web/test/files/zstd_wasm.test.ts` has the same.
WASM, TEXT = b"\0asm\1\0\x38\x39\x5a\x5b\xff", "#§¹³$#[]~\u00a1\u0145"
HEAD = '<script type="application/json" id="pyrt-manifest">'
WORKER = f'a="{TEXT}";b="#§";run(a)'
FILES = {
    "index.html": f"<p>{HEAD}{json.dumps({'worker': 'pyrt/worker-1.js'})}</script>".encode(),
    "pyrt/worker-1.js": WORKER.encode(),
}


def test_the_worker_has_another_name_with_its_other_content():
    taken = take_out(compact(FILES))
    shorter = 'a="";b="#§";run(a)'.encode()
    name = f"pyrt/worker-{digest(shorter)}.js"
    assert taken.keys() == {"index.html", name, DECODER}
    assert taken[name] == shorter
    assert taken[DECODER] == WASM
    assert read_manifest(taken) == {"worker": name, "workerIntegrity": integrity(shorter)}


def test_a_worker_without_one_stays_as_it_is():
    files = compact(FILES | {"pyrt/worker-1.js": b'a="";run(a)'})
    assert take_out(files) == files


def compact(files):
    """The site with its manifest as the builder writes it."""
    page = files["index.html"].replace(b'": "', b'":"')
    return files | {"index.html": page}
