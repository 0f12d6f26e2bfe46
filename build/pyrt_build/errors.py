"""The one exception of the builder. Imports nothing."""


class BuildError(Exception):
    """The app, one of its packages or the machine stands in the way of a site.

    The text is all the user sees: what is wrong, where (file and line, or package), what to do.
    The command ends with exit code 1 and without a traceback.
    """
