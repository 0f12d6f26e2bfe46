"""Files of conda: environment.yml, `conda list --export`, `conda list --explicit`.

They list whole environments, with compilers and libraries that are no Python packages, and conda's
names are not those of the package index. So each entry is a pin: it counts if the app imports the
package, or if another package needs it. What stands under `pip:` is meant for pip, and counts.
"""

import re
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from pyrt_build.app.declared import DeclaredRequirements
from pyrt_build.app.formats import pip_file
from pyrt_build.app.formats.collector import Collector
from pyrt_build.app.formats.text import line_of, read_text
from pyrt_build.console.notes import Code
from pyrt_build.errors import BuildError

# Name in conda -> name on the package index, where they differ.
NAMES = {
    "matplotlib-base": "matplotlib",
    "msgpack-python": "msgpack",
    "opencv": "opencv-python",
    "plotly_express": "plotly-express",
    "py-opencv": "opencv-python",
    "py-xgboost": "xgboost",
    "pytables": "tables",
    "pytorch": "torch",
    "ruamel_yaml": "ruamel.yaml",
    "seaborn-base": "seaborn",
}
# Entries that are no packages of the app.
_NOT_PACKAGES = frozenset({"python", "pip", "setuptools", "wheel", "python_abi", "conda", "nodejs"})
_ENTRY = re.compile(r"(?:\S+::)?(?P<name>[A-Za-z0-9_][\w.-]*)\s*(?P<version>.*)")
_NAME = re.compile(r"[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?", re.ASCII)
_EXPLICIT = re.compile(
    r".*/(?P<name>[^/]+)-(?P<version>[^/-]+)-[^/-]+\.(?:conda|tar\.bz2)(?:#.*)?$"
)


def is_export(text: str) -> bool:
    """Tell whether text is what `conda list --export` or `--explicit` writes."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    entries = [line for line in lines if not line.startswith("#")]
    return "@EXPLICIT" in entries or (
        bool(entries) and all(re.fullmatch(r"[\w.-]+=[^=\s]+(=\S+)?", line) for line in entries)
    )


def read_export(path: Path) -> DeclaredRequirements:
    """Read what `conda list --export` or `conda list --explicit` wrote.

    Raises:
        BuildError: it cannot be read.
    """
    collector = Collector(path.name)
    for number, raw in enumerate(read_text(path).splitlines(), 1):
        line, origin = raw.strip(), f"{path.name}:{number}"
        explicit = _EXPLICIT.match(line)
        if explicit:
            _add(collector, explicit["name"], f"=={explicit['version']}", origin)
        elif line and not line.startswith(("#", "@")):
            name, _, version = line.partition("=")
            # What pip installed is written with the build `pypi_0`; its name is the index's own.
            _add(collector, name, f"=={version}", origin, from_pip=version.endswith("=pypi_0"))
    return collector.declared()


def read_environment(path: Path) -> DeclaredRequirements:
    """Read an environment.yml.

    Raises:
        BuildError: it cannot be read, or is no environment of conda.
    """
    text = read_text(path)
    import yaml  # noqa: PLC0415 -- 15 ms of each build, needed seldom

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BuildError(f"{path.name} is no valid YAML: {error}") from error
    entries = content.get("dependencies") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise BuildError(
            f"{path.name} is no environment of conda: it has no list `dependencies`. Write "
            "`dependencies: [dash, pandas]`, or give another file with --requirements."
        )
    collector = Collector(path.name)
    for entry in entries:
        if isinstance(entry, dict):
            for line in entry.get("pip") or []:
                origin = f"{path.name}:{line_of(text, str(line).strip())}"
                pip_file.add_line(collector, str(line).strip(), origin, path.parent)
        else:
            found = _ENTRY.fullmatch(str(entry).strip())
            if found:
                name, version = found["name"], found["version"]
                _add(collector, name, version, f"{path.name}:{_entry_line(text, str(entry))}")
    return collector.declared()


def _entry_line(text: str, entry: str) -> int:
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if entry in line), 1)


def _add(
    collector: Collector, name: str, version: str, origin: str, *, from_pip: bool = False
) -> None:
    if name == "python":
        collector.say_python(_specifier(version), origin)
    if name.lower() in _NOT_PACKAGES or name.startswith("_"):
        return
    if not _NAME.fullmatch(name):
        collector.note(Code.NO_VERSION, f"{origin}: {name}{version} is no package")
        return
    specifier = _specifier(version)
    known = NAMES.get(name.lower(), name)
    is_pin = not from_pip and known != "dash"
    try:
        requirement = Requirement(f"{known}{specifier}")
    except InvalidRequirement:
        if is_pin:  # mostly a library that is no Python package, as jpeg 9e
            collector.add_unclear_pin(known, f"{name}{specifier}", origin)
            return
        collector.note(
            Code.NO_VERSION, f"{origin}: the version of {name}{version} is not understood"
        )
        requirement = Requirement(known)
    collector.add(requirement, origin, pin=is_pin)


def _specifier(version: str) -> str:
    """Write conda's version as in PEP 440: `=2.18` is any 2.18, `2.18=build` exactly that."""
    text = version.strip().split("|")[-1].strip()
    if not text or text == "*":
        return ""
    if re.match(r"[<>!~]", text):
        # A build after a space or a second `=` says nothing about the version.
        return re.split(r"(?<![<>=!~])=|\s+(?![<>=!~,])", text)[0].replace(" ", "")
    exact = text.startswith("==")
    words = re.split(r"[=\s]+", text.lstrip("=").strip())
    number = words[0]
    if exact or number.endswith("*") or len(words) > 1:
        return f"=={number}"
    return f"=={number}.*" if text.startswith("=") else f"=={number}"
