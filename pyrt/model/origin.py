"""Where in the app's source something is declared, for error messages."""

import os
import sys
from collections.abc import Callable
from typing import NamedTuple

_OUR_PACKAGES = {"pyrt", "dash"}
# Folders of installed packages: in a tab, and on other machines.
_INSTALLED = ("/pyrt/packages/", "/pyrt/compiled/", "/site-packages/", "/dist-packages/")
_COROUTINE = 0x80  # inspect.CO_COROUTINE


class Origin(NamedTuple):
    """A name with its position in a source file."""

    name: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.name} ({self.file.removeprefix(os.getcwd() + os.sep)}:{self.line})"  # noqa: PTH109  # text is enough


def find_caller(name: str) -> Origin:
    """Return the position of the innermost call from outside of pyrt and dash."""
    frame = sys._getframe(1)  # noqa: SLF001  # inspect.stack() is slow: it reads source files
    while frame.f_back is not None:
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package not in _OUR_PACKAGES:
            break
        frame = frame.f_back
    return Origin(name, frame.f_code.co_filename, frame.f_lineno)


def is_import_of_package() -> bool:
    """Tell whether what calls is the import of a module of an installed package."""
    frame = sys._getframe(1)  # noqa: SLF001  # the same
    while frame.f_code.co_name != "<module>" and frame.f_back is not None:
        frame = frame.f_back
    importer = frame.f_back.f_code.co_filename if frame.f_back else ""
    file = frame.f_code.co_filename.replace("\\", "/")
    return importer.startswith("<frozen importlib") and any(at in file for at in _INSTALLED)


def find_origin(function: Callable[..., object], fallback: Origin) -> Origin:
    """Return where a function is defined; for a callable without code, the `fallback` position."""
    inner = _unwrap(function)
    code = getattr(inner, "__code__", None)
    name = getattr(inner, "__name__", type(inner).__name__)
    if code is None:  # an object that can be called, a partial
        return fallback._replace(name=name)
    return Origin(name, code.co_filename, code.co_firstlineno)


def is_coroutine_function(function: Callable[..., object]) -> bool:
    """Return whether a function, or the one it wraps, is `async def`."""
    code = getattr(_unwrap(function), "__code__", None)
    return bool(code and code.co_flags & _COROUTINE)


def _unwrap(function: Callable[..., object]) -> Callable[..., object]:
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function
