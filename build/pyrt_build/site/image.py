"""The image format: many files in one download, which the worker mounts as a file system.

8 bytes `PYRTIMG1`, the length of the index (uint32, little endian), the index as JSON, then the
bytes of the files in the order of the index. Sizes are in bytes. docs/site-format.md has the form
of the index.
"""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pyrt_build import target
from pyrt_build.types import Json

MAGIC = b"PYRTIMG1"
# Where the bytes of a file are: in one of the two parts of the image, at `pkg/<path>`, in a pack.
FIRST, REST, OWN_ADDRESS, FIRST_PACK = range(4)
_CACHE_TAG = f"cpython-{target.PYTHON_DIGITS}"
_CACHED = f".{_CACHE_TAG}.pyc"

type Ranges = Sequence[tuple[int, int]]
# Of a file whose bytes are in both parts of an image: those in the first part.
type Place = int | Ranges


@dataclass(frozen=True, slots=True)
class Pack:
    """A file of the site with files that are fetched together, when the first of them is read.

    Attributes:
        url: address of the file; it has the bytes of its files one after the other, sorted by
            path.
        size: of the file.
        unpacked: size of its content if it is compressed, else 0.
        sizes: path -> size of each of its files.
    """

    url: str
    size: int
    unpacked: int
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Image:
    """What an image shows of a folder.

    Attributes:
        files: path -> content of the files in the image.
        own: path -> size of files that are fetched from `pkg/<path>`.
        packs: of files that are fetched together.
    """

    files: Mapping[str, bytes]
    own: Mapping[str, int] = field(default_factory=dict)
    packs: Sequence[Pack] = ()


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return an image of files, whose paths are relative to the mount.

    >>> pack({"b": b"2", "a": b"1"})[12:]
    b'[["a",1],["b",1]]12'
    """
    return b"".join([head(files), *(files[path] for path in sorted(files, key=_order))])


def head(files: Mapping[str, bytes]) -> bytes:
    """Return what is before the first file in an image of files: magic number and index."""
    return _head([[path, len(files[path])] for path in sorted(files, key=_order)])


def _head(index: Json) -> bytes:
    text = json.dumps(index, separators=(",", ":"), ensure_ascii=False).encode()
    return MAGIC + struct.pack("<I", len(text)) + text


def pack_whole(image: Image) -> bytes:
    """Return an image in one part."""
    return split_pack(image, dict.fromkeys(image.files, FIRST))[0]


def split_pack(image: Image, places: Mapping[str, Place]) -> tuple[bytes, bytes]:
    """Return the two parts of an image: with its index, and the bytes of the files beside it.

    Args:
        image: its content.
        places: of each of its files: 0 for the first part, `REST` for the second one, or the
            ranges of its bytes that are in the first part.
    """
    entries: dict[str, tuple[int, Place]] = {p: (len(d), places[p]) for p, d in image.files.items()}
    entries |= {path: (size, OWN_ADDRESS) for path, size in image.own.items()}
    for number, found in enumerate(image.packs, FIRST_PACK):
        entries |= {path: (size, number) for path, size in found.sizes.items()}
    order = sorted(entries, key=_order)
    first: list[memoryview] = []
    rest: list[memoryview] = []
    for path in filter(image.files.__contains__, order):
        data, place = memoryview(image.files[path]), places[path]
        _divide(data, [(0, len(data))] if place == FIRST else place, first, rest)
    index = _index([(path, *entries[path]) for path in order], image.packs)
    return b"".join([_head(index), *first]), b"".join(rest)


def pack_content(files: Mapping[str, bytes]) -> bytes:
    """Return the content of a pack."""
    return b"".join(files[path] for path in sorted(files, key=_order))


def unpack_pack(pack: Pack, content: bytes) -> dict[str, bytes]:
    """Return the files of a pack, by its content."""
    files: dict[str, bytes] = {}
    at = 0
    for path in sorted(pack.sizes, key=_order):
        files[path] = content[at : at + pack.sizes[path]]
        at += pack.sizes[path]
    return files


def _order(path: str) -> tuple[str, int]:
    """Sort bytecode behind its source, wherever its folder is."""
    source = source_of(path)
    return (path, 0) if source is None else (source, 1)


def source_of(path: str) -> str | None:
    """Return the source of bytecode in a `__pycache__`, by its path; else None.

    >>> source_of("a/__pycache__/b.cpython-314.pyc"), source_of("a/b.pyc")
    ('a/b.py', None)
    """
    if not path.endswith(_CACHED):
        return None
    where = PurePosixPath(path)
    if where.parent.name != "__pycache__":
        return None
    return str(where.parent.parent / f"{where.name.removesuffix(_CACHED)}.py")


def cached_path(source: str) -> str:
    """Return where Python looks for the bytecode of a module.

    >>> cached_path("a/b.py")
    'a/__pycache__/b.cpython-314.pyc'
    """
    where = PurePosixPath(source)
    return str(where.parent / "__pycache__" / f"{where.stem}{_CACHED}")


def _divide(
    data: memoryview, place: Place, first: list[memoryview], rest: list[memoryview]
) -> None:
    at = 0
    for start, end in [*(() if isinstance(place, int) else place), (len(data), len(data))]:
        rest.append(data[at:start])
        first.append(data[start:end])
        at = end


def _index(entries: Iterable[tuple[str, int, Place]], packs: Sequence[Pack]) -> Json:
    """Return the index; bytecode whose source is in a pack is one entry with it."""
    rows: list[Json] = []
    source: tuple[str, int, Place] | None = None
    for path, size, place in entries:
        if source and path == cached_path(source[0]):
            rows[-1] = [source[0], size, _as_json(place), source[1], _as_json(source[2])]
        else:
            rows.append([path, size, *([_as_json(place)] if place != FIRST else [])])
        in_pack = isinstance(place, int) and place >= FIRST_PACK
        source = (path, size, place) if in_pack else None
    if not packs:
        return rows
    listed: list[Json] = [[p.url, p.size, p.unpacked] for p in packs]
    return {"files": rows, "packs": listed, "cacheTag": _CACHE_TAG}


def _as_json(place: Place) -> Json:
    return place if isinstance(place, int) else [[start, end] for start, end in place]


def unpack(image: bytes) -> dict[str, bytes]:
    """Return the files in an image that is in one part.

    Raises:
        ValueError: this is no image, or not all of it.

    >>> unpack(pack({"a": b"1", "b": b""}))
    {'a': b'1', 'b': b''}
    """
    return dict(read(image).files)


def read(image: bytes) -> Image:
    """Return what an image in one part shows.

    Raises:
        ValueError: this is no image, or not all of it.
    """
    if image[:8] != MAGIC:
        raise ValueError("not an image: it does not begin with PYRTIMG1")
    (length,) = struct.unpack_from("<I", image, 8)
    start = 12 + length
    index = json.loads(image[12:start])
    rows, listed = (index, []) if isinstance(index, list) else (index["files"], index["packs"])
    files: dict[str, bytes] = {}
    own: dict[str, int] = {}
    sizes: list[dict[str, int]] = [{} for _ in listed]
    for path, size, place in _places(rows):
        if place == OWN_ADDRESS:
            own[path] = size
        elif place >= FIRST_PACK:
            sizes[place - FIRST_PACK][path] = size
        else:
            files[path] = image[start : start + size]
            start += size
    if start != len(image):
        raise ValueError(f"an image of {len(image)} bytes whose index says {start}")
    packs = [
        Pack(url, size, unpacked, found)
        for (url, size, unpacked), found in zip(listed, sizes, strict=True)
    ]
    return Image(files, own, packs)


def _places(rows: Iterable[Sequence[object]]) -> Iterable[tuple[str, int, int]]:
    for path, size, *more in rows:
        place, *source = more or [FIRST]
        assert isinstance(path, str)
        assert isinstance(size, int)
        assert isinstance(place, int)
        if source:
            source_size, source_place = source
            assert isinstance(source_size, int)
            assert isinstance(source_place, int)
            yield path, source_size, source_place
            yield cached_path(path), size, place
        else:
            yield path, size, place
