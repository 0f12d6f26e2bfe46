"""The requirements that are written down for an app. They are read here, not resolved."""

import re
from pathlib import Path

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.declared import DeclaredRequirements, Selection
from pyrt_build.app.formats import reader
from pyrt_build.app.formats.collector import Collector
from pyrt_build.app.formats.text import parse_toml, read_text
from pyrt_build.errors import BuildError

_PROJECT = "pyproject.toml"
# The regular expression of PEP 723.
_SCRIPT_BLOCK = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def read_requirements(
    config: SiteConfig, selection: Selection | None = None
) -> DeclaredRequirements:
    """Read the requirements of an app.

    The first of these counts: `--requirements`, PEP 723 block, the files in `reader.NAMES`.

    Raises:
        BuildError: it cannot be read or parsed.
    """
    if config.requirements:
        return reader.read_with_lock(config.requirements, selection)
    block = read_script_block(config.entry)
    if block is not None:
        return _from_block(block, config.entry.name)
    return reader.find(config.entry.parent, selection) or DeclaredRequirements(None)


def _from_block(block: dict[str, object], origin: str) -> DeclaredRequirements:
    lines = block.get("dependencies", [])
    if not isinstance(lines, list):
        raise BuildError(f"{origin}: dependencies must be a list of strings.")
    collector = Collector(origin)
    collector.say_python(block.get("requires-python"), f"{origin}: requires-python")
    for line in lines:
        collector.add_text(str(line), origin)
    return collector.declared()


def read_file(path: Path) -> DeclaredRequirements:
    """Read one file of requirements.

    Raises:
        BuildError: it cannot be read or parsed.
    """
    return reader.read(path)


def read_script_block(entry: Path) -> dict[str, object] | None:
    """The PEP 723 block of a file; None without one, or without the file."""
    if not entry.is_file():
        return None
    block = _SCRIPT_BLOCK.search(read_text(entry).replace("\r\n", "\n"))
    if not block:
        return None
    lines = block["content"].splitlines()
    text = "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)
    return parse_toml(text, f"the script block of {entry.name}")


def read_project(entry: Path) -> dict[str, object] | None:
    """The pyproject.toml beside an app; None without one."""
    project = entry.parent / _PROJECT
    return parse_toml(read_text(project), _PROJECT) if project.is_file() else None
