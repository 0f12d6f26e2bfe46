"""The decoder of Zstandard travels once in a single file.

The script in the page has it, and stands before that of the worker, too. web/src/files/zstd.ts.
"""

import re

from pyrt_build.site.manifest import Files, digest, read_manifest, with_manifest

# WebAssembly in base64, in quotes: it begins with the bytes "\\0asm".
_WASM = re.compile(r"([\"'`])(AGFzb[\w+/]+=*)\1")


def share_decoder(files: Files, script: str) -> Files:
    """Return a site whose worker has no decoder, if `script`, which stands before it, has it."""
    worker = str(read_manifest(files)["worker"])
    text = files[worker].decode()
    own, first = _WASM.search(text), _WASM.search(script)
    if own is None or first is None or own[2] != first[2]:
        return files
    shorter = text.replace(own[0], '""', 1).encode()
    name = f"pyrt/worker-{digest(shorter)}.js"
    site = {path: data for path, data in files.items() if path != worker} | {name: shorter}
    return with_manifest(site, read_manifest(files) | {"worker": name})
