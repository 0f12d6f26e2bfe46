"""What a command found that the developer of the app should know, each kind with a stable code.

A warning says that the site is not what the app asks for, or may not be; with `--strict` it is an
error. A note only informs. docs/messages.md explains each code: PB of the builder, PY of the app's
Python, which `pyrt check` reads. A code keeps its meaning for ever,
and the code of a kind that is gone is not used again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Self

from pyrt_build.errors import BuildError


class Code(Enum):
    """The kinds: their code, and whether they are warnings."""

    # Packages and requirements.
    OTHER_DASH = "PB101", True
    NOT_REQUIRED = "PB102", True
    ONLY_FOR_SERVER = "PB103", False
    OLDER_WHEEL = "PB104", True
    UNUSED_PACKAGE = "PB105", False
    OTHER_PLATFORM = "PB106", False
    OTHER_PYTHON = "PB107", True
    NO_VERSION = "PB108", True
    INDEX_OPTION = "PB109", True
    RELAXED = "PB110", True
    OLD_RELEASE = "PB111", True
    LEFT_OUT = "PB112", False
    REMOVED_NAME = "PB113", True
    OLDER_RELEASE = "PB114", False
    PYTHON_ALONE = "PB115", False
    # What stays on the server.
    UNDECIDED = "PB201", True
    STUB_USED = "PB202", True
    ROUTE = "PB203", True
    ROUTE_ON_BRIDGE = "PB204", False
    # The rehearsal.
    STARTED = "PB301", False
    NO_BROWSER = "PB302", True
    NOT_REHEARSED = "PB303", True
    NO_SNAPSHOT = "PB304", True
    CONSOLE_ERROR = "PB305", True
    MISSING_FILE = "PB306", True
    PRECOMPUTED = "PB307", False
    NOT_PRECOMPUTED = "PB308", True
    # The files of the site.
    NO_BYTECODE = "PB401", True
    NO_COMPILER = "PB402", False
    LARGE_FILES = "PB403", True
    OTHER_CASE = "PB404", True
    SAME_NAME = "PB405", True
    UNTRANSLATED = "PB406", False
    # The code of the app.
    OLD_NAME = "PB501", True
    # A single file.
    NEEDS_NETWORK = "PB801", False
    LARGE_SINGLE_FILE = "PB802", True
    # The host.
    NO_POLICY = "PB901", False
    NO_BASE_URL = "PB902", False
    # The machine.
    NO_CACHE = "PB601", False
    # What `pyrt check` reads in the code of the app, besides.
    NOT_READ = "PY001", True
    UNKNOWN_IMPORT = "PY101", True
    NO_WHEEL = "PY102", True
    NO_MODULE = "PY103", True
    PROCESS = "PY201", True
    ENDLESS = "PY202", True
    BLOCKING = "PY203", True
    LOGIN = "PY204", True
    SOCKET = "PY205", True
    UNKNOWN_ID = "PY301", True
    DUPLICATE_OUTPUT = "PY302", True
    CIRCLE = "PY303", True
    SIGNATURE = "PY304", True
    WILDCARD = "PY305", True
    DECLARATION = "PY306", True
    FILE_STAYS = "PY401", True
    ABSOLUTE_PATH = "PY402", True
    FILE_MISSING = "PY403", True
    VARIABLE = "PY501", True
    SECRET = "PY701", True
    # What leaves the author's machine.
    IGNORED_TRAVELS = "PB701", False
    MAY_BE_SECRET = "PB702", True
    SECRET_LEFT_OUT = "PB703", True

    def __init__(self, code: str, is_warning: bool) -> None:  # noqa: FBT001 -- values above
        self.code = code
        self.is_warning = is_warning


@dataclass(frozen=True, slots=True)
class Note:
    """One finding; `str` gives the line that is written.

    Attributes:
        code: its kind.
        text: what was found, where (file and line, or package), and what to do.
    """

    code: Code
    text: str

    def __str__(self) -> str:
        return f"{'Warning' if self.code.is_warning else 'Note'} {self.code.code}: {self.text}"

    def as_json(self) -> dict[str, str]:
        """Return the note as `--json` prints it; `from_json` reads it."""
        level = "warning" if self.code.is_warning else "note"
        return {"code": self.code.code, "level": level, "text": self.text}

    @classmethod
    def from_json(cls, value: dict[str, str]) -> Self:
        """Return the note of such a value."""
        (code,) = (code for code in Code if code.code == value["code"])
        return cls(code, value["text"])


class StrictError(BuildError):
    """There are warnings, and `--strict` makes them errors; the text has all of them."""

    def __init__(self, text: str, notes: Sequence[Note]) -> None:
        super().__init__(text)
        self.notes = notes


def refuse_warnings(notes: Iterable[Note]) -> None:
    """Raise an error if there are warnings: what `--strict` means, for every command.

    Raises:
        StrictError: it names all of them.
    """
    warnings = [note for note in notes if note.code.is_warning]
    if warnings:
        count = "is 1 warning, which --strict makes an error"
        if len(warnings) > 1:
            count = f"are {len(warnings)} warnings, which --strict makes errors"
        lines = "\n".join(f"  {note.code.code}: {note.text}" for note in warnings)
        raise StrictError(f"There {count}. Nothing was written.\n{lines}", warnings)
