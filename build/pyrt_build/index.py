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
from packaging.utils import canonicalize_name, parse_wheel_filename

from pyrt_build import cache
from pyrt_build.console import progress
from pyrt_build.errors import BuildError

# Python 3.14 and the ABI of Pyodide 314 (PEP 783), as pip spells them.
TARGET_TAGS = (
    "--python-version=3.14",
    "--implementation=cp",
    "--abi=cp314",
    "--abi=abi3",
    "--abi=none",
    "--platform=pyemscripten_2026_0_wasm32",
)
# Without a compiler, packages that can do without their extensions build without them.
NO_COMPILER = {"CC": "false", "CXX": "false", "SOURCE_DATE_EPOCH": "315532800"}
FRESH_S = 24 * 3600
_COMPILED = re.compile(r"\.(so|pyd|dylib)$")


@dataclass(frozen=True, slots=True)
class Answer:
    """What pip found: canonical name -> wheel in the cache, and name -> why there is none."""

    wheels: dict[str, Path] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


class _PipFailed(Exception):  # noqa: N818 -- becomes an answer
    """pip ended with an error; the text is its own explanation."""


def download(
    requirements: Sequence[Requirement],
    index_url: str | None = None,
    tags: Sequence[str] = TARGET_TAGS,
) -> Answer:
    """Fetch one wheel per requirement, without dependencies, into the cache."""
    answer = Answer()
    asked: dict[str, Requirement] = {}
    for requirement in requirements:
        known = _recall(requirement, index_url, FRESH_S)
        if known:
            answer.wheels[_name(requirement)] = known
        else:
            asked[_name(requirement)] = requirement
    while asked:
        command = ["download", *tags, "--only-binary=:all:"]
        try:
            found = _pip(command, "--dest", list(asked.values()), index_url)
        except _PipFailed as error:
            for name in _culprits(str(error), asked):
                answer.missing[name] = str(error)
                del asked[name]
        else:
            for name, requirement in asked.items():
                answer.wheels[name] = found[name]
                cache.store(_memo(requirement, index_url), found[name].name.encode())
            break
    return _with_older(answer, requirements, index_url)


def build(requirement: Requirement, index_url: str | None = None) -> Path | str:
    """Build a wheel from a source distribution that needs no compiler.

    Returns:
        The wheel, or why there is none.
    """
    known = _recall(requirement, index_url, FRESH_S)
    if known:
        return known
    command = ["wheel", "--no-cache-dir", f"--no-binary={requirement.name}"]
    try:
        found = _pip(command, "--wheel-dir", [requirement], index_url, NO_COMPILER)
    except _PipFailed as error:
        return f"its source distribution needs a compiler, or does not build: {error}"
    wheel = found[_name(requirement)]
    with zipfile.ZipFile(wheel) as archive:
        compiled = [name for name in archive.namelist() if _COMPILED.search(name)]
    if compiled:
        return f"its source distribution builds compiled code: {compiled[0]}"
    if not wheel.name.endswith("-any.whl"):  # it would have, with a compiler
        wheel = wheel.rename(
            wheel.with_name("-".join([*wheel.name.split("-")[:2], "py3-none-any.whl"]))
        )
    cache.store(_memo(requirement, index_url), wheel.name.encode())
    return wheel


def _name(requirement: Requirement) -> str:
    return str(canonicalize_name(requirement.name))


def _memo(requirement: Requirement, index_url: str | None) -> Path:
    """Where the answer to a requirement is noted: all that may change it is in the name."""
    pip = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("PIP_"))
    question = "\n".join([str(requirement), index_url or "", *TARGET_TAGS, *pip])
    return cache.folder("asked") / cache.sha256(question.encode())[:32]


def _recall(requirement: Requirement, index_url: str | None, age_s: float) -> Path | None:
    memo = _memo(requirement, index_url)
    noted = cache.read(memo)
    if noted is None or time.time() - memo.stat().st_mtime > age_s:
        return None
    wheel = cache.folder("wheels") / noted.decode()
    return wheel if wheel.is_file() else None


def _with_older(
    answer: Answer, requirements: Sequence[Requirement], index_url: str | None
) -> Answer:
    """An answer of an earlier day is better than none, when the index is out of reach."""
    for requirement in requirements:
        name = _name(requirement)
        older = _recall(requirement, index_url, float("inf")) if name in answer.missing else None
        if older:
            progress(f"the index has no answer for {requirement}; using {older.name} as before")
            answer.wheels[name] = older
            del answer.missing[name]
    return answer


def _culprits(complaint: str, asked: Mapping[str, Requirement]) -> list[str]:
    """The names pip could not find; all of them when it does not say."""
    found = re.findall(r"No matching distribution found for ([A-Za-z0-9._-]+)", complaint)
    names = [str(canonicalize_name(name)) for name in found]
    return [name for name in names if name in asked] or list(asked)


def _pip(
    command: Sequence[str],
    into_option: str,
    requirements: Sequence[Requirement],
    index_url: str | None,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Path]:
    """Run pip; the wheels it made or fetched, moved to the cache, by canonical name."""
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
            raise _PipFailed(_explanation(done.stderr))
        kept = {}
        for wheel in sorted(Path(into).glob("*.whl")):
            name = str(canonicalize_name(parse_wheel_filename(wheel.name)[0]))
            kept[name] = wheel.replace(Path(into).parent / wheel.name)
        return kept


def _explanation(complaints: str) -> str:
    if "No module named pip" in complaints:
        raise BuildError(
            f"pip is missing in {sys.prefix}; pyrt downloads packages with it. "
            f"Run: {sys.executable} -m ensurepip"
        )
    errors = [line for line in complaints.splitlines() if line.startswith("ERROR:")]
    return "\n".join(errors or complaints.strip().splitlines()[-3:])
