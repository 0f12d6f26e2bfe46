"""The exception of the builder."""


class BuildError(Exception):
    """A site cannot be built or served, because of the app, a package, an option or the machine.

    The text is all that the user sees: what is wrong, where (file and line, or package), what to
    do. The command ends with exit code 1 and without a traceback.
    """
