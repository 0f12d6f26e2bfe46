"""The folder of the interpreter: Pyodide's files, packages with compiled code, a lock file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from pyrt_build import hashes, target
from pyrt_build.app.config import SiteConfig
from pyrt_build.packages import distribution, wheels
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.site.compile import bytecode, wheel_bytecode
from pyrt_build.types import Json

_INFO: Json = {
    "platform": f"emscripten_{target.EMSCRIPTEN_VERSION.replace('.', '_')}",
    "python": target.PYTHON_VERSION,
    "arch": "wasm32",
    "abi_version": target.ABI_VERSION,
}


def files(
    config: SiteConfig, compiled: Sequence[LockedPackage], compiler: bytecode.Compiler
) -> dict[str, bytes]:
    """Return the folder: name -> content. With `cdn`, Pyodide's own files stay on its CDN."""
    content = {
        package.path.name: _with_bytecode(package, compiler, keep_source=config.debug)
        for package in compiled
        if not (config.cdn and package.entry)
    }
    content[distribution.LOCK] = _lock(compiled, content)
    if not config.cdn:
        core = distribution.core(config.pyodide)
        content |= {distribution.CORE[name]: data for name, data in core.items()}
    return content


def _with_bytecode(
    package: LockedPackage, compiler: bytecode.Compiler, *, keep_source: bool
) -> bytes:
    wheels.check(package.path, package.sha256)
    return wheel_bytecode.with_bytecode(
        package.path, package.sha256, compiler, keep_source=keep_source
    )


def uncompiled(config: SiteConfig, compiled: Sequence[LockedPackage]) -> Iterator[dict[str, bytes]]:
    """Yield the sources of the standard library and of packages that were not compiled before."""
    library = bytecode.library_sources(distribution.standard_library(config.pyodide))
    if library:
        yield library
    for package in compiled:
        if not (config.cdn and package.entry):
            wheels.check(package.path, package.sha256)
            yield from wheel_bytecode.sources(
                package.path, package.sha256, keep_source=config.debug
            )


def standard_library(config: SiteConfig, compiler: bytecode.Compiler) -> dict[str, bytes]:
    """Return the content of the image `stdlib`: the zip, under the name that Python looks for."""
    archive = bytecode.standard_library(distribution.standard_library(config.pyodide), compiler)
    return {PurePosixPath(bytecode.ZIP_PATH).name: archive}


def describe(config: SiteConfig, folder: str, content: Mapping[str, bytes]) -> Json:
    """Return the entry `runtime` of the manifest.

    Args:
        config: `cdn` says whether the interpreter stays on Pyodide's CDN.
        folder: address of the folder, relative to the site's root.
        content: the result of `files`.
    """
    listed = distribution.core(config.pyodide) if config.cdn else content
    return {
        "url": distribution.CDN if config.cdn else folder,
        "lockUrl": folder + distribution.LOCK,
        "files": [
            {"name": name, "size": len(data), "sha256": hashes.sha256(data)}
            for name, data in sorted(listed.items())
        ],
    }


def _lock(compiled: Sequence[LockedPackage], content: Mapping[str, bytes]) -> bytes:
    """Return a lock file of the packages with compiled code, as `pyodide_lock` would write it.

    That library is not imported for it: each build would take 60 ms longer. Packages that are not
    in the folder, `content`, stay on Pyodide's CDN.
    """
    names = {package.name for package in compiled}
    entries: dict[str, Json] = {}
    for package in compiled:
        data = content.get(package.path.name)
        imports = package.entry.imports if package.entry else wheels.top_level_modules(package.path)
        entries[package.name] = {
            "name": package.name,
            "version": package.version,
            "file_name": ("" if data else distribution.CDN) + package.path.name,
            "install_dir": package.entry.install_dir if package.entry else "site",
            "sha256": hashes.sha256(data) if data else package.sha256,
            "package_type": package.entry.package_type if package.entry else "package",
            "imports": [*sorted(imports)],
            "depends": [*sorted(names.intersection(package.depends))],
            "unvendored_tests": False,
            "tool": {},
        }
    lock: Json = {"info": _INFO, "packages": entries, "tool": {}}
    return json.dumps(lock, sort_keys=True, separators=(",", ":")).encode()
