"""Adds compressed copies to a site, X.gz and X.br, for hosts that send such copies.

nginx (`gzip_static`, `brotli_static`), Caddy (`precompressed`), Apache and many object stores do.
Needs the package brotli.
"""

import gzip
from collections.abc import Callable
from pathlib import PurePosixPath

from pyrt_build import cache, hashes
from pyrt_build.errors import BuildError
from pyrt_build.site.manifest import Files

# All other files are compressed already: images of files, snapshots, pictures, fonts.
COMPRESSIBLE = frozenset({".css", ".html", ".js", ".json", ".map", ".mjs", ".svg", ".txt", ".wasm"})
MIN_BYTES = 1024  # below, compression saves no packet


def with_precompressed_copies(files: Files) -> Files:
    """Return the site with copies of all files that can be compressed.

    Raises:
        BuildError: brotli is not installed.
    """
    try:
        import brotli  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise BuildError(
            "--precompress needs the package brotli: pip install 'pyrt-dash[precompress]'."
        ) from error
    copies: Files = {}
    for path, data in files.items():
        if PurePosixPath(path).suffix not in COMPRESSIBLE or len(data) < MIN_BYTES:
            continue
        copies[f"{path}.br"] = _compress_cached(data, ".br", brotli.compress)
        copies[f"{path}.gz"] = _compress_cached(data, ".gz", _gzip)
    return dict(sorted((files | copies).items()))


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _compress_cached(data: bytes, suffix: str, compress: Callable[[bytes], bytes]) -> bytes:
    """Compress, and cache the result: each build has the same large files."""
    path = cache.folder("compressed") / f"{hashes.sha256(data)[:32]}{suffix}"
    return cache.once(path, lambda: compress(data))
