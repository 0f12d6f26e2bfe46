"""Examines wheels with compiled code before they travel, by the auditwheel of pyodide-build.

Pyodide's own builds have been examined where they were made.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pyrt_build.errors import BuildError
from pyrt_build.packages import wheels
from pyrt_build.packages.lock import LockedPackage

_LIBRARY = ".so"


def examine(locked: Iterable[LockedPackage]) -> None:
    """Check that the compiled code of packages is WebAssembly, and has the libraries it needs.

    Raises:
        BuildError: a package could not be loaded in a tab; the message names all of them.
    """
    packages = list(locked)
    compiled = [p for p in packages if not p.entry and not p.path.name.endswith("-any.whl")]
    if not compiled:
        return
    present = {PurePosixPath(name).name for p in packages for name in _libraries(p.path)}
    problems = [text for package in compiled for text in _problems(package, present)]
    if problems:
        raise BuildError("\n".join(problems))


def _problems(package: LockedPackage, present: set[str]) -> list[str]:
    from auditwheel_emscripten import show_dylib  # noqa: PLC0415  # only with compiled wheels

    found = []
    with tempfile.TemporaryDirectory() as folder, wheels.open_archive(package.path) as archive:
        for name in _libraries(package.path):
            file = Path(folder, "library.so")
            file.write_bytes(archive.read(name))
            try:
                needed, _ = show_dylib(file)
            except Exception as error:  # noqa: BLE001 -- whatever it raises for other files
                reason = str(error).replace(str(file), "it")
                found.append(
                    f"{package.path.name}: {name} is no library that a tab can load ({reason}). "
                    "Take another version of the package."
                )
                continue
            found += [
                f"{package.path.name}: {name} needs the library {library}, which no package of the "
                "site has."
                for library in needed
                if library not in present
            ]
    return found


def _libraries(path: Path) -> list[str]:
    with wheels.open_archive(path) as archive:
        return [name for name in archive.namelist() if name.endswith(_LIBRARY)]
