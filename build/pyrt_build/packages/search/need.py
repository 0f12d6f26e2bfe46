"""One requirement in a search, with who has it."""

from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pyrt_build.app.declared import SourcedRequirement


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """One requirement in a search.

    Attributes:
        requirement: without a marker.
        origin: who has it, for messages.
        declared: what the developer wrote, if it is the app's own.
    """

    requirement: Requirement
    origin: str
    declared: SourcedRequirement | None = None

    @property
    def name(self) -> str:
        """Canonical name of the package."""
        return str(canonicalize_name(self.requirement.name))

    def excludes(self, other: "Need") -> bool:
        """Tell whether the exact version of this one is none that another allows."""
        exact = [c.version for c in self.requirement.specifier if c.operator == "=="]
        return any(
            not other.requirement.specifier.contains(version, prereleases=True)
            for version in exact
            if not version.endswith(".*")
        )
