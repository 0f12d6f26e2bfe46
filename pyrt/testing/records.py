"""What a page of a test has recorded: calls of callbacks, and errors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self


class Call(str):  # noqa: SLOT000  # few are made
    """One call of a Python callback: the name of its function, with what is known of it.

    Attributes:
        outputs: the props that it writes, as `id.prop`.
        outcome: `running`, `done`, `prevented`, `failed` or `dropped`.
    """

    outputs: tuple[str, ...]
    outcome: str

    def __new__(cls, name: str, outputs: Sequence[str] = ()) -> Self:
        """Return the call of a function."""
        made = super().__new__(cls, name)
        made.outputs = tuple(outputs)
        made.outcome = "running"
        return made


@dataclass(frozen=True, slots=True)
class PageError:
    """One error that Dash's dev tools would show.

    Attributes:
        title: one line.
        message: such as `ZeroDivisionError: division by zero`.
        traceback: with the frames of the app only; empty if there is none.
        function: name of the callback's function; empty if it is of no Python callback.
        kind: `callback`, `clientside`, `layout`, `validation` or `protocol`.
    """

    title: str
    message: str
    traceback: str = field(default="", repr=False)
    function: str = ""
    kind: str = "callback"

    def __str__(self) -> str:
        return f"{self.title}\n{self.traceback or self.message}"

    def __contains__(self, text: str) -> bool:
        """Tell whether title, message or traceback have a text."""
        return text in self.title or text in self.message or text in self.traceback
