"""The command `pyrt` as tests use it: with a low level of compression, and one option more.

What travels is a little larger and is compressed in a fraction of the time. It is unpacked by the
same code in the worker.

    python quick_pyrt.py build APP -o FOLDER [--snapshot-only] ...

`--snapshot-only` gives a site the snapshot of its packages without starting it: its pages start in
a tenth of the time, and one snapshot is taken for all sites with the same packages. A site whose
snapshot cannot be taken has none.
"""

import sys
from typing import Any

from pyrt_build import cli
from pyrt_build.rehearsal import browser, rehearse
from pyrt_build.rehearsal.snapshots import with_fit_snapshot
from pyrt_build.rehearsal.start import RehearsalFailed, SnapshotFailed
from pyrt_build.site import compression, image, native_modules
from pyrt_build.site.manifest import Files, read_manifest

SNAPSHOT_ONLY = "--snapshot-only"


def add_snapshot(files, *, named, originals, **_):
    """Stands in for the rehearsal, which would know what else a start reads."""
    program = browser.find()
    plain = native_modules.unpack_wheels(files, originals) or files
    names = [] if read_manifest(plain)["packages"] else sorted({*named})
    try:
        assert program is not None
        site, _imports = with_fit_snapshot(plain, names, program)
        return rehearse.Rehearsed(site, [], needed=frozenset(files_but_sources(plain)))
    except (AssertionError, SnapshotFailed, RehearsalFailed) as error:
        print(f"no snapshot: {error}", file=sys.stderr)  # noqa: T201
        return rehearse.Rehearsed(files, [])


def files_but_sources(files: Files):
    """Paths of the files that a start may read: not sources, which are there as bytecode, too."""
    manifest: Any = read_manifest(files)
    for entry in manifest["images"]:
        for path in image.unpack(files[entry["url"]]):
            if not path.endswith((".py", ".zip")):
                yield f"{entry['mount']}/{path}"


if __name__ == "__main__":
    compression.LEVELS.update(dict.fromkeys(compression.LEVELS, compression.FAST))
    if SNAPSHOT_ONLY in sys.argv:
        sys.argv.remove(SNAPSHOT_ONLY)
        vars(rehearse)["rehearse"] = add_snapshot
    sys.exit(cli.main())
