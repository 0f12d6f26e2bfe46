"""A locked package, and a cache of what requirements were resolved to.

An entry of the cache is used for a day, while every wheel that it names exists.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pyrt_build import cache, hashes
from pyrt_build.app.declared import SourcedRequirement
from pyrt_build.packages.relaxed import Relaxed

MAX_AGE_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class LockEntry:
    """What Pyodide's lock file says about one of its packages, and a site's lock file repeats.

    Attributes:
        install_dir: the kind of folder that it is installed to: `site`, `dynlib`.
        package_type: `package`, `shared_library`.
        imports: the modules that it has.
    """

    install_dir: str
    package_type: str
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """One package of the site: a wheel on this machine, with its hash.

    Attributes:
        entry: of Pyodide's lock file, if the wheel comes from its distribution.
    """

    name: str
    version: str
    path: Path
    sha256: str
    depends: tuple[str, ...] = ()
    entry: LockEntry | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """The packages of a site, and the table of what is not met as it is written."""

    locked: list[LockedPackage]
    relaxed: list[Relaxed] = field(default_factory=list)


def cache_get(
    requirements: Sequence[SourcedRequirement], *options: str | None
) -> Resolution | None:
    """Return what these requirements were resolved to with these options; None if not cached."""
    path = _cache_path(requirements, options)
    content = cache.read(path)
    if content is None or time.time() - path.stat().st_mtime > MAX_AGE_S:
        return None
    stored = json.loads(content)
    locked = [_from_json(entry) for entry in stored["locked"]]
    relaxed = [Relaxed.from_json(row) for row in stored["relaxed"]]
    return Resolution(locked, relaxed) if all(p.path.is_file() for p in locked) else None


def cache_put(
    requirements: Sequence[SourcedRequirement],
    resolution: Resolution,
    *options: str | None,
) -> None:
    """Store what requirements were resolved to."""
    content = json.dumps(
        {
            "locked": [_to_json(package) for package in resolution.locked],
            "relaxed": [row.to_json() for row in resolution.relaxed],
        }
    )
    cache.store(_cache_path(requirements, options), content.encode())


def _cache_path(requirements: Sequence[SourcedRequirement], options: Sequence[str | None]) -> Path:
    """Return a file whose name has the hash of everything that may change the result."""
    pip = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("PIP_"))
    # The origin is a part of what is said about a requirement.
    names = [[str(s.requirement), s.origin, s.written, *sorted(s.hashes)] for s in requirements]
    key = json.dumps([names, list(options), pip, cache.RULES])
    return cache.folder("resolved") / f"{hashes.sha256(key.encode())[:32]}.json"


def _to_json(package: LockedPackage) -> dict[str, object]:
    return {
        "name": package.name,
        "version": package.version,
        "path": str(package.path),
        "sha256": package.sha256,
        "depends": list(package.depends),
        "entry": asdict(package.entry) if package.entry else None,
    }


def _from_json(entry: dict[str, Any]) -> LockedPackage:
    return LockedPackage(
        name=entry["name"],
        version=entry["version"],
        path=Path(entry["path"]),
        sha256=entry["sha256"],
        depends=tuple(entry["depends"]),
        entry=_entry_from_json(entry["entry"]) if entry["entry"] else None,
    )


def _entry_from_json(entry: dict[str, Any]) -> LockEntry:
    return LockEntry(**entry | {"imports": tuple(entry["imports"])})
