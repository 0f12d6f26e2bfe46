"""The exceptions of the builder."""

from typing import ClassVar


class BuildError(Exception):
    """A site cannot be built or served, because of the app, a package, an option or the machine.

    The text is all that the user sees: what is wrong, where (file and line, or package), what to
    do. The command ends with the exit code and without a traceback.
    """

    exit_code: ClassVar[int] = 1


class ChoiceError(BuildError):
    """There are several possibilities; the text lists them, and how to choose."""

    exit_code = 2
