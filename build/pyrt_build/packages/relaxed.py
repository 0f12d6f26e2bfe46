"""The table of what a site does not meet as it is written."""

from dataclasses import asdict, dataclass
from typing import Self

from pyrt_build.console.notes import Code, Note


@dataclass(frozen=True, slots=True)
class Relaxed:
    """One row of the table: a requirement that the site does not meet as it is written.

    Attributes:
        wanted: the version, as written; with the name of who wants it.
        taken: the version in the site; empty if there is none.
    """

    package: str
    wanted: str
    taken: str
    why: str
    code: Code = Code.RELAXED

    def note(self) -> Note:
        """Return the row as a note, for `--strict` and `--json`."""
        text = f"{self.package}: wanted {self.wanted}, taken {self.taken or 'none'}: {self.why}"
        return Note(self.code, text)

    def to_json(self) -> dict[str, str]:
        """Return the row for the cache."""
        return {**asdict(self), "code": self.code.name}

    @classmethod
    def from_json(cls, value: dict[str, str]) -> Self:
        """Return the row of such a value."""
        return cls(**{**value, "code": Code[value["code"]]})  # type: ignore[arg-type]  # str is Code
