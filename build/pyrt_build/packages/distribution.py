"""Pyodide's distribution: the interpreter's files, the lock, and the wheels the lock names.

Sources, in order: `--pyodide DIR|URL`, the cache, the CDN, and the copy in a wheel on the package
index. Downloads are checked against the lock. May import cache, index and errors.
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
from packaging.utils import canonicalize_name
from pyodide_lock import PackageSpec, PyodideLockSpec

from pyrt_build import cache, static_files, target
from pyrt_build.console import progress
from pyrt_build.errors import BuildError
from pyrt_build.packages import pip

CDN = f"https://cdn.jsdelivr.net/pyodide/v{target.PYODIDE_VERSION}/full/"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
FALLBACK_WHEEL = Requirement(target.FALLBACK_WHEEL)
FALLBACK_FOLDER = "open_webui/frontend/pyodide/"
TIMEOUT_S = 20
SILENCE_S = 900


class Unreachable(Exception):  # noqa: N818 -- an answer: the next source is asked
    """The source of a distribution cannot be had just now; the text says why."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A lock and where its files are: a folder, or an address and a folder of downloads."""

    lock: PyodideLockSpec
    folder: Path
    url: str | None = None

    def find(self, name: str) -> PackageSpec | None:
        """The entry of a package, by canonical name; only if its file can be had from here."""
        entry = self.lock.packages.get(name)
        if entry and (self.url or (self.folder / entry.file_name).is_file()):
            return entry
        return None

    def provider(self, module: str) -> str | None:
        """The name of the package that provides a top-level module."""
        for name, entry in self.lock.packages.items():
            if module in entry.imports:
                return str(canonicalize_name(name))
        return None

    def fetch(self, entry: PackageSpec) -> Path:
        """The file of an entry, downloaded when it is not at hand.

        Raises:
            Unreachable: it must be downloaded and cannot.
            BuildError: what came is not what the lock promises.
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
    """The interpreter's files: name -> content.

    Raises:
        BuildError: pyrt was not built completely.
    """
    if source and Path(source, "pyodide.asm.wasm").is_file():
        return {name: Path(source, name).read_bytes() for name in CORE}
    return {name: static_files.read(f"pyodide/{name}") for name in CORE}


def core_version(source: str | None) -> str:
    """The version of the interpreter."""
    about = Path(source or "", "package.json")
    if source and about.is_file() and Path(source, "pyodide.asm.wasm").is_file():
        return str(json.loads(about.read_text()).get("version", target.PYODIDE_VERSION))
    return target.PYODIDE_VERSION


def distributions(source: str | None, *, cdn: bool) -> list[str]:
    """The sources to try, in order; give each to `open_distribution`.

    A site that loads packages from the CDN can only have the CDN's versions of them.
    """
    if cdn:
        return ["cdn"]
    return [source] if source else ["cdn", "fallback-wheel"]


def open_distribution(source: str) -> Distribution:
    """Open a folder, an address, `cdn` or `fallback-wheel`.

    Raises:
        Unreachable: the source does not answer.
        BuildError: there is no usable lock.
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
    """Fetch a file; a host that did not answer is left alone for a while."""
    silent = cache.folder("unreachable") / (urlsplit(url).hostname or "")
    if silent.is_file() and time.time() - silent.stat().st_mtime < SILENCE_S:
        raise Unreachable(f"{url}: did not answer a short while ago")
    progress(f"download: {url}")
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:  # noqa: S310 -- http(s)
            data: bytes = response.read()
    except urllib.error.HTTPError as error:
        raise BuildError(f"{url} answers {error.code} {error.reason}.") from error
    except OSError as error:
        silent.touch()
        raise Unreachable(f"{url}: {getattr(error, 'reason', error)}") from error
    return data


def _unpacked_fallback_wheel() -> Path:
    """The distribution out of the fallback wheel, downloaded and unpacked on first use."""
    folder = cache.folder("pyodide", str(FALLBACK_WHEEL))
    if (folder / LOCK).is_file():
        return folder
    progress(
        "The Pyodide CDN cannot be reached; using the copy in a wheel on the package index: "
        f"{FALLBACK_WHEEL}, {target.FALLBACK_WHEEL_MB} MB, once."
    )
    answer = pip.download(
        [FALLBACK_WHEEL], tags=[f"--python-version={target.FALLBACK_WHEEL_PYTHON}"]
    )
    if FALLBACK_WHEEL.name in answer.missing:
        raise Unreachable(f"{FALLBACK_WHEEL}: {answer.missing[FALLBACK_WHEEL.name]}")
    wheel = answer.wheels[FALLBACK_WHEEL.name]
    with zipfile.ZipFile(wheel) as archive:
        inside = [n for n in archive.namelist() if n.startswith(FALLBACK_FOLDER)]
        # The lock last: it is what says that the folder is whole.
        for name in sorted(inside, key=lambda n: n.endswith(LOCK)):
            if name.endswith((".whl", LOCK)):
                cache.store(folder / name.removeprefix(FALLBACK_FOLDER), archive.read(name))
    wheel.unlink(missing_ok=True)
    return folder
