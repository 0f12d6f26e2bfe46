"""Bytecode that travels with pyrt, so that building a plain app needs neither Node nor waiting.

`python -m pyrt_build.seed`, when a release is made: the standard library and the engine, compiled
by the Pyodide in the same folder.
"""

import io
import shutil
import sys
import zipfile

from pyrt_build import bytecode, cache, shipped, site
from pyrt_build.console import progress, say


def main() -> int:
    """Fill `static/bytecode`; whatever was there before is gone."""
    folder = shipped.folder() / "bytecode"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for sources in (_standard_library(), _engine()):
        codes = bytecode.compile_sources(sources)
        if not codes:
            progress("Neither CPython 3.14 nor Node is here: there is no bytecode to ship.")
            return 1
        name = bytecode.key(sources)
        shutil.copyfile(cache.folder("bytecode") / name, folder / name)
        say(f"{len(codes)} files of bytecode in {folder / name}")
    return 0


def _standard_library() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(shipped.read("pyodide/python_stdlib.zip"))) as archive:
        names = [name for name in archive.namelist() if name.endswith(".py")]
        return {f"{bytecode.ZIP_PATH}/{name}": archive.read(name) for name in names}


def _engine() -> dict[str, bytes]:
    return {f"{site.MOUNTS['engine']}/{path}": data for path, data in site.engine_sources().items()}


if __name__ == "__main__":
    sys.exit(main())
