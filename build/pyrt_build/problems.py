"""Several errors of one build, named at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyrt_build.errors import BuildError


class Problems:
    """Errors that do not keep a build from looking for more: all of them are named at once."""

    def __init__(self) -> None:
        self._found: list[BuildError] = []

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Keep an error that is raised inside, and go on."""
        try:
            yield
        except BuildError as error:
            self._found.append(error)

    def refuse(self) -> None:
        """Raise what was collected: one error as it is, several as one.

        Raises:
            BuildError: there are errors.
        """
        if len(self._found) > 1:
            raise BuildError("\n\n".join(map(str, self._found))) from self._found[0]
        for error in self._found:
            raise error
