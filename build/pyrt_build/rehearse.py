"""The rehearsal: the finished site is started once in a browser, before it is put in its place.

It proves that the app starts, and gives the site the snapshot that visitors start from. The pages
report to the server they came from (stage.py), so nothing has to steer the browser.
"""

import gzip
import json
import queue
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pyrt_build import browser, cache, painting, site, unpack
from pyrt_build.console import progress
from pyrt_build.errors import BuildError
from pyrt_build.site import Files
from pyrt_build.stage import Outcome, Stage

TIMEOUT_S = 180
FORMAT = "2"  # of what is kept in the cache
NO_BROWSER = (
    "no browser was found, so the site was not rehearsed: nobody has seen the app start, and it "
    "starts without a snapshot, which takes longer. Install Chromium, Chrome or Edge, or name one "
    "with PYRT_BROWSER; --no-rehearsal says that this is fine."
)


class _GaveUp(Exception):  # noqa: N818 -- becomes a note, or an error when a rehearsal is required
    """The rehearsal could not be carried out; the app is not known to be at fault."""


class _BadSnapshot(Exception):  # noqa: N818 -- becomes a note
    """No snapshot can be taken, or the site starts, but not from it."""


def rehearse(
    files: Files,
    imports: Sequence[str],
    *,
    required: bool,
    from_cdn: bool,
    first_paint: bool = True,
) -> tuple[Files, list[str]]:
    """Start a site in a browser; give it a snapshot, and its pages a first paint.

    Args:
        files: the site.
        imports: modules of packages that the app imports.
        required: not being able to rehearse is an error.
        from_cdn: the interpreter stays on Pyodide's CDN, which may be out of reach.
        first_paint: the pages are given what was seen of them.

    Returns:
        The files, with a snapshot where one could be had, and remarks for the author.

    Raises:
        BuildError: the app does not start; the text is the Python error.
    """
    program = browser.find()
    if program is None:
        if required:
            raise BuildError(f"The rehearsal was required, but {NO_BROWSER}")
        return files, [NO_BROWSER]
    remarks: list[str] = []
    try:
        for candidate, early in [] if from_cdn else _candidates(files, imports):
            try:
                whole = _with_snapshot(candidate, early, program)
                painted, seen = _started(whole, program, from_cdn=False, paint=first_paint)
            except (_BadSnapshot, BuildError) as error:  # the app may be at fault: see below
                remarks.append(f"a snapshot was taken in vain: {error}")
            else:
                return painted, [*remarks, *seen]
        painted, seen = _started(files, program, from_cdn=from_cdn, paint=first_paint)
    except _GaveUp as error:
        if required:
            raise BuildError(f"The rehearsal failed: {error}") from error
        gave_up = f"the rehearsal failed, which proves nothing about the app: {error}"
        return files, [*remarks, gave_up]
    return painted, [*remarks, *seen]


def _candidates(files: Files, imports: Sequence[str]) -> Iterator[tuple[Files, Sequence[str]]]:
    """Sites that may start from a snapshot, the best first, and what may be imported for it.

    Beside packages that Pyodide loads later, that is the engine alone: a package that looks for
    numpy once, while it is imported, would never see it.
    """
    unpacked = unpack.unpacked(files)
    if unpacked:
        yield unpacked, imports
    yield files, [] if site.read_manifest(files)["packages"] else imports


def _with_snapshot(files: Files, imports: Sequence[str], program: Path) -> Files:
    """The site with a snapshot, from the cache if the same packages were seen before."""
    manifest = site.read_manifest(files)
    kept = cache.folder("snapshots") / f"{_snapshot_key(manifest, imports)}.gz"
    snapshot = cache.read(kept)
    if snapshot is None:
        progress("rehearsal: taking a snapshot of Python with the app's packages")
        stage = Stage(files, "snapshot", imports)
        outcome = _play(stage, program)
        if not stage.snapshot:
            raise _BadSnapshot(outcome.message)
        # What is taken anew differs in a few bytes each time; kept, it makes builds repeatable.
        snapshot = gzip.compress(stage.snapshot, 6, mtime=0)
        cache.store(kept, snapshot)
    return site.with_snapshot(files, snapshot)


def _snapshot_key(manifest: Mapping[str, object], imports: Sequence[str]) -> str:
    """All that may change a snapshot; the app's own files are no part of it."""
    images = manifest["images"]
    assert isinstance(images, list)
    packages = [image["sha256"] for image in images if image["mount"] != site.MOUNTS["app"]]
    parts = [FORMAT, manifest["worker"], manifest["runtime"], packages, manifest["path"], imports]
    return cache.sha256(json.dumps(parts, sort_keys=True).encode())[:32]


def _started(
    files: Files, program: Path, *, from_cdn: bool, paint: bool
) -> tuple[Files, list[str]]:
    """A site with what was recorded of its pages, and remarks about the start.

    A site that has started once before is believed.
    """
    digests = [f"{path} {cache.sha256(data)}" for path, data in sorted(files.items())]
    pages = painting.page_paths(files) if paint else [""]
    key = cache.sha256("\n".join([FORMAT, str(program), *pages, *digests]).encode())[:32]
    kept = cache.folder("rehearsals") / f"{key}.json"
    known = cache.read(kept)
    if known is None:
        known = json.dumps(_start(files, pages, program, from_cdn=from_cdn)).encode()
        cache.store(kept, known)
    seen = json.loads(known)
    return painting.painted(files, seen["paintings"]) if paint else files, seen["remarks"]


def _start(
    files: Files, pages: Sequence[str], program: Path, *, from_cdn: bool
) -> dict[str, object]:
    progress("rehearsal: starting the site")
    stage = Stage(files, "start", pages=pages)
    outcome = _play(stage, program)
    if not outcome.ready:
        if from_cdn and outcome.stage in {"download", "python", "packages"}:
            raise _GaveUp(f"Python could not be had from Pyodide's CDN: {outcome.message}")
        raise BuildError(
            f"The app does not start in a browser; it stopped at stage {outcome.stage!r}.\n"
            f"{outcome.message.strip()}\n"
            "Nothing was written. --no-rehearsal builds the site all the same."
        )
    if outcome.snapshot_failure:
        raise _BadSnapshot(outcome.snapshot_failure)
    return {"remarks": list(outcome.describe()), "paintings": stage.paintings}


def _play(stage: Stage, program: Path) -> Outcome:
    """Open the page in a browser and wait until it has reported."""
    with stage.served() as address, browser.opened(program, address) as process:
        waited_s = 0
        while waited_s < TIMEOUT_S:
            try:
                return stage.outcomes.get(timeout=1)
            except queue.Empty:
                waited_s += 1
            if process.poll() is not None:
                raise _GaveUp(f"the browser {program} ended by itself (exit code {process.poll()})")
    seen = stage.progress or "it has asked for nothing"
    raise _GaveUp(f"the page was not ready after {TIMEOUT_S} s; the last it said was: {seen}")
