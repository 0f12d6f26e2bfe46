"""A wheel with compiled code, with bytecode in place of its Python source.

As `pyodide py-compile` does it, but by the same compiler and cache as everything else here.
May import bytecode and cache.
"""

import base64
import hashlib
import io
import zipfile
from pathlib import Path

from pyrt_build import cache, target
from pyrt_build.site.compile import bytecode

MOUNT = f"/lib/python{target.PYTHON_SERIES}/site-packages"
COMPRESSION_LEVEL = 6


def with_bytecode(wheel: Path, data: bytes, *, keep_source: bool) -> bytes:
    """The wheel's bytes with .pyc added or put in place of .py; as they are without a compiler."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
    made = bytecode.compiled(files, MOUNT, keep_source=keep_source)
    if made.keys() == files.keys():
        return data
    key = cache.sha256("".join(map(cache.sha256, made.values())).encode() + wheel.name.encode())
    kept = cache.folder("repacked") / f"{key[:32]}.whl"
    known = cache.read(kept)
    if known is None:
        known = _zip(_with_record(made))
        cache.store(kept, known)
    return known


def _with_record(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with a RECORD that is true again."""
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
    """An archive that depends on nothing but its content."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name], compresslevel=COMPRESSION_LEVEL)
    return result.getvalue()
