"""The requirements that are written down beside an app. They are read here, not resolved."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from pyrt_build.app.config import SiteConfig
from pyrt_build.errors import BuildError

_PROJECT = "pyproject.toml"
# The regular expression of PEP 723.
_SCRIPT_BLOCK = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


@dataclass(frozen=True, slots=True)
class SourcedRequirement:
    """A requirement and where it comes from.

    Attributes:
        origin: for messages: `requirements.txt:3`, `app.py:2` for an import, `flask 3.1` for the
            requirement of another package.
    """

    requirement: Requirement
    origin: str


@dataclass(frozen=True, slots=True)
class DeclaredRequirements:
    """The requirements that are written down.

    Attributes:
        source: name of the file that has them; None if there is no such file.
    """

    source: str | None
    requirements: tuple[SourcedRequirement, ...]


def read_requirements(config: SiteConfig) -> DeclaredRequirements:
    """Read the requirements of an app.

    The first of these counts: `--requirements`, PEP 723 block, requirements.txt, pyproject.toml.

    Raises:
        BuildError: it cannot be read or parsed.
    """
    folder = config.entry.parent
    if config.requirements:
        return DeclaredRequirements(
            config.requirements.name, tuple(_from_text(config.requirements))
        )
    block = read_script_block(config.entry)
    if block is not None:
        found = _parse_all(block.get("dependencies", []), config.entry.name)
        return DeclaredRequirements(config.entry.name, tuple(found))
    listed = folder / "requirements.txt"
    if listed.is_file():
        return DeclaredRequirements(listed.name, tuple(_from_text(listed)))
    dependencies = (read_project(config.entry) or {}).get("project", {})
    if isinstance(dependencies, dict) and "dependencies" in dependencies:
        found = _parse_all(dependencies["dependencies"], _PROJECT)
        return DeclaredRequirements(_PROJECT, tuple(found))
    return DeclaredRequirements(None, ())


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


def _parse_all(lines: object, origin: str) -> Iterator[SourcedRequirement]:
    if not isinstance(lines, list):
        raise BuildError(f"{origin}: dependencies must be a list of strings.")
    for line in lines:
        yield _parse(str(line), origin)


def _parse(text: str, origin: str) -> SourcedRequirement:
    try:
        return SourcedRequirement(Requirement(text), origin)
    except InvalidRequirement as error:
        problem = str(error).splitlines()[0]
        raise BuildError(
            f"{origin}: {text!r} is no valid requirement: {problem}. Write it as in `pandas>=2,<4`."
        ) from error


def _from_text(path: Path) -> Iterator[SourcedRequirement]:
    """Read a requirements.txt with the files that `-r` includes; other options are ignored."""
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
    """Turn the path of a wheel, which pip allows as a requirement, into `name @ file://...`."""
    if line.endswith(".whl") and " @ " not in line and "://" not in line:
        wheel = (folder / line).resolve()
        return f"{wheel.name.split('-')[0]} @ {wheel.as_uri()}"
    return line
