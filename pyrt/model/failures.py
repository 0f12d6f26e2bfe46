"""Texts for an app that does not start: what is wrong, where, and what to do.

Tracebacks show the author's frames only. This module reads exceptions and source lines; it runs
nothing and imports `errors` only.
"""

import linecache
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from pyrt.model.errors import PyrtError

if TYPE_CHECKING:
    from traceback import TracebackException

_OURS = str(Path(__file__).parents[1]) + os.sep


class StartError(PyrtError):
    """The app cannot start; the text is complete and meant for its author."""


class Frame(NamedTuple):
    """A place in a traceback."""

    file: str
    line: int
    function: str


def explain(error: BaseException) -> str:
    """Return the text for an exception that ended the author's script."""
    if isinstance(error, StartError):
        return str(error)
    if isinstance(error, SyntaxError):
        return _explain_syntax(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _explain_missing_module(error)
    if isinstance(error, SystemExit):
        return f"The app ended itself with sys.exit({error.code!r}){_last_place(error)}"
    if not any(authors_frames(error.__traceback__)):  # a check of ours, after the script
        return f"{type(error).__name__}: {error}"
    return format_traceback(error)


def format_traceback(error: BaseException) -> str:
    """Return the traceback, as Python prints it, without the frames of pyrt and of importing."""
    import traceback  # noqa: PLC0415  # needed after a failure only

    shown = traceback.TracebackException.from_exception(error)
    _prune(shown)
    return "".join(shown.format()).rstrip("\n")


def _prune(shown: "TracebackException | None") -> None:
    while shown is not None:
        shown.stack[:] = [frame for frame in shown.stack if is_authors(frame.filename)]
        _prune(shown.__context__)
        shown = shown.__cause__


def is_authors(file: str) -> bool:
    """Return whether a frame in this file is of interest to the author of an app."""
    return not file.startswith((_OURS, "<frozen importlib"))


def authors_frames(trace: TracebackType | None) -> Iterator[Frame]:
    """Yield the frames of a traceback that are not ours, outermost first."""
    while trace is not None:
        code = trace.tb_frame.f_code
        if is_authors(code.co_filename):
            yield Frame(code.co_filename, trace.tb_lineno, code.co_name)
        trace = trace.tb_next


def _explain_syntax(error: SyntaxError) -> str:
    file = shorten(error.filename or "the app")
    lines = [f"{type(error).__name__} in {file}, line {error.lineno}: {error.msg}"]
    if error.text:
        text = error.text.rstrip("\n")
        indent = len(text) - len(text.lstrip())
        lines.append(f"    {text.lstrip()}")
        if error.offset:
            lines.append("    " + " " * max(error.offset - 1 - indent, 0) + "^")
    return "\n".join(lines)


def _explain_missing_module(error: ModuleNotFoundError) -> str:
    assert error.name
    package = error.name.partition(".")[0]
    lines = [f"The module '{error.name}' is not part of this site."]
    frames = list(authors_frames(error.__traceback__))
    if frames:
        place = frames[-1]
        linecache.checkcache(place.file)  # it may have been edited since the last start
        source = linecache.getline(place.file, place.line).strip()
        lines.append(f"{shorten(place.file)}, line {place.line}, imports it: {source}")
    if package != error.name and sys.modules.get(package):
        lines.append(f"The package '{package}' is there, but has no such module: check the name.")
        if package == "dash":
            lines.append(
                "pyrt has Dash's public modules, and none of its server's. A package that only a "
                "server needs can be named in pyproject.toml: [tool.pyrt] server-only."
            )
    elif package in sys.stdlib_module_names:
        lines.append(
            f"'{package}' belongs to Python's standard library, but does not exist in a browser. "
            "Remove the import, or guard it with try/except ImportError."
        )
    else:
        lines.append(
            f"Add the package that provides '{package}' to requirements.txt (or to the script's "
            "own dependencies), then build again. If it is a file of yours, put it beside the app."
        )
    return "\n".join(lines)


def _last_place(error: BaseException) -> str:
    frames = list(authors_frames(error.__traceback__))
    return f" ({shorten(frames[-1].file)}:{frames[-1].line})." if frames else "."


def shorten(file: str) -> str:
    """Return a path relative to the working directory where it lies below it."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def explain_no_app(entry: str) -> str:
    """Return the text for a script that made no app."""
    return (
        f"{shorten(entry)} ran to its end, but created no Dash app. Create one at the top level of "
        "the file, or under `if __name__ == '__main__'`: app = Dash(__name__)."
    )
