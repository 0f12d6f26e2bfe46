"""Asks the package index, through pip, for wheels that run in the browser.

pip is used as a program, so that mirrors, proxies, certificates and credentials are the ones the
author has configured. Answers are kept for a day. Nothing here resolves dependencies: `resolve`
does.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import (
    InvalidSdistFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from pyrt_build import cache, target
from pyrt_build.console import progress
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
# Without a compiler, packages that can do without their extensions build without them.
NO_COMPILER = {"CC": "false", "CXX": "false", "SOURCE_DATE_EPOCH": "315532800"}
FRESH_S = 24 * 3600
REFUSAL_FRESH_S = 600
NO_SUCH_PACKAGE = "the package index has no package of this name"
REFUSED = "refused: "  # begins the note of an answer that names no wheel
_COMPILED = re.compile(r"\.(so|pyd|dylib)$")
# What pip says, when asked to say much, of a source distribution that it may not take.
_SOURCE = re.compile(r"No sources permitted for \S+: (?:\S*/)?([^/\s#]+)")
_FILE = re.compile(r"[^/\s#]+\.(?:whl|tar\.gz|zip)\b")
# Any answer but "not found", such as none at all, leaves open what the index has.
_UNANSWERED = re.compile(r"Could not fetch URL \S+: (?!404 )")


@dataclass(frozen=True, slots=True)
class Answer:
    """What pip found, by canonical name.

    Attributes:
        wheels: a wheel in the cache.
        missing: why there is none.
        newer: the version of a release that has no wheel and is newer than the wheel.
    """

    wheels: dict[str, Path] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    newer: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, wheel: Path, newer: str) -> None:
        """Add a wheel; `newer` may be empty."""
        self.wheels[name] = wheel
        if newer:
            self.newer[name] = newer


class _PipFailed(Exception):  # noqa: N818 -- becomes an answer
    """pip ended with an error; the text is its own explanation, `told` what it said on the way."""

    def __init__(self, explanation: str, told: str) -> None:
        super().__init__(explanation)
        self.told = told


def download(
    requirements: Sequence[Requirement],
    index_url: str | None = None,
    tags: Sequence[str] = TARGET_TAGS,
) -> Answer:
    """Fetch one wheel per requirement, without dependencies, into the cache."""
    answer = Answer()
    asked = {
        _name(requirement): requirement
        for requirement in requirements
        if not _recall(requirement, index_url, answer)
    }
    while asked:
        command = ["download", *tags, "--only-binary=:all:", "-vv"]
        try:
            found, told = _pip(command, "--dest", list(asked.values()), index_url)
        except _PipFailed as error:
            for name in _culprits(str(error), asked):
                _do_without(asked.pop(name), index_url, _reason(error, name), answer)
        else:
            for name, requirement in asked.items():
                newer = _newer_source(told, requirement, found[name])
                _Note(requirement, index_url).accept(found[name], newer)
                answer.take(name, found[name], newer)
            break
    return answer


def _recall(requirement: Requirement, index_url: str | None, answer: Answer) -> bool:
    """Answer as a while ago; False when that is too long ago."""
    note = _Note(requirement, index_url)
    known, refusal = note.wheel(FRESH_S), note.refusal()
    if known:
        answer.take(_name(requirement), known, note.newer)
    elif refusal:
        answer.missing[_name(requirement)] = refusal
    return bool(known or refusal)


def _do_without(
    requirement: Requirement, index_url: str | None, reason: str, answer: Answer
) -> None:
    """Answer with what there was on an earlier day, or with the reason why there is nothing."""
    note = _Note(requirement, index_url)
    older = note.wheel(float("inf"))
    if older:  # better than none, with the index out of reach
        progress(f"the index has no {requirement}; using {older.name} as before")
        answer.take(_name(requirement), older, note.newer)
    else:
        answer.missing[_name(requirement)] = reason
        note.refuse(reason)


def build(requirement: Requirement, index_url: str | None = None) -> Path | str:
    """Build a wheel from a source distribution that needs no compiler.

    Returns:
        The wheel, or why there is none.
    """
    note = _Note(requirement, index_url, "build")
    known = note.wheel(FRESH_S) or note.refusal()
    if known:
        return known
    built = _build(requirement, index_url)
    if isinstance(built, str):
        note.refuse(built)
    else:
        note.accept(built)
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
    if not wheel.name.endswith("-any.whl"):  # it would have, with a compiler
        any_machine = "-".join([*wheel.name.split("-")[:2], "py3-none-any.whl"])
        wheel = wheel.rename(wheel.with_name(any_machine))
    return wheel


def _name(requirement: Requirement) -> str:
    return str(canonicalize_name(requirement.name))


class _Note:
    """What was answered to a requirement earlier: the name of a wheel, or why there is none."""

    def __init__(self, requirement: Requirement, index_url: str | None, kind: str = "") -> None:
        # All that may change the answer is in the name of the file.
        pip = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("PIP_"))
        about = [str(requirement), index_url or "", kind, str(cache.RULES)]
        question = "\n".join([*about, *TARGET_TAGS, *pip])
        self._path = cache.folder("asked") / cache.sha256(question.encode())[:32]

    def wheel(self, age_s: float) -> Path | None:
        """The wheel, if it is still there and the answer not older than that."""
        text = self._text(age_s)
        if text is None or text.startswith(REFUSED):
            return None
        path = cache.folder("wheels") / text.partition("\n")[0]
        return path if path.is_file() else None

    @property
    def newer(self) -> str:
        """The version of a newer release without a wheel; empty where there was none."""
        return (self._text(float("inf")) or "").partition("\n")[2]

    def refusal(self) -> str | None:
        """Why there was none a few minutes ago."""
        text = self._text(REFUSAL_FRESH_S) or ""
        return text.removeprefix(REFUSED) if text.startswith(REFUSED) else None

    def accept(self, wheel: Path, newer: str = "") -> None:
        cache.store(self._path, f"{wheel.name}\n{newer}".rstrip().encode())

    def refuse(self, reason: str) -> None:
        """Note a refusal for a few minutes, if it was the index that spoke and not the network."""
        spoke = ("No matching distribution", "source distribution", NO_SUCH_PACKAGE)
        if any(words in reason for words in spoke):
            cache.store(self._path, f"{REFUSED}{reason}".encode())

    def _text(self, age_s: float) -> str | None:
        noted = cache.read(self._path)
        if noted is None or time.time() - self._path.stat().st_mtime > age_s:
            return None
        return noted.decode()


def _culprits(complaint: str, asked: Mapping[str, Requirement]) -> list[str]:
    """The names pip could not find; all of them when it does not say."""
    found = re.findall(r"No matching distribution found for ([A-Za-z0-9._-]+)", complaint)
    names = [str(canonicalize_name(name)) for name in found]
    return [name for name in names if name in asked] or list(asked)


def _reason(failure: _PipFailed, name: str) -> str:
    """Why there is no wheel: pip itself does not tell an unknown name from a name without any."""
    seen = [str(canonicalize_name(file)) for file in _FILE.findall(failure.told)]
    if (
        "No matching distribution" not in str(failure)
        or any(file.startswith(f"{name}-") for file in seen)
        or _UNANSWERED.search(failure.told)
    ):
        return str(failure)
    return NO_SUCH_PACKAGE


def _newer_source(told: str, requirement: Requirement, wheel: Path) -> str:
    """The newest release that pip passed over for want of a wheel; empty if the wheel is newer."""
    taken = newest = parse_wheel_filename(wheel.name)[1]
    wanted = requirement.specifier
    early = bool(wanted.prereleases)
    for file in _SOURCE.findall(told):
        try:
            name, version = parse_sdist_filename(file)
        except InvalidSdistFilename:  # of the days before there was a rule
            continue
        if name == _name(requirement) and wanted.contains(version, prereleases=early):
            newest = max(newest, version)
    return str(newest) if newest > taken else ""


def _pip(
    command: Sequence[str],
    into_option: str,
    requirements: Sequence[Requirement],
    index_url: str | None,
    environment: Mapping[str, str] | None = None,
) -> tuple[dict[str, Path], str]:
    """Run pip; the wheels it made or fetched, moved to the cache, by canonical name; its words."""
    progress(f"pip: {', '.join(map(str, requirements))}")
    index = ["--index-url", index_url] if index_url else []
    with tempfile.TemporaryDirectory(dir=cache.folder("wheels")) as into:
        options = ["--no-deps", "--no-input", into_option, into, *index]
        done = subprocess.run(  # noqa: S603 -- no shell; requirements are parsed before
            [sys.executable, "-m", "pip", *command, *options, "--", *map(str, requirements)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **(environment or {})},
        )
        if done.returncode:
            raise _PipFailed(_explanation(done.stderr), done.stdout)
        kept = {}
        for wheel in sorted(Path(into).glob("*.whl")):
            name = str(canonicalize_name(parse_wheel_filename(wheel.name)[0]))
            kept[name] = wheel.replace(Path(into).parent / wheel.name)
        return kept, done.stdout


def _explanation(complaints: str) -> str:
    if "No module named pip" in complaints:
        raise BuildError(
            f"pip is missing in {sys.prefix}; pyrt downloads packages with it. "
            f"Run: {sys.executable} -m ensurepip"
        )
    errors = [line for line in complaints.splitlines() if line.startswith("ERROR:")]
    return "\n".join(errors or complaints.strip().splitlines()[-3:])
