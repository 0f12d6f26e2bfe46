"""Packages that are given by an address, and those that are built from source if that is allowed.

A build runs code of the package on this machine, so it needs `--allow-build NAME`, or the setting.
Pure packages are built by pip in an isolated environment; packages with compiled code by
pyodide-build, with the compiler of the pinned Pyodide.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Collection, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pyrt_build import cache, hashes, target
from pyrt_build.console.output import step
from pyrt_build.errors import BuildError
from pyrt_build.packages import pip, wheels
from pyrt_build.project.addresses import path_of

_COMPILED = (".so", ".pyd", ".dylib")


def from_address(
    requirement: Requirement, origin: str, allowed: Collection[str], index_url: str | None
) -> Path:
    """Return the wheel of a requirement with an address or a path.

    Raises:
        BuildError: it cannot be had, or has to be built and that is not allowed.
    """
    name = str(canonicalize_name(requirement.name))
    parts = urlsplit(requirement.url or "")
    if parts.path.endswith(".whl"):
        return _wheel(requirement, origin, index_url)
    if name not in allowed:
        raise BuildError(
            f"{origin}: {requirement.name} is source ({requirement.url}), and building it would "
            f"run its code on this machine. If you trust it: --allow-build {name}"
        )
    return build(requirement, index_url)


def _wheel(requirement: Requirement, origin: str, index_url: str | None) -> Path:
    parts = urlsplit(requirement.url or "")
    if parts.scheme == "file":
        path = path_of(parts.geturl())
        if not path.is_file():
            raise BuildError(f"{origin}: there is no file {path}.")
        return path
    try:
        return pip.download(requirement, index_url)
    except pip.PipFailed as error:
        raise BuildError(f"{origin}: {requirement} cannot be had.\n  {error}") from error


def build(requirement: Requirement, index_url: str | None) -> Path:
    """Build a wheel from source: by pip, or by pyodide-build if it has compiled code.

    Raises:
        BuildError: it does not build.
    """
    answer = pip.Answer(["build", str(requirement)], index_url)
    known = answer.read()
    if known and (cache.folder("wheels") / known).is_file():
        return cache.folder("wheels") / str(known)
    try:
        built = pip.build(requirement, index_url)
    except pip.PipFailed:
        built = _compile(str(requirement), _source(requirement))
    else:
        if _has_compiled_code(built):
            built.unlink()
            built = _compile(str(requirement), _source(requirement))
        elif not built.name.endswith("-any.whl"):
            # It would be compiled if there were a compiler.
            pure = "-".join([*built.name.split("-")[:2], "py3-none-any.whl"])
            built = built.replace(built.with_name(pure))
    answer.write(built.name, lasting=True)
    return built


def build_project(name: str, root: Path, files: Iterable[str]) -> Path:
    """Compile the app's own project by pyodide-build, in a copy: the project stays as it is.

    Args:
        name: of the project.
        root: its folder.
        files: paths of its files, relative, with `/`.

    Raises:
        BuildError: it does not build.
    """
    contents = {where: (root / where).read_bytes() for where in sorted(files)}
    known = hashes.sha256(repr([(w, hashes.sha256(c)) for w, c in contents.items()]).encode())
    answer = pip.Answer(["project", name, known], None)
    built = answer.read()
    if built and (cache.folder("wheels") / str(built)).is_file():
        return cache.folder("wheels") / str(built)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, name)
        for where, content in contents.items():
            path = copy / where
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        wheel = _compile(name, str(copy))
    answer.write(wheel.name, lasting=True)
    return wheel


def libraries(wheel: Path) -> dict[str, Path]:
    """Return the compiled modules of a wheel: path in it -> a file with its content."""
    folder = cache.folder("wheels", "libraries")
    found = {}
    with wheels.open_archive(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(_COMPILED):
                content = archive.read(name)
                found[name] = folder / f"{hashes.sha256(content)[:32]}.so"
                cache.store(found[name], content)
    return found


def _has_compiled_code(wheel: Path) -> bool:
    with zipfile.ZipFile(wheel) as archive:
        return any(name.endswith(_COMPILED) for name in archive.namelist())


def _source(requirement: Requirement) -> str:
    """Return a requirement as pyodide-build takes it: a path, an address, or a name on PyPI."""
    address = requirement.url or ""
    return str(path_of(address)) if address.startswith("file:") else address or str(requirement)


def _compile(shown: str, source: str) -> Path:
    """Build a wheel with compiled code, by pyodide-build.

    Args:
        shown: what it is, for messages.
        source: a folder, an archive, an address, or a requirement.
    """
    program = shutil.which("pyodide")
    if program is None:
        raise BuildError(
            f"{shown} has compiled code, which pyodide-build compiles. Install it: "
            f"{sys.executable} -m pip install pyodide-build pyodide-cli"
        )
    if shutil.which("emcc") is None:
        raise BuildError(
            f"{shown} has compiled code, and there is no Emscripten compiler (emcc). Install "
            f"emsdk, version {target.EMSCRIPTEN_VERSION}, and call its emsdk_env.sh first."
        )
    folder = cache.folder("wheels")
    with (
        step(f"Compiling {shown} by pyodide-build"),
        tempfile.TemporaryDirectory(dir=folder) as into,
    ):
        _run_pyodide([program, "xbuildenv", "install", target.PYODIDE_VERSION], shown)
        _run_pyodide([program, "build", source, "--outdir", into], shown)
        built = sorted(Path(into).glob("*.whl"))
        if len(built) != 1:
            raise BuildError(f"pyodide build {shown} has written no wheel.")
        return built[0].replace(folder / built[0].name)


def _run_pyodide(command: list[str], shown: str) -> None:
    done = subprocess.run(  # noqa: S603 -- no shell; the developer allowed this build
        command,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},
    )
    if done.returncode:
        last = "\n  ".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        arguments = " ".join(command[1:])
        raise BuildError(f"{shown} does not build: `pyodide {arguments}` ends with\n  {last}")
