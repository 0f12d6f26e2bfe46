"""`CellSources`: the code that a notebook's cells have run, for a build of its app."""

from collections.abc import Iterator, Sequence
from typing import Any

from pyrt.notebook.kernel import shell


class CellSources:
    """The cells in the order in which they ran first, each with the code of its last run.

    Cells that ran before the first app was made come from IPython's history.
    """

    def __init__(self) -> None:
        self._earlier, running = _history()
        self._cells: dict[object, str] = {}
        self._running = running

    def begin(self, cell: str | None, source: str | None = None) -> None:
        """Note the code of a cell that begins to run.

        Args:
            cell: its id; None if the host does not tell, then it counts as a new one.
            source: its code; None for the cell that runs when the first app is made.
        """
        source, self._running = self._running if source is None else source, None
        if source is not None:
            self._cells[cell or len(self._cells)] = source

    def __iter__(self) -> Iterator[str]:
        return iter([*self._earlier, *self._cells.values()])


def _history() -> tuple[Sequence[str], str | None]:
    """Return the code of the cells that have run, and that of the one that runs."""
    history: Any = getattr(shell(), "history_manager", None)
    sources = [str(each) for each in getattr(history, "input_hist_raw", ())][1:]  # the first is ""
    return (sources[:-1], sources[-1]) if sources else ((), None)
