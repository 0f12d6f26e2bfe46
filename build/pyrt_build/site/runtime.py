"""The interpreter's folder of a site: Pyodide's files, compiled packages, and our lock for both."""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from pyodide_lock import InfoSpec, PackageSpec, PyodideLockSpec

from pyrt_build import cache, target
from pyrt_build.app.requirements import SiteConfig
from pyrt_build.packages import distribution, wheels
from pyrt_build.packages.lock import Locked
from pyrt_build.site.compile import bytecode, wheel_bytecode
from pyrt_build.types import Json

STDLIB = "python_stdlib.zip"
_INFO = InfoSpec(
    platform=f"emscripten_{target.EMSCRIPTEN_VERSION.replace('.', '_')}",
    python=target.PYTHON_VERSION,
    arch="wasm32",
    abi_version=target.ABI_VERSION,
)


def files(config: SiteConfig, compiled: Sequence[Locked]) -> dict[str, bytes]:
    """Everything of the folder: name -> content. With `cdn`, Pyodide's own files stay there."""
    content = {
        package.path.name: wheel_bytecode.with_bytecode(
            package.path, wheels.check(package.path, package.sha256), keep_source=config.debug
        )
        for package in compiled
        if not (config.cdn and package.entry)
    }
    content[distribution.LOCK] = _lock(compiled, content)
    if not config.cdn:
        core = distribution.core(config.pyodide)
        content |= {name: data for name, data in core.items() if name != STDLIB}
    return content


def standard_library(config: SiteConfig) -> dict[str, bytes]:
    """The content of its image: the zip under the name that Python looks for. Not on any CDN."""
    archive = bytecode.standard_library(distribution.core(config.pyodide)[STDLIB])
    return {PurePosixPath(bytecode.ZIP_PATH).name: archive}


def describe(config: SiteConfig, folder: str, content: Mapping[str, bytes]) -> Json:
    """The `runtime` entry of the manifest.

    Args:
        config: says whether the interpreter stays on Pyodide's CDN.
        folder: address of the folder, relative to the site's root.
        content: what `files` gave.
    """
    listed = distribution.core(config.pyodide) if config.cdn else content
    listed = {name: data for name, data in listed.items() if name != STDLIB}
    return {
        "url": distribution.CDN if config.cdn else folder,
        "lockUrl": folder + distribution.LOCK,
        "files": [
            {"name": name, "size": len(data), "sha256": cache.sha256(data)}
            for name, data in sorted(listed.items())
        ],
    }


def _lock(compiled: Sequence[Locked], here: Mapping[str, bytes]) -> bytes:
    """A lock of exactly the compiled packages; pure ones travel in an image.

    What is not `here`, in this folder, stays on Pyodide's CDN.
    """
    names = {package.name for package in compiled}
    entries = {}
    for package in compiled:
        data = here.get(package.path.name)
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
