"""The content of a file as what a search has to look at: also what is packed or hidden in it.

Archives, compressed files, compressed texts in pictures, texts in UTF-16.
"""

import bz2
import contextlib
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

MAX_DEPTH = 3  # archives in archives
MAX_BYTES = 100 * 2**20  # of what one archive unpacks to
_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNK_HEAD = 8  # bytes: length and type


def _unpack_zstandard(file: io.BytesIO) -> io.BytesIO:
    import zstandard  # noqa: PLC0415 -- 4 ms, needed seldom

    try:
        return io.BytesIO(zstandard.ZstdDecompressor().stream_reader(file).read(MAX_BYTES))
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error


_COMPRESSED: dict[bytes, Callable[[io.BytesIO], io.BufferedIOBase]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"\x28\xb5\x2f\xfd": _unpack_zstandard,
}
# What damaged or unknown content makes these modules raise.
_DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    lzma.LZMAError,
    zlib.error,
    struct.error,
    zipfile.BadZipFile,
)


def parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a content, and what is in it: name inside it (empty for itself), bytes."""
    yield from _parts("", data, 0)


def _parts(name: str, data: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    yield name, data
    if b"\0" in data[:4096]:  # UTF-16 and UTF-32 of ASCII
        yield name, data.replace(b"\0", b"")
    if depth == MAX_DEPTH:
        return
    for inner, content in _inner(data):
        yield from _parts(
            f"{name}/{inner}" if name and inner else name or inner, content, depth + 1
        )


def _inner(data: bytes) -> Iterator[tuple[str, bytes]]:
    with contextlib.suppress(*_DAMAGED):
        if data.startswith(_PNG):
            yield from _texts_of_png(data)
        elif data.startswith(b"PK\x03\x04"):
            yield from _members_of_zip(data)
        elif data[257:262] == b"ustar":
            yield from _members_of_tar(data)
        else:
            for magic, opened in _COMPRESSED.items():
                if data.startswith(magic):
                    with opened(io.BytesIO(data)) as file:
                        yield "", file.read(MAX_BYTES)


def _members_of_zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    left = MAX_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.is_dir() or left <= 0:
                continue
            with contextlib.suppress(*_DAMAGED), archive.open(info) as file:
                content = file.read(left)
                left -= len(content)
                yield info.filename, content


def _members_of_tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    import tarfile  # noqa: PLC0415 -- needed seldom

    left = MAX_BYTES
    with contextlib.suppress(tarfile.TarError), tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file and left > 0:
                content = file.read(left)
                left -= len(content)
                yield member.name, content


def _texts_of_png(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the compressed texts of a picture; plain ones are found in its bytes."""
    at = len(_PNG)
    while at + _CHUNK_HEAD <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        chunk = data[at + _CHUNK_HEAD : at + _CHUNK_HEAD + length]
        at += _CHUNK_HEAD + length + 4  # a checksum follows
        if kind in {b"zTXt", b"iTXt", b"iCCP"}:
            for start in range(chunk.find(b"\0"), min(len(chunk), 200)):
                if chunk[start : start + 1] == b"\x78":  # where a stream of zlib begins
                    with contextlib.suppress(zlib.error):
                        yield "", zlib.decompressobj().decompress(chunk[start:], MAX_BYTES)
                        break
