"""Requirements files of pip: requirements.txt, what `pip freeze` and pip-compile write."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pyrt_build.app.declared import DeclaredRequirements, ProjectFolder
from pyrt_build.app.formats.collector import Collector
from pyrt_build.app.formats.text import read_text
from pyrt_build.console.notes import Code
from pyrt_build.project.addresses import path_of

# Options of pip whose value is another file, in long form.
_FILES = {"-r": "--requirement", "-c": "--constraint", "-e": "--editable"}
# Options that say where or how pip looks for packages. They are said and not used: the builder asks
# the index of pip's own configuration.
_INDEX = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-index")
_HASH = re.compile(r"\s--hash[=\s]+(\S+)")
_PER_LINE = re.compile(
    r"\s--(?:global-option|install-option|config-settings?|build-option)[=\s].*$"
)
_ADDRESS = re.compile(r"(?:(?:git|hg|svn|bzr)\+)?[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# Paths of the machines on which conda's packages are built, as `pip freeze` writes them.
_CONDA_BUILD = re.compile(
    r"feedstock_root|/croot/|/bld/|conda-bld|/b/abs_|/work(/|$|_)|/perseverance"
)
# Folders of users, and drives: of another machine if they do not exist here.
_PERSONAL = re.compile(r"/(home|Users)/[^/]+|/?[A-Za-z]:")
_NAMED_ADDRESS = re.compile(r"^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*@\s*(\S+)")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the files that include each other have in common.

    Attributes:
        stack: files that are being read, the innermost last; one that includes itself is a problem.
    """

    collector: Collector
    stack: list[Path] = field(default_factory=list)


def read(path: Path) -> DeclaredRequirements:
    """Read a requirements file with all files that it includes.

    Raises:
        BuildError: it cannot be read, or lines of it are not valid.
    """
    collector = Collector(path.name)
    _read_file(path, _Reading(collector), pin=False)
    return collector.declared()


def add_line(collector: Collector, line: str, origin: str, folder: Path) -> None:
    """Add one line as pip reads it, which may include other files."""
    _add_line(_Reading(collector), line, origin, folder, pin=False)


def _read_file(path: Path, reading: _Reading, *, pin: bool) -> None:
    where = path.resolve()
    if where in reading.stack:
        return
    reading.stack.append(where)
    for number, line in _lines(read_text(path)):
        _add_line(reading, line, f"{path.name}:{number}", path.parent, pin=pin)
    reading.stack.pop()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers: without comments, continued lines joined."""
    pending, start = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*$", "", raw).strip()
        start = start if pending else number
        if line.endswith("\\"):
            pending += line[:-1] + " "
            continue
        joined, pending = (pending + line).strip(), ""
        if joined:
            yield start, joined
    if pending.strip():
        yield start, pending.strip()


def _add_line(reading: _Reading, line: str, origin: str, folder: Path, *, pin: bool) -> None:
    if line.startswith("-"):
        _add_option(reading, line, origin, folder, pin=pin)
        return
    hashes = _HASH.findall(line)
    text = _PER_LINE.sub("", _HASH.sub("", line)).strip()
    if _is_local_folder(text, folder):
        _add_folder(reading, text, origin, folder)
        return
    path = _local_path(text, folder)
    is_elsewhere = text.startswith("file:") or text.lower().endswith(".whl")  # said later
    if path is not None and not is_elsewhere and not path.exists():
        reading.collector.problems.append(
            f"{origin}: there is no file or folder {text}. Correct the path, or remove the line."
        )
        return
    requirement = _as_requirement(text, folder)
    if requirement is None:
        reading.collector.problems.append(
            f"{origin}: {text!r} does not say which package it is. Write `name @ {text}`."
        )
        return
    requirement = _without_conda_path(reading.collector, requirement, origin)
    reading.collector.add_text(requirement, origin, hashes, pin=pin)


def _add_option(reading: _Reading, line: str, origin: str, folder: Path, *, pin: bool) -> None:
    option, value = _option(line)
    match option:
        case "--requirement" | "--constraint" if value:
            if _ADDRESS.match(value):
                reading.collector.note(
                    Code.INDEX_OPTION, f"{origin}: {line} is not read: it is not in the project"
                )
                return
            included = folder / value
            if not included.exists():
                reading.collector.problems.append(
                    f"{origin}: there is no file {value}. Correct the path, or remove the line."
                )
                return
            _read_file(included, reading, pin=pin or option == "--constraint")
        case "--editable" if value:
            _add_line(reading, value, origin, folder, pin=pin)
        case _ if option in _INDEX:
            reading.collector.note(
                Code.INDEX_OPTION,
                f"{origin}: {option} is not used: packages come from the index of pip's own "
                "configuration, or of --index-url",
            )
        case _:
            pass  # how pip downloads or installs, which the builder decides itself


def _option(line: str) -> tuple[str, str]:
    """Return an option in its long form, and its value."""
    try:
        words: Sequence[str] = shlex.split(line, posix="\\" not in line)
    except ValueError:
        words = line.split()
    first, rest = words[0], list(words[1:])
    if first.startswith("--"):
        option, equals, value = first.partition("=")
        return option, value if equals else " ".join(rest[:1])
    option, attached = first[:2], first[2:].lstrip("=")
    return _FILES.get(option, option), attached or " ".join(rest[:1])


def _is_local_folder(text: str, folder: Path) -> bool:
    path = _local_path(text, folder)
    return path is not None and path.is_dir()


def _local_path(text: str, folder: Path) -> Path | None:
    """Return the path that a line names, without its extras; None if it names a package."""
    bare = re.sub(r"\[[\w,\s.-]*\]$", "", text.partition(";")[0].strip())
    if bare.startswith("file:"):
        return path_of(bare)
    if _ADDRESS.match(bare) or " @ " in bare:
        return None
    if bare == "." or "/" in bare or "\\" in bare:
        return folder / bare.replace("\\", "/")
    return None


def _add_folder(reading: _Reading, text: str, origin: str, folder: Path) -> None:
    """Add a folder with a project, whose requirements `reader` adds."""
    path = _local_path(text, folder)
    assert path is not None
    found = re.search(r"\[([\w,\s.-]*)\]$", text.partition(";")[0].strip())
    extras = tuple(e.strip() for e in found[1].split(",")) if found else ()
    reading.collector.folders.append(ProjectFolder(path.resolve(), extras, origin))


def _as_requirement(text: str, folder: Path) -> str | None:
    """Write a path or an address as `name @ address`; None if the name is not known."""
    if _NAMED_ADDRESS.match(text):
        return text
    path = _local_path(text, folder)
    if path is not None and not text.startswith("file:"):
        # The path of a wheel or of an archive, which pip allows as a requirement.
        address = path.resolve().as_uri()
    elif _ADDRESS.match(text) or (path is not None):
        address = text.partition(" ;")[0].strip()
    elif text.lower().endswith(".whl"):
        address = (folder / text).resolve().as_uri()
    else:
        return text
    name = _name_in(address)
    marker = text.partition(" ;")[2]
    return f"{name} @ {address}{f' ; {marker}' if marker else ''}" if name else None


def _name_in(address: str) -> str | None:
    """Return the name that an address has: `#egg=name`, a wheel's, an archive's, a repository's."""
    parts = urlsplit(address)
    egg = re.search(r"(?:^|&)egg=([A-Za-z0-9][\w.-]*)", parts.fragment)
    if egg:
        return egg[1]
    last = unquote(parts.path).rstrip("/").rpartition("/")[2]
    if last.endswith(".whl"):
        return last.split("-")[0]
    archive = re.fullmatch(r"([A-Za-z0-9][\w.-]*?)-\d[^/]*\.(?:tar\.\w+|zip|tgz)", last)
    if archive:
        return archive[1]
    if "+" in parts.scheme:  # a repository
        return re.sub(r"(\.git)?(@.*)?$", "", last) or None
    return None


def _without_conda_path(collector: Collector, text: str, origin: str) -> str:
    """Remove a path that exists on another machine only; of a wheel there its version counts."""
    named = _NAMED_ADDRESS.match(text)
    if not named or not named[2].startswith("file:"):
        return text
    path = urlsplit(named[2]).path
    is_here = path_of(named[2]).exists()
    is_wheel = path.endswith(".whl") and not _CONDA_BUILD.search(path)
    parts = unquote(PurePosixPath(path).name).split("-")
    if is_here or (is_wheel and not (_is_of_another_user(path) and parts[1:])):
        return text
    if is_wheel:
        collector.note(
            Code.NO_VERSION,
            f"{origin}: the file {path} is on another machine; {named[1]} {parts[1]}, which its "
            "name says, counts",
        )
        return f"{named[1]}=={parts[1]}"
    collector.without_path.append(f"{named[1]} ({origin})")
    return named[1]


def _is_of_another_user(path: str) -> bool:
    found = _PERSONAL.match(path)
    return found is not None and not Path(found[0].removeprefix("/" * (":" in found[0]))).exists()
