"""What an app's requirements say, whatever file they are written in."""

from dataclasses import dataclass, replace
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pyrt_build.console.notes import Note


@dataclass(frozen=True, slots=True)
class SourcedRequirement:
    """A requirement and where it comes from.

    Attributes:
        origin: for messages: `requirements.txt:3`, `app.py:2` for an import, `flask 3.1` for the
            requirement of another package.
        hashes: allowed hashes of its file, as `sha256:...`; empty if any file is allowed.
        written: the requirement as written, if its version does not count. The requirement itself
            then has no version.
        why: why it does not count.
    """

    requirement: Requirement
    origin: str
    hashes: frozenset[str] = frozenset()
    written: str = ""
    why: str = ""

    @property
    def name(self) -> str:
        """Canonical name of the package."""
        return str(canonicalize_name(self.requirement.name))


@dataclass(frozen=True, slots=True)
class ProjectFolder:
    """A folder with a project that a requirement names by its path: `-e .`, `./lib[extra]`."""

    path: Path
    extras: tuple[str, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class DeclaredRequirements:
    """The requirements that are written down.

    Attributes:
        source: name of the file that has them; None if there is no such file.
        requirements: what the app needs.
        pins: versions from lock files and from lists of whole environments. One counts if the app
            imports the package, or if another package needs it.
        notes: what was not taken from the file, and why.
        folders: projects whose requirements count as well, and whose modules are the app's own.
    """

    source: str | None
    requirements: tuple[SourcedRequirement, ...] = ()
    pins: tuple[SourcedRequirement, ...] = ()
    notes: tuple[Note, ...] = ()
    folders: tuple[ProjectFolder, ...] = ()

    def __add__(self, other: "DeclaredRequirements") -> "DeclaredRequirements":
        """Return both; the name of the file is that of the first."""
        return replace(
            self,
            requirements=self.requirements + other.requirements,
            pins=self.pins + other.pins,
            notes=self.notes + other.notes,
            folders=self.folders + other.folders,
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which optional parts of a project's requirements are asked for.

    Attributes:
        extras: names of extras (`project.optional-dependencies`).
        groups: names of dependency groups (PEP 735, Poetry, Pipenv).
    """

    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
