"""Error messages for an app that does not start: what is wrong, where, and what to do.

Tracebacks show the frames of the app only, without those of pyrt, of packages and of Python itself.
"""

import linecache
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from pyrt.model.errors import PyrtError

if TYPE_CHECKING:
    from traceback import TracebackException

_PYRT_FOLDER = str(Path(__file__).parents[1]) + os.sep
# Where packages are: on machines, and in a tab.
_PACKAGES = ("/site-packages/", "/dist-packages/", "/pyrt/packages/")
_PYTHON_FOLDER = str(Path(os.__file__).parent) + os.sep
_MOST_KEYS = 10_000  # of a dict in which a similar key is looked for


class StartError(PyrtError):
    """The app cannot start; the message is complete and for the app developer."""


class Frame(NamedTuple):
    """A frame of a traceback."""

    file: str
    line: int
    function: str


def explain(error: BaseException) -> str:  # noqa: PLR0911  # one for each kind of error
    """Return the message for an exception that ended the app's script."""
    if isinstance(error, StartError):
        return str(error)
    if isinstance(error, SyntaxError):
        return _explain_syntax(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _explain_missing_module(error)
    if isinstance(error, SystemExit):
        return f"The app ended itself with sys.exit({error.code!r}){_last_position(error)}"
    if isinstance(error, KeyError) and _is_of_environment(error.__traceback__):
        return _explain_variable(error)
    if isinstance(error, ImportError | AttributeError) and "partially initialized" in str(error):
        return _explain_circle(error)
    if not any(app_frames(error.__traceback__)):  # raised by pyrt after the script
        return f"{type(error).__name__}: {error}"
    return format_traceback(error)


def describe_error(error: BaseException) -> str:
    """Return type and text of an exception, also of one whose text cannot be made."""
    name = type(error).__name__
    try:
        return f"{name}: {error}"
    except BaseException:  # noqa: BLE001  # the app's code
        return f"{name}, whose text cannot be shown: its __str__ fails"


def format_traceback(error: BaseException) -> str:
    """Return the traceback, as Python prints it, with the frames of the app only.

    An error in which the app has no frame keeps those of packages. After a KeyError comes the most
    similar key, as Python does for names and attributes.
    """
    import traceback  # noqa: PLC0415  # slow to import, and only needed after a failure

    try:
        shown = traceback.TracebackException.from_exception(error)
        has_own = any(is_app_file(frame.filename) for frame in shown.stack)
        _prune(shown, is_app_file if has_own else is_not_of_pyrt)
        near = _near_key(error)
        lines = [*shown.format(), f"Did you mean: {near!r}?" if near else ""]
        return "".join(lines).rstrip("\n")
    except BaseException:  # noqa: BLE001  # the app's code: texts, notes, chains of thousands
        return describe_error(error)


def _prune(shown: "TracebackException | None", is_shown: Callable[[str], bool]) -> None:
    while shown is not None:
        shown.stack[:] = [frame for frame in shown.stack if is_shown(frame.filename)]
        for inner in getattr(shown, "exceptions", None) or ():
            _prune(inner, is_shown)
        if _repeats(shown, shown.__cause__, is_shown):
            shown.__cause__ = None
            shown.__suppress_context__ = True
        _prune(shown.__context__, is_shown)
        shown = shown.__cause__


def _repeats(
    shown: "TracebackException",
    cause: "TracebackException | None",
    is_shown: Callable[[str], bool],
) -> bool:
    """Tell whether a cause is in a package, and has the same text, as KeyErrors of pandas do."""
    return (
        cause is not None
        and not any(is_shown(frame.filename) for frame in cause.stack)
        and [*cause.format_exception_only()] == [*shown.format_exception_only()]
    )


def _near_key(error: BaseException) -> str:
    """Return the key most like a missing one, of the dicts and tables in the app's last frame."""
    match error:
        case KeyError(args=(str(key),)):
            pass
        case _:
            return ""
    frame = None
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame if is_app_file(trace.tb_frame.f_code.co_filename) else frame
        trace = trace.tb_next
    if frame is None:
        return ""
    from difflib import get_close_matches  # noqa: PLC0415  # slow to import

    found = {name for keys in _keys_at_hand(frame) if key not in keys for name in keys}
    return next(iter(get_close_matches(key, sorted(found), 1)), "")


def _keys_at_hand(frame: FrameType) -> Iterator[set[str]]:
    """Yield the texts among the keys of each dict, and the columns of each table, of a frame."""
    named = (frame.f_globals.get(name) for name in frame.f_code.co_names)
    for value in (*frame.f_locals.values(), *named):
        keys: Any = value if isinstance(value, dict) else getattr(value, "columns", ())
        if isinstance(keys, Iterable) and 0 < _length(keys) < _MOST_KEYS:
            yield {key for key in keys if isinstance(key, str)}


def _length(value: object) -> int:
    try:
        return len(value)  # type: ignore[arg-type]  # most have one
    except Exception:  # noqa: BLE001  # the app's code
        return 0


def is_not_of_pyrt(file: str) -> bool:
    """Tell whether a file is the app's, a package's or Python's, and not one of pyrt."""
    return not file.startswith((_PYRT_FOLDER, "<frozen importlib"))


def is_app_file(file: str) -> bool:
    """Tell whether a file is one of the app, and not of pyrt, a package or Python."""
    plain = file.replace("\\", "/")
    return not (
        file.startswith((_PYRT_FOLDER, _PYTHON_FOLDER, "<frozen "))
        or any(folder in plain for folder in _PACKAGES)
    )


def app_frames(trace: TracebackType | None) -> Iterator[Frame]:
    """Yield the frames of a traceback that belong to the app or its packages, outermost first."""
    while trace is not None:
        code = trace.tb_frame.f_code
        if is_not_of_pyrt(code.co_filename):
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
    frames = list(app_frames(error.__traceback__))
    if frames:
        frame = frames[-1]
        linecache.checkcache(frame.file)  # it may have been edited since the last start
        source = linecache.getline(frame.file, frame.line).strip()
        lines.append(f"{shorten(frame.file)}, line {frame.line}, imports it: {source}")
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


def _is_of_environment(trace: TracebackType | None) -> bool:
    """Tell whether an error was raised in `os.environ["NAME"]`."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    code = trace.tb_frame.f_code
    return code is type(os.environ).__getitem__.__code__


def _explain_variable(error: KeyError) -> str:
    (name,) = error.args
    lines = [f"The app needs the environment variable {name}, which it is not given."]
    frames = [frame for frame in app_frames(error.__traceback__) if frame.function != "__getitem__"]
    if frames:
        source = linecache.getline(frames[-1].file, frames[-1].line).strip()
        lines.append(f"{shorten(frames[-1].file)}, line {frames[-1].line}, reads it: {source}")
    lines.append(f"Build with --env {name}=VALUE, --env-file FILE, or [tool.pyrt.env].")
    return "\n".join(lines)


def _explain_circle(error: ImportError | AttributeError) -> str:
    frames = [frame for frame in app_frames(error.__traceback__) if frame.function == "<module>"]
    shown = [
        f"  {shorten(frame.file)}, line {frame.line}: "
        f"{linecache.getline(frame.file, frame.line).strip()}"
        for frame in frames
    ]
    return "\n".join(
        [
            "Modules of the app import each other in a circle; one is used before it is complete:",
            *shown,
            f"{type(error).__name__}: {error}",
            "Import inside the function that uses it, or move what both need into a third module.",
        ]
    )


def _last_position(error: BaseException) -> str:
    frames = list(app_frames(error.__traceback__))
    return f" ({shorten(frames[-1].file)}:{frames[-1].line})." if frames else "."


def shorten(file: str) -> str:
    """Return a path below the working directory as a relative one, others unchanged."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def explain_no_app(entry: str) -> str:
    """Return the message for a script that created no app."""
    return (
        f"{shorten(entry)} ran to its end, but created no Dash app. Create one at the top level of "
        "the file, or under `if __name__ == '__main__'`: app = Dash(__name__)."
    )
