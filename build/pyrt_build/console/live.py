"""The steps of a command, drawn on a terminal: with bytes, time left, or the time so far.

The lines of steps that run are drawn again and again below what the terminal shows already. Of a
step that took a while, one line stays.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import override

from rich.console import Console
from rich.progress import (
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
)
from rich.table import Table
from rich.text import Text

from pyrt_build.console import amounts

BAR = 20  # characters
WIDE = 70  # columns; narrower terminals show no bar
SHORT_S = 0.3  # of quicker steps no line stays


class Line(ProgressColumn):
    """The text of a step, cut if need be; then bytes and the time left, or the time so far."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width

    @override
    def render(self, task: Task) -> Text:
        amount = self._amount(task)
        room = max(self._width - len(amount) - 4, 1)
        text = Text(task.description)
        text.truncate(room, overflow="ellipsis", pad=True)
        return Text.assemble(text, "  ", amount)

    def _amount(self, task: Task) -> Text:
        if not task.total:
            return Text(amounts.duration(task.elapsed or 0), "dim")
        amount = Text()
        if self._width >= WIDE:
            full = min(round(BAR * task.completed / task.total), BAR)
            amount.append("\N{BOX DRAWINGS HEAVY HORIZONTAL}" * full, "green")
            amount.append("\N{BOX DRAWINGS LIGHT HORIZONTAL}" * (BAR - full) + " ", "dim")
        done, total = int(task.completed), int(task.total)
        amount.append(f"{amounts.size(done)} of {amounts.size(total)}")
        left_s = task.time_remaining
        if left_s:
            amount.append(f", {amounts.duration(left_s)} left", "dim")
        return amount


class Shown:
    """A step that is shown."""

    def __init__(self, progress: Progress, number: TaskID) -> None:
        self._progress = progress
        self._number = number

    def show(
        self, *, done: int | None = None, total: int | None = None, text: str | None = None
    ) -> None:
        """Change bytes that are done, bytes in all, the text; None leaves it as it is."""
        self._progress.update(self._number, completed=done, total=total, description=text)


class Display:
    """The steps that run, on stderr; `close` leaves the terminal as it was."""

    def __init__(self) -> None:
        console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            SpinnerColumn(), Line(console.width), console=console, transient=True
        )
        self._progress.start()

    @contextlib.contextmanager
    def step(self, text: str, total: int | None) -> Iterator[Shown]:
        """Show a step while the block runs; if it took a while, a line stays."""
        number = self._progress.add_task(text, total=total)
        try:
            yield Shown(self._progress, number)
            self._keep(number)
        finally:
            self._progress.remove_task(number)

    def _keep(self, number: TaskID) -> None:
        (task,) = (task for task in self._progress.tasks if task.id == number)
        took_s = task.elapsed or 0
        if took_s >= SHORT_S:
            size = f"{amounts.size(int(task.total))}, " if task.total else ""
            line = Text(task.description).append(f"  {size}{amounts.duration(took_s)}", "dim")
            self._progress.console.print(line)

    def write(self, text: str) -> None:
        """Write lines above the steps."""
        self._progress.console.print(Text.from_ansi(text))

    def close(self) -> None:
        """Remove all steps."""
        self._progress.stop()


def write_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, colours: bool) -> None:
    """Write a table to stdout, as wide as the terminal; long cells have several lines."""
    made = Table(box=None, header_style="dim" if colours else "", padding=(0, 0, 0, 2))
    for heading in headings:
        made.add_column(heading)
    for row in rows:
        made.add_row(*map(Text, row))
    Console(highlight=False, no_color=not colours).print(made)
