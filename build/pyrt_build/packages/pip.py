"""Runs pip: it finds, downloads and builds packages. Its answers are JSON, and cached.

pip is a program, so that mirrors, proxies, certificates and credentials are those of its own
configuration. Dependencies are not resolved here, and nothing is built unless `build` is called.
"""

import errno
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from pyrt_build import cache, hashes, target
from pyrt_build.console.output import step
from pyrt_build.errors import BuildError
from pyrt_build.packages import pip_program
from pyrt_build.project.addresses import path_of

# The Python and the ABI of the site (PEP 783), as options of pip.
TARGET_TAGS = (
    f"--python-version={target.PYTHON_SERIES}",
    "--implementation=cp",
    f"--abi={target.PYTHON_TAG}",
    "--abi=abi3",
    "--abi=none",
    f"--platform={target.PLATFORM_TAG}",
)
# What packages have for other machines, with one of these Pythons: enough to tell a name without
# wheels for a browser from one that does not exist.
OTHER_PYTHONS = (target.PYTHON_SERIES, "3.12", "3.9")
OTHER_TAGS = (
    "--implementation=cp",
    "--platform=win_amd64",
    "--platform=macosx_11_0_arm64",
    "--platform=manylinux_2_17_x86_64",
    "--platform=manylinux_2_28_x86_64",
    "--only-binary=:all:",
)
# The oldest pip with `index versions --json`, and the one that continues a download which breaks
# off; `pyproject.toml` requires it, too.
OLDEST_PIP = "25.1"
MAX_AGE_S = 24 * 3600
UNAVAILABLE_MAX_AGE_S = 600  # of the answer that there is nothing

type Kind = Literal["browser", "source", "other"]
_OPTIONS: dict[Kind, Sequence[str]] = {
    "browser": (*TARGET_TAGS, "--only-binary=:all:"),
    "source": (f"--python-version={target.PYTHON_SERIES}", "--no-binary=:all:"),
    "other": OTHER_TAGS,
}


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel on the package index, with its metadata.

    Attributes:
        requires: lines of `Requires-Dist`.
        file: path of a wheel on this machine, of an index that is a folder.
    """

    name: str
    version: str
    file_name: str
    sha256: str
    requires: tuple[str, ...] = ()
    file: str = ""


class PipFailed(Exception):  # noqa: N818 -- becomes a result
    """pip ended with an error; the text is its stderr, as far as it explains the error."""


def versions(
    name: str, index_url: str | None, kind: Kind = "browser", before: str | None = None
) -> list[str]:
    """Return the versions on the index, early ones too, the newest first.

    Args:
        name: the package.
        index_url: value of `--index-url`.
        kind: those with a wheel for a browser, with a source distribution, or with wheels for
            other machines.
        before: only what was uploaded before this date or so many days ago (`P365D`).
    """
    answer = Answer([f"versions {kind}", name, before or ""], index_url)
    known = answer.read()
    if known is None:
        options = [*_OPTIONS[kind], *([f"--uploaded-prior-to={before}"] if before else [])]
        if kind == "other":
            questions = [[*options, f"--python-version={series}"] for series in OTHER_PYTHONS]
        else:
            questions = [options]
        found = (_versions(name, question, index_url) for question in questions)
        known = next(filter(None, found), [])
        answer.write(known, lasting=bool(known))
    return list(known)


def is_index_alive(index_url: str | None) -> bool:
    """Tell whether the index answers: it is asked for dash, which no site can do without."""
    no_links = {} if os.environ.get("PIP_NO_INDEX") else {"PIP_FIND_LINKS": ""}
    return bool(_versions("dash", _OPTIONS["browser"], index_url, no_links))


def _versions(
    name: str,
    options: Sequence[str],
    index_url: str | None,
    environment: dict[str, str] | None = None,
) -> list[str]:
    command = ["index", "versions", "--json", "--pre", *options]
    try:
        found: list[str] = json.loads(_run(command, [name], index_url, environment))["versions"]
    except PipFailed:
        return []
    return found


def newest(requirements: Sequence[Requirement], index_url: str | None) -> dict[str, Wheel] | None:
    """Return the newest wheel for a browser that each requirement allows, by canonical name.

    None if there is none for at least one of them; pip does not say for which.
    """
    found, pending = {}, []
    for requirement in requirements:
        known = Answer(["wheel", str(requirement)], index_url).read()
        if known is None:
            pending.append(requirement)
        else:
            found[_name(requirement)] = _wheel(known)
    if pending:
        together = Answer(["wheels", *map(str, pending)], index_url)
        if together.read() is False:
            return None
        command = ["install", "--dry-run", "--no-deps", "--ignore-installed", "--report=-"]
        command.append("--quiet")
        try:
            with step(f"Asking the package index for {', '.join(map(str, pending))}"):
                text = _run([*command, *_OPTIONS["browser"]], list(map(str, pending)), index_url)
        except PipFailed:
            together.write(False, lasting=False)  # noqa: FBT003 -- JSON
            return None
        for item in json.loads(text)["install"]:
            wheel = _reported(item)
            found[wheel.name] = wheel
        for requirement in pending:
            wheel = found[_name(requirement)]
            Answer(["wheel", str(requirement)], index_url).write(asdict(wheel), lasting=True)
    return found


def older_answer(requirement: Requirement, index_url: str | None) -> Wheel | None:
    """Return what the index offered for a requirement at any time before; None if never asked."""
    known = Answer(["wheel", str(requirement)], index_url).read(max_age_s=float("inf"))
    return _wheel(known) if known else None


def fetch(found: Sequence[Wheel], index_url: str | None) -> dict[str, Path]:
    """Download wheels into the cache; return their paths, by canonical name.

    Raises:
        BuildError: the index does not give one, or another file than it named.
    """
    folder = cache.folder("wheels")
    missing = [wheel for wheel in found if not _is_cached(folder / wheel.file_name, wheel.sha256)]
    for wheel in missing:
        if wheel.file and Path(wheel.file).is_file():
            cache.store(folder / wheel.file_name, Path(wheel.file).read_bytes())
    remote = [w for w in missing if not _is_cached(folder / w.file_name, w.sha256)]
    if remote:
        pins = [f"{wheel.name}=={wheel.version}" for wheel in remote]
        try:
            _download(["download", *_OPTIONS["browser"]], "--dest", pins, index_url)
        except PipFailed as error:
            raise BuildError(f"pip cannot download {', '.join(pins)}:\n  {error}") from error
    for wheel in missing:
        if not _is_cached(folder / wheel.file_name, wheel.sha256):
            raise BuildError(
                f"The package index sent another {wheel.file_name} than it named: its SHA-256 is "
                f"not {wheel.sha256}. Build again; if it stays so, the index is at fault."
            )
    return {wheel.name: folder / wheel.file_name for wheel in found}


def is_downloaded(wheel: Wheel) -> bool:
    """Tell whether a wheel is in the cache."""
    return _is_cached(cache.folder("wheels") / wheel.file_name, wheel.sha256)


@dataclass(frozen=True, slots=True)
class FoundWheel:
    """Where pip would take a wheel from."""

    url: str
    sha256: str


def locate(requirement: Requirement, tags: Sequence[str]) -> FoundWheel | None:
    """Return where pip would download a wheel from; None if it is no host, or without a hash."""
    command = ["install", "--dry-run", "--no-deps", "--ignore-installed", "--quiet", "--report=-"]
    try:
        text = _run([*command, *tags, "--only-binary=:all:"], [str(requirement)], None)
        found = json.loads(text)["install"][0]["download_info"]
        wheel = FoundWheel(found["url"], found["archive_info"]["hashes"]["sha256"])
    except (PipFailed, ValueError, LookupError, TypeError):
        return None
    return wheel if wheel.url.startswith(("http://", "https://")) else None


def _is_cached(path: Path, sha256: str) -> bool:
    return path.is_file() and (not sha256 or hashes.file_sha256(path) == sha256)


def download(
    requirement: Requirement, index_url: str | None = None, tags: Sequence[str] = TARGET_TAGS
) -> Path:
    """Download the wheel of a requirement that has an address, or for other machines.

    Raises:
        PipFailed: there is none.
    """
    answer = Answer(["file", str(requirement), *tags], index_url)
    known = answer.read()
    if known and (cache.folder("wheels") / known).is_file():
        return cache.folder("wheels") / str(known)
    command = ["download", *tags, "--only-binary=:all:"]
    with step(f"Asking the package index for {requirement}"):
        (path,) = _download(command, "--dest", [str(requirement)], index_url)
    answer.write(path.name, lasting=True)
    return path


def build(requirement: Requirement, index_url: str | None = None) -> Path:
    """Build a wheel from source, by pip in an isolated environment: code of the package runs.

    Raises:
        PipFailed: it does not build.
    """
    # There is no compiler: packages whose extensions are optional build without them.
    environment = {"CC": "false", "CXX": "false", "SOURCE_DATE_EPOCH": "315532800"}
    command = ["wheel", "--no-cache-dir", f"--no-binary={requirement.name}"]
    with step(f"Building {requirement} from source"):
        (path,) = _download(command, "--wheel-dir", [str(requirement)], index_url, environment)
    return path


def _name(requirement: Requirement) -> str:
    return str(canonicalize_name(requirement.name))


def _reported(item: dict[str, Any]) -> Wheel:
    """Read one entry of pip's installation report."""
    about, info = item["metadata"], item["download_info"]
    url = urlsplit(info["url"])
    return Wheel(
        file=str(path_of(info["url"])) if url.scheme == "file" else "",
        name=str(canonicalize_name(about["name"])),
        version=about["version"],
        file_name=unquote(url.path).rpartition("/")[2],
        sha256=info.get("archive_info", {}).get("hashes", {}).get("sha256", ""),
        requires=tuple(about.get("requires_dist", ())),
    )


def _wheel(known: dict[str, Any]) -> Wheel:
    return Wheel(**{**known, "requires": tuple(known["requires"])})


class Answer:
    """A cached answer of pip to a question; JSON."""

    def __init__(self, question: Sequence[str], index_url: str | None) -> None:
        # The name of the file is a hash of everything that may change the answer.
        pip = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("PIP_"))
        key = "\n".join([*question, index_url or "", str(cache.RULES), *TARGET_TAGS, *pip])
        self._path = cache.folder("asked") / f"{hashes.sha256(key.encode())[:32]}.json"

    def read(self, max_age_s: float | None = None) -> Any:  # noqa: ANN401 -- JSON
        """Return the answer; None if there is none, or only an old one."""
        content = cache.read(self._path)
        if content is None:
            return None
        entry = json.loads(content)
        limit_s = MAX_AGE_S if entry["lasting"] else UNAVAILABLE_MAX_AGE_S
        if time.time() - self._path.stat().st_mtime > (max_age_s or limit_s):
            return None
        return entry["answer"]

    def write(self, answer: object, *, lasting: bool) -> None:
        """Store an answer; one that is not lasting is asked again after ten minutes."""
        content = json.dumps({"answer": answer, "lasting": lasting})
        cache.store(self._path, content.encode())


def _run(
    command: Sequence[str],
    subjects: Sequence[str],
    index_url: str | None,
    environment: dict[str, str] | None = None,
) -> str:
    """Run pip; return its stdout.

    Raises:
        PipFailed: it ended with an error.
        BuildError: there is no pip, or one that is too old.
    """
    _check_version()
    index = ["--index-url", index_url] if index_url else []
    arguments = [*command, "--no-input", *index, "--", *subjects]
    done = pip_program.run(arguments, environment)
    if done.returncode:
        if os.strerror(errno.ENOSPC) in done.stderr:
            raise BuildError(cache.full_disk(cache.folder("wheels")))
        raise PipFailed(_explanation(done.stderr))
    return done.stdout


def _download(
    command: Sequence[str],
    into_option: str,
    subjects: Sequence[str],
    index_url: str | None,
    environment: dict[str, str] | None = None,
) -> list[Path]:
    """Run a command of pip that writes wheels; return them, moved to the cache."""
    folder = cache.folder("wheels")
    with tempfile.TemporaryDirectory(dir=folder) as into:
        _run([*command, "--no-deps", into_option, into], subjects, index_url, environment)
        return [wheel.replace(folder / wheel.name) for wheel in sorted(Path(into).glob("*.whl"))]


def _check_version() -> None:
    """Check that pip is there and new enough.

    Raises:
        BuildError: it is not.
    """
    from importlib import metadata  # noqa: PLC0415 -- 5 ms, when pip is run

    try:
        version = metadata.version("pip")
    except metadata.PackageNotFoundError:
        raise BuildError(
            f"pip is missing in {sys.prefix}; pyrt downloads packages with it.\n"
            f"Run: {sys.executable} -m ensurepip --upgrade\n"
            f"and: {sys.executable} -m pip install --upgrade pip"
        ) from None
    if Version(version) < Version(OLDEST_PIP):
        raise BuildError(
            f"pip {version} in {sys.prefix} is too old; pyrt downloads packages with pip "
            f"{OLDEST_PIP} or newer.\nRun: {sys.executable} -m pip install --upgrade pip"
        )


def _explanation(stderr: str) -> str:
    errors = [line for line in stderr.splitlines() if line.startswith("ERROR:")]
    return "\n".join(errors or stderr.strip().splitlines()[-3:])
