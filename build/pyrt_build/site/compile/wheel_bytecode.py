"""Replaces the Python source in a wheel by bytecode, as `pyodide py-compile` does."""

import base64
import hashlib
import io
import zipfile
from pathlib import Path

from pyrt_build import cache, target
from pyrt_build.site.compile import bytecode

MOUNT = f"/lib/python{target.PYTHON_SERIES}/site-packages"
COMPRESSION_LEVEL = 6
RULES = b"1"  # version of how wheels are packed; part of the keys of their cache


def with_bytecode(
    wheel: Path, sha256: str, compiler: bytecode.Compiler, *, keep_source: bool
) -> bytes:
    """Return a wheel with .pyc beside .py or in its place; unchanged without a compiler.

    Args:
        wheel: its file.
        sha256: its hash.
        compiler: of this build.
        keep_source: keep the .py.
    """
    path = _stored_path(wheel, sha256, keep_source=keep_source)
    known = cache.read(path)
    if known is not None:
        return known
    data = wheel.read_bytes()
    files = _read(data)
    made = bytecode.compiled(files, MOUNT, compiler, keep_source=keep_source)
    if made.keys() == files.keys():
        return data
    packed = _zip(_with_record(made))
    cache.store(path, packed)
    return packed


def sources(wheel: Path, sha256: str, *, keep_source: bool) -> list[dict[str, bytes]]:
    """Return the groups of sources in a wheel, if it was not packed with bytecode before."""
    if _stored_path(wheel, sha256, keep_source=keep_source).is_file():
        return []
    return bytecode.groups_of(_read(wheel.read_bytes()), MOUNT)


def _stored_path(wheel: Path, sha256: str, *, keep_source: bool) -> Path:
    form = b"source and bytecode" if keep_source else b"bytecode"
    key = bytecode.settings_key(sha256, wheel.name.encode(), form, RULES)
    return cache.folder("repacked") / f"{key}.whl"


def _read(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}


def _with_record(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files with a RECORD of their new hashes."""
    record = next(name for name in files if name.endswith(".dist-info/RECORD"))
    lines = [
        f"{_quoted(name)},sha256={_digest(files[name])},{len(files[name])}"
        for name in sorted(files)
        if name != record
    ]
    return files | {record: "\n".join([*lines, f"{record},,", ""]).encode()}


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _zip(files: dict[str, bytes]) -> bytes:
    """Return an archive that depends on its content only."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name], compresslevel=COMPRESSION_LEVEL)
    return result.getvalue()
