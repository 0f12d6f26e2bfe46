"""Imports that fail in a tab: modules of no package, of packages without a build, of an OS."""

from collections.abc import Iterator

from pyrt_build.app.declared import DeclaredRequirements
from pyrt_build.app.discover import App, Import
from pyrt_build.check.finding import Finding
from pyrt_build.console.notes import Code
from pyrt_build.packages import distribution, needs
from pyrt_build.server_code.partition import Partition

_SERVER = "Let a server answer the callbacks that use it (server=True)"
_COMPUTED = f"{_SERVER}, or compute the results beforehand"
# Packages that have compiled code and no build for WebAssembly, or that need what a tab lacks.
NO_WHEEL = {
    "psutil": "a tab cannot see processes. Guard the import with try/except ImportError",
    "pyspark": _SERVER,
    "tensorflow": _COMPUTED,
    "torch": _COMPUTED,
    "torchvision": _COMPUTED,
    "win32api": _SERVER,
    "win32com": _SERVER,
}
# Modules of Python's own that exist only with a window system, a terminal or Windows.
NO_MODULE = frozenset(
    {"_winapi", "curses", "idlelib", "msvcrt", "tkinter", "turtle", "winreg", "winsound"}
)


def inspect(parts: Partition, declared: DeclaredRequirements) -> Iterator[Finding]:
    """Yield the imports that fail, those of code that only a server runs left out."""
    app = parts.app
    for found in _first_imports(app):
        top = found.module.partition(".")[0]
        if top in NO_WHEEL:
            text = f"{top} has no build for a browser. {NO_WHEEL[top]}"
            yield _finding(found, Code.NO_WHEEL, text)
        elif top in NO_MODULE:
            text = f"Python in a browser has no {top}. Guard the import, or remove it"
            yield _finding(found, Code.NO_MODULE, text)
    unknown = needs.unknown_imports(
        app,
        declared,
        distribution.modules_of_packages(),
        parts.server_modules,
        parts.server_only,
    )
    for found in unknown:
        if found.module not in NO_WHEEL:
            text = (
                f"nothing that is known provides {found.module}: there is no such file in the "
                "project, and no requirement for it. Name its package in requirements.txt, or put "
                "the file beside the app"
            )
            yield _finding(found, Code.UNKNOWN_IMPORT, text)


def _first_imports(app: App) -> list[Import]:
    """Return the first import of each module that may not fail."""
    first: dict[str, Import] = {}
    for found in app.imports:
        if not found.optional:
            first.setdefault(found.module.partition(".")[0], found)
    return list(first.values())


def _finding(found: Import, code: Code, text: str) -> Finding:
    file, _, line = found.origin.rpartition(":")
    return Finding(file, int(line), code.code, text)
