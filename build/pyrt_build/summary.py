"""The summary of a build: what the site contains, and what the app's developer should know."""

from collections.abc import Mapping, Sequence

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.settings import Settings
from pyrt_build.console.notes import Note
from pyrt_build.packages import distribution
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.server_code.partition import Partition

# Name in the line "Size" -> prefixes of paths in the site. Everything else is "page".
PARTS = {
    "runtime": ("pyrt/runtime-", "pyrt/interpreter-", "pyrt/stdlib-"),
    "engine": ("pyrt/engine-",),
    "packages": ("pyrt/packages-",),
    "unpacked": ("pyrt/compiled-",),
    "snapshot": ("pyrt/snapshot-",),
    "app": ("pyrt/app-",),
    "components": ("pkg/",),
    "assets": ("assets/",),
}


def summarize(  # noqa: PLR0913, PLR0917  # a summary is about everything
    config: SiteConfig,
    settings: Settings,
    parts: Partition,
    locked: Sequence[LockedPackage],
    notes: Sequence[Note],
    files: Mapping[str, bytes],
) -> str:
    """Return the lines that `pyrt build` prints."""
    app = parts.app
    included = sorted([*app.modules, *app.data, *(f"{app.assets_folder}/{a}" for a in app.assets)])
    removed = sorted(parts.removal.removed.items())
    lines = [
        f"Site: {config.out}",
        _sizes(files),
        f"Packages: {', '.join(f'{p.name} {p.version}' for p in locked) or 'none'}",
        f"Files: {', '.join(included)}",
        *(f"Left out: {name}" for name in app.left_out),
        *(f"Only on the server: {where}: {', '.join(names)}" for where, names in removed),
        *map(str, notes),
        f"Content-Security-Policy the site can live with: {_policy(config, settings)}",
        f"Serve: pyrt serve {config.out}",
    ]
    return "\n".join(lines)


def _sizes(files: Mapping[str, bytes]) -> str:
    sizes = {
        name: sum(len(data) for path, data in files.items() if path.startswith(prefixes))
        for name, prefixes in PARTS.items()
    }
    sizes["page"] = sum(map(len, files.values())) - sum(sizes.values())
    parts = ", ".join(f"{name} {_megabytes(size)}" for name, size in sizes.items() if size)
    return f"Size: {_megabytes(sum(sizes.values()))}  ({parts})"


def _policy(config: SiteConfig, settings: Settings) -> str:
    """Return the strictest policy for an app without inline functions and foreign addresses."""
    cdn = f" {distribution.CDN}" if config.cdn else ""
    origin = settings.bridge_origin
    bridge = f" {origin} {origin.replace('http', 'ws', 1)}" if origin else ""
    return (
        f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{cdn}; "
        f"connect-src 'self'{cdn}{bridge}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:"
    )


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:.1f} MB"
