"""The image format: many files in one download, which the worker mounts as a file system.

8 bytes `PYRTIMG1`, the length of the index (uint32, little endian), the index as JSON
`[[path, size], ...]`, then the bytes of all files in that order. Sizes are in bytes.
"""

import json
import struct
from collections.abc import Mapping

MAGIC = b"PYRTIMG1"


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return an image of files, whose paths are relative to the mount.

    >>> pack({"b": b"2", "a": b"1"})[12:]
    b'[["a",1],["b",1]]12'
    """
    return b"".join([head(files), *(files[path] for path in sorted(files))])


def head(files: Mapping[str, bytes]) -> bytes:
    """Return what is before the first file in an image: magic number and index."""
    index = json.dumps(
        [[path, len(files[path])] for path in sorted(files)],
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()
    return MAGIC + struct.pack("<I", len(index)) + index


def unpack(image: bytes) -> dict[str, bytes]:
    """Return the files of an image.

    Raises:
        ValueError: this is no image, or not all of it.

    >>> unpack(pack({"a": b"1", "b": b""}))
    {'a': b'1', 'b': b''}
    """
    if image[:8] != MAGIC:
        raise ValueError("not an image: it does not begin with PYRTIMG1")
    (length,) = struct.unpack_from("<I", image, 8)
    start = 12 + length
    files = {}
    for path, size in json.loads(image[12:start]):
        files[path] = image[start : start + size]
        start += size
    if start != len(image):
        raise ValueError(f"an image of {len(image)} bytes whose index says {start}")
    return files
