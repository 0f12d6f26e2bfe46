"""A tiny site, and a picture, for tests of what lets browsers keep sites."""

import json
import struct

MANIFEST = {"page": "pyrt/page-1.js", "runtime": {"url": "pyrt/r-1/", "files": []}, "packages": []}
HEAD = '<script type="application/json" id="pyrt-manifest">'
PAGE = f"<html><head>{HEAD}{json.dumps(MANIFEST, separators=(',', ':'))}</script></head></html>"
FILES = {
    "index.html": PAGE.encode(),
    "a/index.html": PAGE.encode(),
    "pyrt/page-1.js": b"page()",
    "assets/data.geojson": b"{}",
    "assets/picture.png": b"png",
    "assets/CNAME": b"x",
    "favicon.ico": b"ico",
    "LICENSES.txt": b"MIT",
    "pyrt-lock.json": b"{}",
    "pyrt/sources-numpy-1.zst": b"zst",
    "pkg/dash/dcc/async-graph.js": b"graph()",
    "pkg/x.js.map": b"{}",
}


def png(width, height):
    """The head of a PNG of this size."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\0\0\0"
