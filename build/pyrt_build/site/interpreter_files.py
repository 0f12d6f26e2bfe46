"""The folder of the interpreter: Pyodide's files, packages with compiled code, a lock file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from pyodide_lock import InfoSpec, PackageSpec, PyodideLockSpec

from pyrt_build import cache, target
from pyrt_build.app.config import SiteConfig
from pyrt_build.packages import distribution, wheels
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.site.compile import bytecode, wheel_bytecode
from pyrt_build.types import Json

STDLIB_ZIP = "python_stdlib.zip"
_INFO = InfoSpec(
    platform=f"emscripten_{target.EMSCRIPTEN_VERSION.replace('.', '_')}",
    python=target.PYTHON_VERSION,
    arch="wasm32",
    abi_version=target.ABI_VERSION,
)


def files(
    config: SiteConfig, compiled: Sequence[LockedPackage], compiler: bytecode.Compiler
) -> dict[str, bytes]:
    """Return the folder: name -> content. With `cdn`, Pyodide's own files stay on its CDN."""
    content = {
        package.path.name: wheel_bytecode.with_bytecode(
            package.path,
            wheels.read_checked(package.path, package.sha256),
            compiler,
            keep_source=config.debug,
        )
        for package in compiled
        if not (config.cdn and package.entry)
    }
    content[distribution.LOCK] = _lock(compiled, content)
    if not config.cdn:
        core = distribution.core(config.pyodide)
        content |= {name: data for name, data in core.items() if name != STDLIB_ZIP}
    return content


def standard_library(config: SiteConfig, compiler: bytecode.Compiler) -> dict[str, bytes]:
    """Return the content of the image `stdlib`: the zip, under the name that Python looks for."""
    archive = bytecode.standard_library(distribution.core(config.pyodide)[STDLIB_ZIP], compiler)
    return {PurePosixPath(bytecode.ZIP_PATH).name: archive}


def describe(config: SiteConfig, folder: str, content: Mapping[str, bytes]) -> Json:
    """Return the entry `runtime` of the manifest.

    Args:
        config: `cdn` says whether the interpreter stays on Pyodide's CDN.
        folder: address of the folder, relative to the site's root.
        content: the result of `files`.
    """
    listed = distribution.core(config.pyodide) if config.cdn else content
    listed = {name: data for name, data in listed.items() if name != STDLIB_ZIP}
    return {
        "url": distribution.CDN if config.cdn else folder,
        "lockUrl": folder + distribution.LOCK,
        "files": [
            {"name": name, "size": len(data), "sha256": cache.sha256(data)}
            for name, data in sorted(listed.items())
        ],
    }


def _lock(compiled: Sequence[LockedPackage], content: Mapping[str, bytes]) -> bytes:
    """Return a lock file of the packages with compiled code.

    Packages that are not in the folder, `content`, stay on Pyodide's CDN.
    """
    names = {package.name for package in compiled}
    entries = {}
    for package in compiled:
        data = content.get(package.path.name)
        entries[package.name] = PackageSpec(
            name=package.name,
            version=package.version,
            file_name=("" if data else distribution.CDN) + package.path.name,
            install_dir=package.entry.install_dir if package.entry else "site",
            sha256=cache.sha256(data) if data else package.sha256,
            package_type=package.entry.package_type if package.entry else "package",
            imports=sorted(
                package.entry.imports if package.entry else wheels.top_level_modules(package.path)
            ),
            depends=sorted(names.intersection(package.depends)),
        )
    lock = PyodideLockSpec(info=_INFO, packages=dict(sorted(entries.items())))
    return json.dumps(lock.to_dict(), sort_keys=True, separators=(",", ":")).encode()
