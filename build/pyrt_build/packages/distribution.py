"""Pyodide's distribution: files of the interpreter, the lock file, and the wheels in it.

Sources, in order: what `--pyodide` or `[tool.pyrt] pyodide` names, the cache, the CDN, and a copy
in a wheel on the package index (`carrier`). Downloads are checked against the lock file.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyrt_build import cache, hashes, static_files, target
from pyrt_build.errors import BuildError

if TYPE_CHECKING:
    from pyodide_lock import PackageSpec, PyodideLockSpec

CDN = f"https://cdn.jsdelivr.net/pyodide/v{target.PYODIDE_VERSION}/full/"
# Files of the interpreter: as Pyodide names them -> in a site. Hosts, such as nginx of Debian 12,
# know no type for `.mjs`, and browsers run no module of an unknown type.
CORE = {
    "pyodide.mjs": "pyodide.js",
    "pyodide.asm.mjs": "pyodide.asm.js",
    "pyodide.asm.wasm": "pyodide.asm.wasm",
}
STDLIB_ZIP = "python_stdlib.zip"
LOCK = target.PYODIDE_LOCK


@dataclass(frozen=True, slots=True)
class Distribution:
    """A lock file and its packages.

    Attributes:
        folder: the packages; with `url`, those that have been downloaded.
        url: address of the packages, with a slash at its end.
    """

    lock: "PyodideLockSpec"
    folder: Path
    url: str | None = None

    def find(self, name: str) -> "PackageSpec | None":
        """Return the entry of a package, by canonical name; None if its file cannot be had."""
        entry = self.lock.packages.get(name)
        if entry and (self.url or (self.folder / entry.file_name).is_file()):
            return entry
        return None

    def fetch(self, entry: "PackageSpec") -> Path:
        """Return the file of an entry; download it if it is not in the folder.

        Raises:
            Unreachable: it has to be downloaded, and cannot be.
            BuildError: its hash is not the one in the lock file.
        """
        from pyrt_build.packages import download  # noqa: PLC0415 -- imports http.client

        path = self.folder / entry.file_name
        is_there = path.is_file()
        if is_there and hashes.file_sha256(path) == entry.sha256:
            return path
        if is_there and not self.url:
            raise BuildError(
                f"{path} is truncated or damaged: its SHA-256 is not the one in {LOCK}. Delete the "
                "file, or give another source with --pyodide."
            )
        if not self.url:
            raise download.Unreachable(f"{path} does not exist")
        path.unlink(missing_ok=True)
        download.fetch(self.url + entry.file_name, path, entry.sha256)
        return path


def core(source: str | None) -> dict[str, bytes]:
    """Return the files of the interpreter without its standard library: name -> content.

    Args:
        source: value of `--pyodide`; a folder with an interpreter in it replaces pyrt's own.

    Raises:
        BuildError: pyrt was not built completely.
    """
    return {name: _core_path(source, name).read_bytes() for name in CORE}


def standard_library(source: str | None) -> Path:
    """Return the file with the standard library, a zip; `source` as in `core`."""
    return _core_path(source, STDLIB_ZIP)


def _core_path(source: str | None, name: str) -> Path:
    if _has_interpreter(source):
        return Path(source or "", name)
    return static_files.path(f"pyodide/{name}")


def _has_interpreter(source: str | None) -> bool:
    return bool(source) and Path(source or "", "pyodide.asm.wasm").is_file()


def core_version(source: str | None) -> str:
    """Return the version of the interpreter; `source` as in `core`."""
    about = Path(source or "", "package.json")
    if _has_interpreter(source) and about.is_file():
        return str(
            json.loads(about.read_text(encoding="utf-8")).get("version", target.PYODIDE_VERSION)
        )
    return target.PYODIDE_VERSION


def distributions(source: str | None, *, cdn: bool) -> list[str]:
    """Return the sources to try, in order, for `open_distribution`.

    A site that loads packages from the CDN gets the CDN's versions only.
    """
    if cdn:
        return ["cdn"]
    from pyrt_build.packages import carrier  # noqa: PLC0415 -- for a search only

    return [source] if source else ["cdn", str(carrier.FALLBACK)]


def open_distribution(source: str) -> Distribution:
    """Open a folder, an address, a wheel that carries a distribution (`carrier.parse`), or `cdn`.

    Raises:
        Unreachable: the source cannot be reached.
        BuildError: it has no lock file, or one of another ABI.
    """
    if source == "cdn":
        return Distribution(_lock(static_files.read(f"pyodide/{LOCK}"), LOCK), _downloads(CDN), CDN)
    from pyrt_build.packages import carrier, download  # noqa: PLC0415 -- seldom needed

    wheel = carrier.parse(source)
    if wheel:
        folder = carrier.unpacked(wheel)
        return Distribution(_lock((folder / LOCK).read_bytes(), f"{LOCK} in {source}"), folder)
    if source.startswith(("http://", "https://")):
        url = source.rstrip("/") + "/"
        folder = _downloads(url)
        return Distribution(_lock(download.fetch_unchecked(url + LOCK), url + LOCK), folder, url)
    path = Path(source) / LOCK
    if not path.is_file():
        raise BuildError(
            f"{source} is no source of Pyodide's packages: there is no {LOCK}. Give --pyodide, or "
            "pyodide in [tool.pyrt], the folder of an unpacked Pyodide distribution, its address, "
            f"or a wheel that carries one, as in {carrier.FALLBACK}."
        )
    return Distribution(_lock(path.read_bytes(), str(path)), Path(source))


class LazyDistribution:
    """A distribution that is opened when a package may come from it.

    Attributes:
        unreachable: the address and the reason of a source before this one that gave no answer.
    """

    def __init__(self, source: str, unreachable: str = "") -> None:
        self.source = source
        self.unreachable = unreachable
        self._opened: Distribution | None = None

    @property
    def opened(self) -> Distribution:
        """The distribution."""
        if self._opened is None:
            self._opened = open_distribution(self.source)
        return self._opened


def modules_of_packages() -> dict[str, tuple[str, ...]]:
    """Return the top-level modules of each package of Pyodide, by its name there."""
    lock = json.loads(static_files.read(f"pyodide/{LOCK}"))
    return {
        name: tuple({module.split(".")[0]: None for module in about["imports"]})
        for name, about in lock["packages"].items()
    }


def _lock(data: bytes, origin: str) -> "PyodideLockSpec":
    from pyodide_lock import PyodideLockSpec  # noqa: PLC0415 -- 60 ms, for a search only

    try:
        lock = PyodideLockSpec.from_dict(json.loads(data))
    except Exception as error:  # whatever pyodide_lock raises for JSON that is no lock
        reason = f"{type(error).__name__}: {error}"
        raise BuildError(f"{origin} is no Pyodide lock file ({reason}).") from error
    if lock.info.abi_version != target.ABI_VERSION:
        raise BuildError(
            f"{origin} is of Pyodide's ABI {lock.info.abi_version}; this pyrt runs Pyodide "
            f"{target.PYODIDE_VERSION}, ABI {target.ABI_VERSION}. Give a distribution of that "
            "series with --pyodide."
        )
    return lock


def _downloads(url: str) -> Path:
    return cache.folder("pyodide", hashes.sha256(url.encode())[:16])
