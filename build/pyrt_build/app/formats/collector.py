"""Collects the requirements of one file, and decides by their markers what becomes of each."""

from collections.abc import Iterable
from dataclasses import replace

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pyrt_build import target
from pyrt_build.app.declared import DeclaredRequirements, ProjectFolder, SourcedRequirement
from pyrt_build.app.formats import markers
from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError

OTHER_PYTHON = "its marker asks for another version of Python"


class Collector:
    """The requirements of one file so far, what was left out of it, and what is wrong in it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[str] = []
        self.folders: list[ProjectFolder] = []
        self.without_path: list[str] = []
        self._requirements: list[SourcedRequirement] = []
        self._pins: list[SourcedRequirement] = []
        self._notes: list[Note] = []

    def add_text(
        self, text: str, origin: str, hashes: Iterable[str] = (), *, pin: bool = False
    ) -> None:
        """Add a requirement that is written as in PEP 508; one that is not becomes a problem."""
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            reason = str(error).splitlines()[0]
            self.problems.append(
                f"{origin}: {text!r} is no valid requirement: {reason}. Write it as in "
                "`pandas>=2,<4`."
            )
        else:
            self.add(requirement, origin, hashes, pin=pin)

    def add(
        self,
        requirement: Requirement,
        origin: str,
        hashes: Iterable[str] = (),
        *,
        pin: bool = False,
    ) -> None:
        """Add a requirement, or a pin: a version that counts only if the package is needed."""
        verdict = markers.judge(requirement.marker)
        plain = markers.without_marker(requirement)
        written = ""
        if verdict == "other platform":
            self.note(
                Code.OTHER_PLATFORM,
                f"{origin}: {requirement} is left out: it is for another platform",
            )
            return
        if verdict == "other Python":
            written = str(requirement)
            plain = Requirement(_name_and_extras(requirement))
        target = self._pins if pin else self._requirements
        if written:
            target.append(SourcedRequirement(plain, origin, frozenset(), written, OTHER_PYTHON))
        else:
            target.append(SourcedRequirement(plain, origin, frozenset(hashes)))

    def add_unclear_pin(self, name: str, written: str, origin: str) -> None:
        """Add a pin whose version is not understood, which matters only if the package counts."""
        why = "this version is not understood"
        self._pins.append(SourcedRequirement(Requirement(name), origin, written=written, why=why))

    def include(self, other: DeclaredRequirements) -> None:
        """Add everything of another file."""
        self._requirements += other.requirements
        self._pins += other.pins
        self._notes += other.notes
        self.folders += other.folders

    def say_python(self, wanted: object, origin: str) -> None:
        """Note that the Python of a tab is not one that is asked for, as a specifier."""
        try:
            specifier = SpecifierSet(str(wanted or ""))
        except InvalidSpecifier:
            return
        if not specifier.contains(target.PYTHON_VERSION):
            text = f"{origin} asks for Python {wanted}; in a tab it is {target.PYTHON_SERIES}"
            self.note(Code.OTHER_PYTHON, text)

    def note(self, code: Code, text: str) -> None:
        """Say what was not taken from the file, once."""
        note = Note(code, text)
        if note not in self._notes:
            self._notes.append(note)

    def declared(self) -> DeclaredRequirements:
        """Return what was collected.

        Raises:
            BuildError: something in the file is wrong; the message has all of it.
        """
        if self.problems:
            raise BuildError("\n".join(self.problems))
        if self.without_path:
            self.note(
                Code.NO_VERSION,
                f"{self.source}: {', '.join(self.without_path)}: a path of the machine on which "
                "conda's package was built says no version; the newest counts",
            )
        return DeclaredRequirements(
            self.source,
            tuple(_without_replaced(self._requirements)),
            tuple(_without_replaced(self._pins)),
            tuple(self._notes),
            tuple(self.folders),
        )


def _name_and_extras(requirement: Requirement) -> str:
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return f"{requirement.name}{extras}"


def _without_replaced(found: list[SourcedRequirement]) -> list[SourcedRequirement]:
    """Drop what is for another Python, where another line names the package for this one."""
    applying = {sourced.name for sourced in found if not sourced.written}
    kept: dict[tuple[str, str, str], SourcedRequirement] = {}
    for sourced in found:
        if sourced.written and sourced.name in applying:
            continue
        key = (sourced.name, str(sourced.requirement), "" if sourced.written else sourced.origin)
        before = kept.get(key)
        written = "; ".join(s.written for s in (before, sourced) if s and s.written)
        kept[key] = replace(before or sourced, written=written)
    return list(kept.values())
