"""The Python of packages whose compiled code is optional, out of a wheel for another machine.

It is taken where Pyodide's build of such a package cannot be had. Nothing is built, and no code of
the package runs here: a wheel, checked by the hash of the index, is written again without its
compiled files.
"""

import io
import zipfile
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from pyrt_build import cache, target
from pyrt_build.packages import pip, wheels

# Packages that import their compiled code in a `try`, and have the same in Python. Each was tried.
OPTIONAL_CODE = frozenset({"markupsafe", "pyyaml"})
_COMPILED = (".so", ".pyd", ".dylib", ".c", ".h", ".pyx", ".pxd")
_TAGS = (
    f"--python-version={target.PYTHON_SERIES}",
    "--implementation=cp",
    "--platform=manylinux_2_17_x86_64",
    "--platform=manylinux_2_28_x86_64",
    "--platform=win_amd64",
)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def versions(name: str, index_url: str | None) -> list[Version]:
    """Return the versions of a package whose Python can be had, the newest first."""
    if name not in OPTIONAL_CODE:
        return []
    found = []
    for text in pip.versions(name, index_url, "other"):
        try:
            found.append(Version(text))
        except InvalidVersion:
            continue
    return found


def wheel(name: str, version: Version, index_url: str | None) -> Path | None:
    """Return a wheel with the Python of a package; None if this version has none for this Python.

    Its name has the tag of pure wheels.
    """
    try:
        original = whole(name, version, index_url)
    except pip.PipFailed:
        return None
    stem = "-".join(original.name.split("-")[:2])
    path = cache.folder("wheels", "python") / f"{stem}-py3-none-any.whl"
    content = without_compiled(original)
    if cache.read(path) != content:
        cache.store(path, content)
    return path


def whole(name: str, version: Version, index_url: str | None) -> Path:
    """Return the wheel for another machine, as the index has it.

    Raises:
        PipFailed: there is none.
    """
    return pip.download(Requirement(f"{name}=={version}"), index_url, _TAGS)


def without_compiled(original: Path) -> bytes:
    """Return a wheel again, without its compiled files, and with the tag of pure wheels."""
    written = io.BytesIO()
    with wheels.open_archive(original) as archive, zipfile.ZipFile(written, "w") as pure:
        for name in sorted(archive.namelist()):
            if name.endswith("/") or _is_compiled(name):
                continue
            content = archive.read(name)
            if name.endswith(".dist-info/WHEEL"):
                content = _pure_tag(content)
            elif name.endswith(".dist-info/RECORD"):
                content = _record(content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            pure.writestr(entry, content)
    return written.getvalue()


def _is_compiled(name: str) -> bool:
    return PurePosixPath(name).name.endswith(_COMPILED)


def _pure_tag(about: bytes) -> bytes:
    lines = [line for line in about.splitlines() if not line.startswith((b"Tag:", b"Root-Is-Pure"))]
    return b"\n".join([*filter(None, lines), b"Root-Is-Purelib: true", b"Tag: py3-none-any", b""])


def _record(record: bytes) -> bytes:
    """Return the list of files without those that are not there, and without hashes of new ones."""
    kept = []
    for line in record.decode().splitlines():
        name = line.split(",")[0].strip('"')
        if not _is_compiled(name):
            kept.append(f"{name},," if name.endswith("/WHEEL") else line)
    return "\n".join([*kept, ""]).encode()
