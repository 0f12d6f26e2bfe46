"""The decoder of Zstandard is one of the files in a single file, and not in the text of scripts.

web/src/files/zstd.ts takes it from there.
"""

import re

from pyrt_build.site.manifest import Files, digest, integrity, read_manifest, with_manifest

DECODER = "pyrt/zstd.wasm"  # as in web/src/embedded/archive.ts
# WebAssembly as web/zstd_wasm.mjs writes it: its first bytes are NUL and "asm".
_TEXT = re.compile(r'"(#§¹³[^"\\]*)"')


def take_out(files: Files) -> Files:
    """Return a site whose decoder is a file, and not in the worker's script."""
    worker = str(read_manifest(files)["worker"])
    text = files[worker].decode()
    found = _TEXT.search(text)
    if found is None:
        return files
    shorter = text.replace(found[0], '""', 1).encode()
    name = f"pyrt/worker-{digest(shorter)}.js"
    site = {path: data for path, data in files.items() if path != worker}
    site |= {name: shorter, DECODER: bytes(map(_byte, map(ord, found[1])))}
    described = {"worker": name, "workerIntegrity": integrity(shorter)}
    return with_manifest(site, read_manifest(files) | described)


def _byte(code: int) -> int:
    """Return the byte that a character stands for: quotes and control characters are left out."""
    return code - (0x46 if code > ord("~") else 0x24 if code > ord("\\") else 0x23)
