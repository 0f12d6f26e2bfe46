"""What the author asked for: command line options, and requirements written beside the app.

Reads text only; resolves nothing. May import errors.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.requirements import InvalidRequirement, Requirement

from pyrt_build.errors import BuildError

_PROJECT = "pyproject.toml"
_SCRIPT_BLOCK = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


type Rehearsal = Literal["auto", "require", "skip"]


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """The options of `pyrt build`, with defaults applied and paths made absolute."""

    entry: Path
    out: Path
    base_url: str = ""
    debug: bool = False
    cdn: bool = False
    rehearsal: Rehearsal = "auto"
    precompress: bool = False
    pyodide: str | None = None
    index_url: str | None = None
    requirements: Path | None = None
    bridge: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A requirement and where it is written, for messages: `requirements.txt:3`."""

    requirement: Requirement
    origin: str


@dataclass(frozen=True, slots=True)
class Declared:
    """Requirements the author wrote down, and in which file; None when there is no such file."""

    source: str | None
    wanted: tuple[Wanted, ...]


def read_requirements(config: SiteConfig) -> Declared:
    """Find the requirements: `--requirements`, PEP 723 block, requirements.txt, pyproject.toml.

    Raises:
        BuildError: the file that counts cannot be read or parsed.
    """
    folder = config.entry.parent
    if config.requirements:
        return Declared(config.requirements.name, tuple(_from_text(config.requirements)))
    block = read_script_block(config.entry)
    if block is not None:
        wanted = _parse_all(block.get("dependencies", []), config.entry.name)
        return Declared(config.entry.name, tuple(wanted))
    listed = folder / "requirements.txt"
    if listed.is_file():
        return Declared(listed.name, tuple(_from_text(listed)))
    dependencies = (read_project(config.entry) or {}).get("project", {})
    if isinstance(dependencies, dict) and "dependencies" in dependencies:
        wanted = _parse_all(dependencies["dependencies"], _PROJECT)
        return Declared(_PROJECT, tuple(wanted))
    return Declared(None, ())


def read_script_block(entry: Path) -> dict[str, object] | None:
    """The PEP 723 block of a file; None without one, or without the file."""
    if not entry.is_file():
        return None
    block = _SCRIPT_BLOCK.search(entry.read_text(encoding="utf-8-sig", errors="replace"))
    if not block:
        return None
    lines = block["content"].splitlines()
    text = "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)
    return _toml(text, f"the script block of {entry.name}")


def read_project(entry: Path) -> dict[str, object] | None:
    """The pyproject.toml beside an app; None without one."""
    project = entry.parent / _PROJECT
    return _toml(project.read_text(encoding="utf-8"), _PROJECT) if project.is_file() else None


def _toml(text: str, origin: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BuildError(f"{origin} is no valid TOML: {error}.") from error


def _parse_all(lines: object, origin: str) -> Iterator[Wanted]:
    if not isinstance(lines, list):
        raise BuildError(f"{origin}: dependencies must be a list of strings.")
    for line in lines:
        yield _parse(str(line), origin)


def _parse(text: str, origin: str) -> Wanted:
    try:
        return Wanted(Requirement(text), origin)
    except InvalidRequirement as error:
        problem = str(error).splitlines()[0]
        raise BuildError(
            f"{origin}: {text!r} is no valid requirement: {problem}. Write it as in `pandas>=2,<4`."
        ) from error


def _from_text(path: Path) -> Iterator[Wanted]:
    """The requirements of a requirements.txt; `-r` is followed, other options are not for us."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise BuildError(f"The file {path} cannot be read ({error.strerror}).") from error
    pending = ""
    for number, raw in enumerate(lines, 1):
        line = pending + re.sub(r"(^|\s)#.*$", "", raw).strip()
        pending = line[:-1] if line.endswith("\\") else ""
        if pending or not line:
            continue
        included = re.match(r"(-r|--requirement)[\s=]+(\S+)", line)
        if included:
            yield from _from_text(path.parent / included[2])
        elif not line.startswith("-"):
            requirement = re.sub(r"\s--hash[=\s]\S+", "", line).strip()
            yield _parse(_as_url(requirement, path.parent), f"{path.name}:{number}")


def _as_url(line: str, folder: Path) -> str:
    """A path of a wheel, as pip allows it on a line of its own, in the standard spelling."""
    if line.endswith(".whl") and " @ " not in line and "://" not in line:
        wheel = (folder / line).resolve()
        return f"{wheel.name.split('-')[0]} @ {wheel.as_uri()}"
    return line
