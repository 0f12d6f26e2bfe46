"""A planned site with one package, as a rehearsal leaves it."""

import json

from pyrt_build.site import image
from pyrt_build.site.manifest import with_snapshot


def planned(app, snapshot):
    images = {
        "packages": {f"{letter}.py": letter.encode() for letter in "abcxyz"},
        "app": {"app.py": app.encode()},
    }
    entries = [
        {"url": f"pyrt/{name}-0.img", "size": 1, "sha256": "", "mount": mount}
        for name, mount in (("packages", "/pyrt/packages"), ("app", "/app"))
    ]
    runtime = {
        "url": "pyrt/runtime-0/",
        "lockUrl": "pyrt/runtime-0/pyodide-lock.json",
        "files": [{"name": "pyodide.asm.wasm"}],
    }
    manifest = {
        "page": "pyrt/page-0.js",
        "worker": "pyrt/worker-0.js",
        "debug": False,
        "images": entries,
        "runtime": runtime,
    }
    page = f'<script type="application/json" id="pyrt-manifest">{json.dumps(manifest)}</script>'
    files = {
        "index.html": page.encode(),
        "pyrt/page-0.js": b"page()",
        "pyrt/runtime-0/pyodide.asm.wasm": b"\0asm" * 100,
        **{f"pyrt/{name}-0.img": image.pack(content) for name, content in images.items()},
    }
    return with_snapshot(files, snapshot.encode() * 100)
