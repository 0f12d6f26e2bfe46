"""A locked package, and the resolver's answers, kept for a day so that a second build asks nobody.

An answer counts only while every wheel it names is still there. May import cache and config.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyodide_lock import PackageSpec

from pyrt_build import cache
from pyrt_build.app.requirements import Wanted

FRESH_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of the site: a wheel on this machine, whose hash is fixed."""

    name: str
    version: str
    path: Path
    sha256: str
    depends: tuple[str, ...] = ()
    entry: PackageSpec | None = None
    """Pyodide's own lock entry, when the wheel comes from its distribution."""


def recall(wanted: Sequence[Wanted], *circumstances: str | None) -> list[Locked] | None:
    """An earlier answer to the same question, or None."""
    path = _path(wanted, circumstances)
    known = cache.read(path)
    if known is None or time.time() - path.stat().st_mtime > FRESH_S:
        return None
    locked = [_parse(entry) for entry in json.loads(known)]
    return locked if all(package.path.is_file() for package in locked) else None


def remember(
    wanted: Sequence[Wanted], locked: Sequence[Locked], *circumstances: str | None
) -> None:
    """Keep an answer."""
    cache.store(_path(wanted, circumstances), json.dumps([_format(p) for p in locked]).encode())


def _path(wanted: Sequence[Wanted], circumstances: Sequence[str | None]) -> Path:
    """Where the answer to a question is kept: all that may change the answer is in the name."""
    pip = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("PIP_"))
    question = [sorted({str(w.requirement) for w in wanted}), list(circumstances), pip, cache.RULES]
    return cache.folder("resolved") / f"{cache.sha256(json.dumps(question).encode())[:32]}.json"


def _format(package: Locked) -> dict[str, object]:
    return {
        "name": package.name,
        "version": package.version,
        "path": str(package.path),
        "sha256": package.sha256,
        "depends": list(package.depends),
        "entry": package.entry.to_dict() if package.entry else None,
    }


def _parse(entry: dict[str, Any]) -> Locked:
    return Locked(
        name=entry["name"],
        version=entry["version"],
        path=Path(entry["path"]),
        sha256=entry["sha256"],
        depends=tuple(entry["depends"]),
        entry=PackageSpec.from_dict(entry["entry"]) if entry["entry"] else None,
    )
