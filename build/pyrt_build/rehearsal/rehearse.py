"""The rehearsal: the planned site is started in a browser before it is written.

Three steps. *Check*: the planned site starts, and reports what it imports and reads. *Snapshot*: a
Python that has imported the same modules sends its memory. *Final start*: the site as users get it,
with the snapshot; files that the first start did not read are in a second part of their images. The
pages report to the server that serves them (`server`), so no protocol to control the browser is
needed.
"""

import json
import queue
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyrt_build import cache
from pyrt_build.console.notes import Code, Note
from pyrt_build.console.output import step
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution
from pyrt_build.rehearsal import browser, prerender
from pyrt_build.rehearsal.server import Outcome, PrerenderServer
from pyrt_build.site import compression, native_modules, plan, split
from pyrt_build.site.compile import bytecode
from pyrt_build.site.manifest import (
    MOUNTS,
    Files,
    read_manifest,
    with_manifest,
    with_snapshot,
)

TIMEOUT_S = 180
FORMAT = "5"  # of cached results
FIRST_PAGE = ("",)
NO_BROWSER = (
    "No browser was found, so the site was not rehearsed: it is not known that the app starts, and "
    "it starts without a snapshot, which takes longer. Install Chromium, Chrome or Edge, or name "
    "one with PYRT_BROWSER; --no-rehearsal says that this is fine."
)


class _RehearsalFailed(Exception):  # noqa: N818 -- a note, or an error if a rehearsal is required
    """The rehearsal could not be carried out, for a reason that is not the app's."""


class _SnapshotFailed(Exception):  # noqa: N818 -- becomes a note
    """No snapshot can be taken, or the site does not start from it."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The result of a rehearsal.

    Attributes:
        files: the site; if it has a snapshot, compressed.
        notes: for the summary.
        imported: the modules that the start imported; None if there was no start.
    """

    files: Files
    notes: Sequence[Note]
    imported: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class _Start:
    """The record of one start; cached as JSON.

    Attributes:
        notes: for the summary.
        prerendered: what was recorded of each page, by path.
        used: files that were read, modules that were imported (`UsedParts` in
            web/src/wire/protocol.ts).
    """

    notes: Sequence[Note]
    prerendered: Mapping[str, Any]
    used: Mapping[str, Any]

    @property
    def modules(self) -> list[str]:
        """Modules of packages, engine and standard library, in the order of their import."""
        return [str(module["name"]) for module in self._modules]

    @property
    def modules_without_proxies(self) -> list[str]:
        """Those of `modules` that hold no JavaScript objects, which a snapshot cannot contain."""
        holders = {m["name"].split(".")[0] for m in self._modules if m["hasProxies"]}
        return [name for name in self.modules if name.split(".")[0] not in holders]

    def needed(self, imported: Sequence[str]) -> frozenset[str]:
        """Return the files that a start reads if its snapshot has imported these modules.

        Not the bytecode of these modules; the standard library, if the start imports others of it.
        """
        names = set(imported)
        is_imported = {str(module["file"]): module["name"] in names for module in self._modules}
        in_memory = {file for file, known in is_imported.items() if known and not _is_native(file)}
        needed = frozenset(self.used.get("files", ())) - in_memory
        if any(
            file.startswith(bytecode.ZIP_PATH) for file, known in is_imported.items() if not known
        ):
            needed |= {plan.STANDARD_LIBRARY}
        return needed

    @property
    def _modules(self) -> Sequence[Mapping[str, Any]]:
        modules: Sequence[Mapping[str, Any]] = self.used.get("modules", ())
        return modules


def _is_native(file: str) -> bool:
    """Tell whether a file is compiled code, which every start loads: it is not in a snapshot."""
    return file.endswith(".so")


def rehearse(
    files: Files, *, required: bool, from_cdn: bool, first_paint: bool = True
) -> Rehearsed:
    """Start a site in a browser; add a snapshot, and what its pages showed.

    Args:
        files: the site.
        required: whether it is an error if the rehearsal cannot be carried out.
        from_cdn: whether the interpreter stays on Pyodide's CDN, which may be unreachable.
        first_paint: whether the pages get the prerendered first layout.

    Raises:
        BuildError: the app does not start; the text has the Python error.
    """
    program = browser.find()
    if program is None:
        if required:
            raise BuildError(f"The rehearsal was required. {NO_BROWSER}")
        return Rehearsed(files, [Note(Code.NO_BROWSER, NO_BROWSER)])
    notes: list[Note] = []
    pages = prerender.page_paths(files) if first_paint else FIRST_PAGE
    try:
        plain, check = _check(files, program, from_cdn=from_cdn)
        for candidate, modules in _candidates(plain, check):
            try:
                final = _with_snapshot(candidate, modules, program)
                final = split.split_for_start(final, check.needed(modules))
                start = _cached_start(final, program, pages, from_cdn=from_cdn)
            except (_SnapshotFailed, BuildError) as error:
                notes.append(Note(Code.NO_SNAPSHOT, f"A snapshot could not be used: {error}"))
            else:
                # A snapshot without the modules that hold JavaScript objects needs no note.
                notes = notes if not modules else []
                break
        else:
            final = plain
            start = _cached_start(plain, program, pages, from_cdn=from_cdn)
    except _RehearsalFailed as error:
        if required:
            raise BuildError(f"The rehearsal failed: {error}") from error
        failed = f"The rehearsal failed, which proves nothing about the app: {error}"
        return Rehearsed(files, [*notes, Note(Code.NOT_REHEARSED, failed)])
    if first_paint:
        final = prerender.with_prerendered(final, start.prerendered)
    return Rehearsed(final, [*notes, *start.notes], check.modules)


def _check(files: Files, program: Path, *, from_cdn: bool) -> tuple[Files, _Start]:
    """Start the site without a snapshot: with its wheels unpacked, if it starts like that.

    Returns:
        The site that was started, and the record of the start.
    """
    unpacked = native_modules.unpack_wheels(files)
    if unpacked:
        try:
            return unpacked, _cached_start(unpacked, program, FIRST_PAGE, from_cdn=from_cdn)
        except BuildError:  # if the reason is the app, the start below fails, too
            pass
    return files, _cached_start(files, program, FIRST_PAGE, from_cdn=from_cdn)


def _candidates(files: Files, check: _Start) -> Iterator[tuple[Files, Sequence[str]]]:
    """Yield sites with the modules that are imported for their snapshot, the best first.

    If Pyodide loads packages after the start, only the engine is imported: a package that looks for
    numpy while it is imported would not find it.
    """
    if not read_manifest(files)["packages"]:
        yield files, check.modules
        if check.modules_without_proxies != check.modules:
            yield files, check.modules_without_proxies
    yield files, []


def _with_snapshot(files: Files, imports: Sequence[str], program: Path) -> Files:
    """Return the site with a snapshot, which is cached for sites with the same packages."""
    manifest = read_manifest(files)
    path = cache.folder("snapshots") / f"{_snapshot_key(manifest, imports)}.zst"
    snapshot = cache.read(path)
    if snapshot is None:
        server = PrerenderServer(_with_local_interpreter(files), "snapshot", imports)
        with step("Rehearsal: taking a snapshot of Python with the app's packages"):
            outcome = _run_browser(server, program)
        if not server.snapshot:
            raise _SnapshotFailed(outcome.message)
        # Two snapshots differ in a few bytes; from the cache, builds are repeatable.
        with step("Rehearsal: compressing the snapshot", len(server.snapshot)):
            snapshot = compression.compress(server.snapshot, thorough=not manifest["debug"])
        cache.store(path, snapshot)
    return with_snapshot(files, snapshot)


def _snapshot_key(manifest: Mapping[str, object], imports: Sequence[str]) -> str:
    """Return a hash of everything that may change a snapshot; not the app's own files."""
    images = manifest["images"]
    assert isinstance(images, list)
    packages = [image["sha256"] for image in images if image["mount"] != MOUNTS["app"]]
    parts = [FORMAT, manifest["debug"], manifest["worker"], manifest["runtime"], packages]
    parts += [manifest["path"], imports]
    return cache.sha256(json.dumps(parts, sort_keys=True).encode())[:32]


def _with_local_interpreter(files: Files) -> Files:
    """Return the site with pyrt's copy of the interpreter, if its own is on Pyodide's CDN."""
    manifest = read_manifest(files)
    runtime = manifest["runtime"]
    assert isinstance(runtime, dict)
    if runtime["url"] != distribution.CDN:
        return files
    core = {f"pyrt/core/{name}": data for name, data in distribution.core(None).items()}
    return with_manifest(files | core, manifest | {"runtime": runtime | {"url": "pyrt/core/"}})


def _cached_start(files: Files, program: Path, pages: Sequence[str], *, from_cdn: bool) -> _Start:
    """Start a site, and return the record; cached for the same files."""
    digests = [f"{path} {cache.sha256(data)}" for path, data in sorted(files.items())]
    key = cache.sha256("\n".join([FORMAT, str(program), *pages, *digests]).encode())[:32]
    record = cache.once(
        cache.folder("rehearsals") / f"{key}.json",
        lambda: json.dumps(_start(files, program, pages, from_cdn=from_cdn)).encode(),
    )
    start = json.loads(record)
    return _Start(**start | {"notes": [*map(Note.from_json, start["notes"])]})


def _start(
    files: Files, program: Path, pages: Sequence[str], *, from_cdn: bool
) -> dict[str, object]:
    server = PrerenderServer(_with_local_interpreter(files), "start", pages=pages)
    with step("Rehearsal: starting the site"):
        outcome = _run_browser(server, program)
    if not outcome.ready:
        if from_cdn and outcome.stage in {"download", "python", "packages"}:
            raise _RehearsalFailed(f"Python could not be had from Pyodide's CDN: {outcome.message}")
        raise BuildError(
            f"The app does not start in a browser; it stopped at stage {outcome.stage!r}.\n"
            f"{outcome.message.strip()}\n"
            "Nothing was written. --no-rehearsal builds the site all the same."
        )
    if outcome.snapshot_failure:
        raise _SnapshotFailed(outcome.snapshot_failure)
    notes = [note.as_json() for note in outcome.describe()]
    return {"notes": notes, "prerendered": server.prerendered, "used": outcome.used}


def _run_browser(server: PrerenderServer, program: Path) -> Outcome:
    """Open the page in a browser, and wait for its report."""
    with server.serving() as address, browser.opened(program, address) as process:
        waited_s = 0
        while waited_s < TIMEOUT_S:
            try:
                return server.outcomes.get(timeout=1)
            except queue.Empty:
                waited_s += 1
            if process.poll() is not None:
                raise _RehearsalFailed(
                    f"the browser {program} ended by itself (exit code {process.poll()})"
                )
    last = server.progress or "it has requested nothing"
    raise _RehearsalFailed(f"the page was not ready after {TIMEOUT_S} s; its last step was: {last}")
