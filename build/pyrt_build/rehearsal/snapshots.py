"""Snapshots of Python for a set of packages, cached, and which of them suits an app.

A snapshot holds no code of an app. Its key is the set of packages with the modules that were
imported for it: those that apps with these packages name in their import statements, and what these
modules import. An index for each set of packages says what has been imported before.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyrt_build import cache, hashes
from pyrt_build.rehearsal.start import FORMAT, SnapshotFailed, run_browser
from pyrt_build.site import compression, image
from pyrt_build.site.manifest import MOUNTS, Files, read_manifest, with_snapshot
from pyrt_build.site.package_image import FOLDER
from pyrt_build.types import Json


def with_cached_snapshot(files: Files, imports: Sequence[str], program: Path) -> Files:
    """Return a planned site with a snapshot, not compressed; from the cache if it has one.

    Args:
        files: the site.
        imports: modules to import for the snapshot, in this order; what cannot be imported is
            left out.
        program: the browser that takes it.

    Raises:
        SnapshotFailed: none can be taken.
        RehearsalFailed: the browser is at fault.
    """
    key = hashes.sha256(json.dumps([_packages_key(files), sorted({*imports})]).encode())[:32]
    path = cache.folder("snapshots") / f"{key}.zst"
    # Two snapshots differ in a few bytes: builds at the same time must use the same one.
    with cache.locked(key, "Another build takes the snapshot of these packages"):
        packed = cache.once(path, lambda: _take_snapshot(files, imports, program))
    return with_snapshot(files, compression.decompress(packed))


def with_fit_snapshot(
    files: Files, imports: Sequence[str], program: Path
) -> tuple[Files, Sequence[str]]:
    """Return a site as `with_cached_snapshot`, and the modules that were imported for it.

    These are fewer than the given ones if no snapshot can hold some of them.

    Raises:
        SnapshotFailed: none can be taken, for another reason.
        RehearsalFailed: the browser is at fault.
    """
    try:
        return with_cached_snapshot(files, imports, program), imports
    except SnapshotFailed as error:
        fit = [name for name in imports if name not in error.unfit]
        if len(fit) == len(imports):
            raise
    return with_fit_snapshot(files, fit, program)


def _take_snapshot(files: Files, imports: Sequence[str], program: Path) -> bytes:
    server, outcome = run_browser(files, "snapshot", program, imports=imports)
    if not server.snapshot:
        raise SnapshotFailed(outcome.message, outcome.unfit)
    return compression.compress(server.snapshot, compression.FAST)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What has been learned from one app.

    Attributes:
        named: modules of packages that its import statements name, sorted.
        imports: modules to import for its snapshot.
        modules: modules of packages that are in the snapshot.
    """

    named: Sequence[str]
    imports: Sequence[str]
    modules: Sequence[str]

    def covers(self, named: Sequence[str]) -> bool:
        """Tell whether the snapshot has these modules, and no other package."""
        return _tops(named) == _tops(self.named) and {*named} <= {*self.modules, *self.named}


class KnownSnapshots:
    """What was imported for the snapshots of one set of packages; kept in the cache."""

    def __init__(self, files: Files) -> None:
        self._path = cache.folder("snapshots") / f"{_packages_key(files)}.json"
        content: list[dict[str, Any]] = json.loads(cache.read(self._path) or b"[]")
        self._entries = [_Entry(**entry) for entry in content]

    def imports_for(self, named: Sequence[str]) -> Sequence[str]:
        """Return the modules to import for an app whose import statements name these.

        Of an app with the same import statements, else of one whose snapshot has all of these
        modules and is of the same packages; else the modules themselves.
        """
        same = (e for e in self._entries if e.named == list(named))
        covering = (e for e in self._entries if e.covers(named))
        found = next(same, None) or next(covering, None)
        return found.imports if found else named

    def add(self, named: Sequence[str], imports: Sequence[str], modules: Sequence[str]) -> None:
        """Store what an app's snapshot was made of."""
        entry = _Entry(list(named), list(imports), list(modules))
        others = [e for e in self._entries if e.named != entry.named]
        if entry in self._entries:
            return
        self._entries = [entry, *others]
        content = [
            {"named": e.named, "imports": e.imports, "modules": e.modules} for e in self._entries
        ]
        cache.store(self._path, json.dumps(content).encode())


def _tops(modules: Iterable[str]) -> set[str]:
    return {name.split(".")[0] for name in modules}


def _packages_key(files: Files) -> str:
    """Return a hash of everything but the imports that may change a snapshot.

    Neither the app's own files nor what only the page loads are part of it.
    """
    manifest = read_manifest(files)
    images = manifest["images"]
    assert isinstance(images, list)
    listed = [i for i in images if isinstance(i, dict) and i["mount"] != MOUNTS["app"]]
    packages = [i["sha256"] for i in listed]
    data = hashes.sha256("".join(_data_digests(files, listed)).encode())
    parts = [FORMAT, manifest["worker"], manifest["runtime"], packages, data, manifest["path"]]
    return hashes.sha256(json.dumps(parts, sort_keys=True).encode())[:32]


def _data_digests(files: Files, images: Iterable[Mapping[str, Json]]) -> Iterator[str]:
    """Yield hashes of the files beside the images, which a module may read when it is imported."""
    for entry in images:
        for path in sorted(image.read(files[str(entry["url"])]).own):
            yield hashes.sha256(files[f"{FOLDER}{path}"])
