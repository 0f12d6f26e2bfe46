"""Compressed copies beside the files of a site, for hosts that send such copies: X.gz and X.br.

nginx (`gzip_static`, `brotli_static`), Caddy (`precompressed`), Apache and many object stores do.
Needs the package brotli. Imports cache and errors.
"""

import gzip
from collections.abc import Callable
from pathlib import PurePosixPath

from pyrt_build import cache
from pyrt_build.errors import BuildError
from pyrt_build.site.plan import Files

# What is not here is compressed already: images of ours, snapshots, pictures, fonts.
COMPRESSIBLE = frozenset({".css", ".html", ".js", ".json", ".map", ".mjs", ".svg", ".txt", ".wasm"})
SMALL_BYTES = 1024  # below, compression saves no packet


def with_variants(files: Files) -> Files:
    """The site with copies of everything that compresses.

    Raises:
        BuildError: brotli is not installed.
    """
    try:
        import brotli  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise BuildError(
            "--precompress needs the package brotli: pip install 'pyrt[precompress]'."
        ) from error
    copies: Files = {}
    for path, data in files.items():
        if PurePosixPath(path).suffix not in COMPRESSIBLE or len(data) < SMALL_BYTES:
            continue
        copies[f"{path}.br"] = _kept(data, ".br", brotli.compress)
        copies[f"{path}.gz"] = _kept(data, ".gz", _gzipped)
    return dict(sorted((files | copies).items()))


def _gzipped(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _kept(data: bytes, suffix: str, compress: Callable[[bytes], bytes]) -> bytes:
    """Compressed once: the same large files come again with each build."""
    path = cache.folder("compressed") / f"{cache.sha256(data)[:32]}{suffix}"
    return cache.once(path, lambda: compress(data))
