"""Fetches wheels that run in the browser from the package index, through pip.

pip runs as a program, so that mirrors, proxies, certificates and credentials are those of its
configuration. Results are cached for a day. Dependencies are not resolved here.
"""

import errno
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import (
    InvalidSdistFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from pyrt_build import cache, target
from pyrt_build.console.notes import Code, Note
from pyrt_build.console.output import progress, warn
from pyrt_build.errors import BuildError

# The Python and the ABI of the site (PEP 783), as options of pip.
TARGET_TAGS = (
    f"--python-version={target.PYTHON_SERIES}",
    "--implementation=cp",
    f"--abi={target.PYTHON_TAG}",
    "--abi=abi3",
    "--abi=none",
    f"--platform={target.PLATFORM_TAG}",
)
# There is no compiler: packages whose extensions are optional build without them.
NO_COMPILER = {"CC": "false", "CXX": "false", "SOURCE_DATE_EPOCH": "315532800"}
# The oldest pip that continues a download which breaks off; `pyproject.toml` requires it, too.
OLDEST_PIP = "25.1"
RESUME = {"PIP_RESUME_RETRIES": "5"}
MAX_AGE_S = 24 * 3600
UNAVAILABLE_MAX_AGE_S = 600
NO_SUCH_PACKAGE = "the package index has no package of this name"
UNAVAILABLE = "unavailable: "  # in place of the name of a wheel, in the cache
_COMPILED = re.compile(r"\.(so|pyd|dylib)$")
# Lines that pip writes with -vv: a source distribution that it may not use.
_SOURCE = re.compile(r"No sources permitted for \S+: (?:\S*/)?([^/\s#]+)")
_FILE = re.compile(r"[^/\s#]+\.(?:whl|tar\.gz|zip)\b")
# An index that failed, other than by "not found": what it has is unknown.
_UNANSWERED = re.compile(r"Could not fetch URL \S+: (?!404 )")


@dataclass(frozen=True, slots=True)
class PipResult:
    """What pip found, by canonical name.

    Attributes:
        wheels: a wheel in the cache.
        missing: why there is none.
        newer: the version of a newer release that has no wheel.
    """

    wheels: dict[str, Path] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    newer: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, wheel: Path, newer: str) -> None:
        """Add a wheel; `newer` may be empty."""
        self.wheels[name] = wheel
        if newer:
            self.newer[name] = newer


@dataclass(frozen=True, slots=True)
class FoundWheel:
    """Where pip would take a wheel from."""

    url: str
    sha256: str


class _PipFailed(Exception):  # noqa: N818 -- becomes a result
    """pip ended with an error; the text is its stderr, as far as it explains the error."""

    def __init__(self, explanation: str, stdout: str) -> None:
        super().__init__(explanation)
        self.stdout = stdout


def download(
    requirements: Sequence[Requirement],
    index_url: str | None = None,
    tags: Sequence[str] = TARGET_TAGS,
) -> PipResult:
    """Fetch one wheel for each requirement, without dependencies, into the cache."""
    result = PipResult()
    pending = {
        _name(requirement): requirement
        for requirement in requirements
        if not _add_cached(requirement, index_url, result)
    }
    while pending:
        command = ["download", *tags, "--only-binary=:all:", "-vv"]
        try:
            found, stdout = _pip(command, "--dest", list(pending.values()), index_url)
        except _PipFailed as error:
            for name in _missing_names(str(error), pending):
                _add_older(pending.pop(name), index_url, _reason(error, name), result)
        else:
            for name, requirement in pending.items():
                newer = _newer_source(stdout, requirement, found[name])
                _CachedAnswer(requirement, index_url).put_wheel(found[name], newer)
                result.add(name, found[name], newer)
            break
    return result


def locate(requirement: Requirement, tags: Sequence[str] = TARGET_TAGS) -> FoundWheel | None:
    """Return where pip would download a wheel from; None if it is no host, or without a hash."""
    command = ["install", "--dry-run", "--ignore-installed", "--quiet", "--report=-"]
    try:
        _, stdout = _pip([*command, *tags, "--only-binary=:all:"], "--target", [requirement], None)
        found = json.loads(stdout)["install"][0]["download_info"]
        wheel = FoundWheel(found["url"], found["archive_info"]["hashes"]["sha256"])
    except (_PipFailed, ValueError, LookupError, TypeError):
        return None
    return wheel if wheel.url.startswith(("http://", "https://")) else None


def _add_cached(requirement: Requirement, index_url: str | None, result: PipResult) -> bool:
    """Add the cached answer; False if there is none, or only an old one."""
    cached = _CachedAnswer(requirement, index_url)
    wheel, unavailable = cached.wheel(MAX_AGE_S), cached.unavailable()
    if wheel:
        result.add(_name(requirement), wheel, cached.newer)
    elif unavailable:
        result.missing[_name(requirement)] = unavailable
    return bool(wheel or unavailable)


def _add_older(
    requirement: Requirement, index_url: str | None, reason: str, result: PipResult
) -> None:
    """Add an old cached wheel, or the reason why there is none."""
    cached = _CachedAnswer(requirement, index_url)
    older = cached.wheel(float("inf"))
    if older:  # the index may be out of reach
        warn(
            Note(Code.OLDER_WHEEL, f"The index has no {requirement}; using {older.name} as before")
        )
        result.add(_name(requirement), older, cached.newer)
    else:
        result.missing[_name(requirement)] = reason
        cached.put_unavailable(reason)


def build(requirement: Requirement, index_url: str | None = None) -> Path | str:
    """Build a wheel from a source distribution that needs no compiler.

    Returns:
        The wheel, or why there is none.
    """
    cached = _CachedAnswer(requirement, index_url, "build")
    answer = cached.wheel(MAX_AGE_S) or cached.unavailable()
    if answer:
        return answer
    built = _build(requirement, index_url)
    if isinstance(built, str):
        cached.put_unavailable(built)
    else:
        cached.put_wheel(built)
    return built


def _build(requirement: Requirement, index_url: str | None) -> Path | str:
    command = ["wheel", "--no-cache-dir", f"--no-binary={requirement.name}"]
    try:
        found, _ = _pip(command, "--wheel-dir", [requirement], index_url, NO_COMPILER)
    except _PipFailed as error:
        return f"its source distribution needs a compiler, or does not build: {error}"
    wheel = found[_name(requirement)]
    with zipfile.ZipFile(wheel) as archive:
        compiled = [name for name in archive.namelist() if _COMPILED.search(name)]
    if compiled:
        return f"its source distribution builds compiled code: {compiled[0]}"
    if not wheel.name.endswith("-any.whl"):  # it would be compiled if there were a compiler
        any_machine = "-".join([*wheel.name.split("-")[:2], "py3-none-any.whl"])
        wheel = wheel.rename(wheel.with_name(any_machine))
    return wheel


def _name(requirement: Requirement) -> str:
    return str(canonicalize_name(requirement.name))


class _CachedAnswer:
    """The cached answer to a requirement: the name of a wheel, or why there is none."""

    def __init__(self, requirement: Requirement, index_url: str | None, kind: str = "") -> None:
        # The name of the file is a hash of everything that may change the answer.
        pip = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("PIP_"))
        about = [str(requirement), index_url or "", kind, str(cache.RULES)]
        key = "\n".join([*about, *TARGET_TAGS, *pip])
        self._path = cache.folder("asked") / cache.sha256(key.encode())[:32]

    def wheel(self, max_age_s: float) -> Path | None:
        """Return the wheel, if it exists and the answer is not older."""
        text = self._text(max_age_s)
        if text is None or text.startswith(UNAVAILABLE):
            return None
        path = cache.folder("wheels") / text.partition("\n")[0]
        return path if path.is_file() else None

    @property
    def newer(self) -> str:
        """Version of a newer release without a wheel; empty if there was none."""
        return (self._text(float("inf")) or "").partition("\n")[2]

    def unavailable(self) -> str | None:
        """Return why there is no wheel; None if that is unknown or older than ten minutes."""
        text = self._text(UNAVAILABLE_MAX_AGE_S) or ""
        return text.removeprefix(UNAVAILABLE) if text.startswith(UNAVAILABLE) else None

    def put_wheel(self, wheel: Path, newer: str = "") -> None:
        cache.store(self._path, f"{wheel.name}\n{newer}".rstrip().encode())

    def put_unavailable(self, reason: str) -> None:
        """Store why there is no wheel, unless the reason is the network."""
        final = ("No matching distribution", "source distribution", NO_SUCH_PACKAGE)
        if any(words in reason for words in final):
            cache.store(self._path, f"{UNAVAILABLE}{reason}".encode())

    def _text(self, max_age_s: float) -> str | None:
        content = cache.read(self._path)
        if content is None or time.time() - self._path.stat().st_mtime > max_age_s:
            return None
        return content.decode()


def _missing_names(stderr: str, pending: Mapping[str, Requirement]) -> list[str]:
    """Return the names that pip could not find; all of them if it names none."""
    found = re.findall(r"No matching distribution found for ([A-Za-z0-9._-]+)", stderr)
    names = [str(canonicalize_name(name)) for name in found]
    return [name for name in names if name in pending] or list(pending)


def _reason(failure: _PipFailed, name: str) -> str:
    """Return why there is no wheel; pip's error is the same for a name that is unknown."""
    seen = [str(canonicalize_name(file)) for file in _FILE.findall(failure.stdout)]
    if (
        "No matching distribution" not in str(failure)
        or any(file.startswith(f"{name}-") for file in seen)
        or _UNANSWERED.search(failure.stdout)
    ):
        return str(failure)
    return NO_SUCH_PACKAGE


def _newer_source(stdout: str, requirement: Requirement, wheel: Path) -> str:
    """Return the newest release without a wheel; empty if it is not newer than the wheel."""
    taken = newest = parse_wheel_filename(wheel.name)[1]
    specifier = requirement.specifier
    early = bool(specifier.prereleases)
    for file in _SOURCE.findall(stdout):
        try:
            name, version = parse_sdist_filename(file)
        except InvalidSdistFilename:  # older than the rule for these names
            continue
        if name == _name(requirement) and specifier.contains(version, prereleases=early):
            newest = max(newest, version)
    return str(newest) if newest > taken else ""


def _pip(
    command: Sequence[str],
    into_option: str,
    requirements: Sequence[Requirement],
    index_url: str | None,
    environment: Mapping[str, str] | None = None,
) -> tuple[dict[str, Path], str]:
    """Run pip; return the wheels, moved to the cache, by canonical name, and its stdout."""
    _check_version()
    progress(f"pip: {', '.join(map(str, requirements))}")
    index = ["--index-url", index_url] if index_url else []
    with tempfile.TemporaryDirectory(dir=cache.folder("wheels")) as into:
        options = ["--no-deps", "--no-input", into_option, into, *index]
        done = subprocess.run(  # noqa: S603 -- no shell; requirements are parsed before
            [sys.executable, "-m", "pip", *command, *options, "--", *map(str, requirements)],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            env={**RESUME, **os.environ, "PYTHONUTF8": "1", **(environment or {})},
        )
        if done.returncode:
            if os.strerror(errno.ENOSPC) in done.stderr:
                raise BuildError(cache.full_disk(Path(into).parent))
            raise _PipFailed(_explanation(done.stderr), done.stdout)
        wheels = {}
        for wheel in sorted(Path(into).glob("*.whl")):
            name = str(canonicalize_name(parse_wheel_filename(wheel.name)[0]))
            wheels[name] = wheel.replace(Path(into).parent / wheel.name)
        return wheels, done.stdout


def _check_version() -> None:
    """Check that pip is there and new enough.

    Raises:
        BuildError: it is not.
    """
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
