"""Makes the bytecode that is part of a release: of the standard library and of the engine.

`python -m pyrt_build.site.bytecode_cache` writes it to `static/bytecode`. With it, building an app
without packages needs no Node and no time for compiling.
"""

import io
import shutil
import sys
import zipfile

from pyrt_build import cache, static_files
from pyrt_build.console.output import progress, say
from pyrt_build.site import plan
from pyrt_build.site.compile import bytecode
from pyrt_build.site.manifest import MOUNTS


def main() -> int:
    """Fill `static/bytecode`, which is emptied first."""
    folder = static_files.folder() / "bytecode"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    compiler = bytecode.Compiler()
    for sources in (_standard_library(), _engine()):
        codes = compiler.compile(sources)
        if not codes:
            progress("There is no bytecode to ship.")
            return 1
        name = bytecode.key(sources)
        shutil.copyfile(cache.folder("bytecode") / name, folder / name)
        say(f"{len(codes)} files of bytecode in {folder / name}")
    return 0


def _standard_library() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(static_files.read("pyodide/python_stdlib.zip"))) as archive:
        names = [name for name in archive.namelist() if name.endswith(".py")]
        return {f"{bytecode.ZIP_PATH}/{name}": archive.read(name) for name in names}


def _engine() -> dict[str, bytes]:
    return {f"{MOUNTS['engine']}/{path}": data for path, data in plan.engine_sources().items()}


if __name__ == "__main__":
    sys.exit(main())
