"""The rehearsal: the finished site is started once in a browser, before it is put in its place.

Three acts. *Proof*: the site starts as it was planned; what it imports and reads is noted.
*Snapshot*: a Python that has imported the same posts its memory. *Start*: the site as visitors get
it, with the snapshot, and with what the proof has not used set aside for later. The pages report to
the server they came from (stage.py), so nothing has to steer the browser.
"""

import json
import queue
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyrt_build import cache
from pyrt_build.console import progress
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution
from pyrt_build.rehearsal import browser, prerender
from pyrt_build.rehearsal.server import Outcome, Stage
from pyrt_build.site import compression, native_modules, plan, split
from pyrt_build.site.compile import bytecode
from pyrt_build.site.plan import Files

TIMEOUT_S = 180
FORMAT = "3"  # of what is kept in the cache
FIRST_PAGE = ("",)
NO_BROWSER = (
    "no browser was found, so the site was not rehearsed: nobody has seen the app start, and it "
    "starts without a snapshot, which takes longer. Install Chromium, Chrome or Edge, or name one "
    "with PYRT_BROWSER; --no-rehearsal says that this is fine."
)


class _GaveUp(Exception):  # noqa: N818 -- becomes a note, or an error when a rehearsal is required
    """The rehearsal could not be carried out; the app is not known to be at fault."""


class _BadSnapshot(Exception):  # noqa: N818 -- becomes a note
    """No snapshot can be taken, or the site starts, but not from it."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What has become of a site.

    Attributes:
        files: the site, as it travels where it has a snapshot.
        remarks: for the author.
        imported: the modules that the start has imported; None when nobody has seen it.
    """

    files: Files
    remarks: Sequence[str]
    imported: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was noted of one start; kept in the cache as JSON."""

    remarks: Sequence[str]
    prerendered: Mapping[str, Any]
    used: Mapping[str, Any]

    @property
    def modules(self) -> list[str]:
        """The modules of packages, engine and standard library, in the order of their import."""
        return [str(module["name"]) for module in self._modules]

    @property
    def modest_modules(self) -> list[str]:
        """Those among them that hold no JavaScript objects, which a snapshot cannot have."""
        holders = {m["name"].split(".")[0] for m in self._modules if m["hasProxies"]}
        return [name for name in self.modules if name.split(".")[0] not in holders]

    def needed(self, imported: Sequence[str]) -> frozenset[str]:
        """The files that are read at a start from a snapshot that has imported these modules.

        Without their bytecode, but with the standard library when a module of it is not among them.
        """
        known = set(imported)
        files = {str(module["file"]): module["name"] in known for module in self._modules}
        brought = {file for file, is_known in files.items() if is_known and not _is_library(file)}
        needed = frozenset(self.used.get("files", ())) - brought
        if any(
            file.startswith(bytecode.ZIP_PATH) for file, is_known in files.items() if not is_known
        ):
            needed |= {plan.STANDARD_LIBRARY}
        return needed

    @property
    def _modules(self) -> Sequence[Mapping[str, Any]]:
        modules: Sequence[Mapping[str, Any]] = self.used.get("modules", ())
        return modules


def _is_library(file: str) -> bool:
    """Compiled code is no part of a memory: it is loaded with each start."""
    return file.endswith(".so")


def rehearse(
    files: Files, *, required: bool, from_cdn: bool, first_paint: bool = True
) -> Rehearsed:
    """Start a site in a browser; give it a snapshot, and its pages a first paint.

    Args:
        files: the site.
        required: not being able to rehearse is an error.
        from_cdn: the interpreter stays on Pyodide's CDN, which may be out of reach.
        first_paint: the pages are given what was seen of them.

    Raises:
        BuildError: the app does not start; the text is the Python error.
    """
    program = browser.find()
    if program is None:
        if required:
            raise BuildError(f"The rehearsal was required, but {NO_BROWSER}")
        return Rehearsed(files, [NO_BROWSER])
    remarks: list[str] = []
    pages = prerender.page_paths(files) if first_paint else FIRST_PAGE
    try:
        plain, proof = _proof(files, program, from_cdn=from_cdn)
        for candidate, modules in _candidates(plain, proof):
            try:
                whole = _with_snapshot(candidate, modules, program)
                whole = split.pack(whole, proof.needed(modules))
                seen = _started(whole, program, pages, from_cdn=from_cdn)
            except (_BadSnapshot, BuildError) as error:
                remarks.append(f"a snapshot was taken in vain: {error}")
            else:
                # What only lacks modules with JavaScript objects is as good as it gets.
                remarks = remarks if not modules else []
                painted = prerender.painted(whole, seen.prerendered) if first_paint else whole
                return Rehearsed(painted, [*remarks, *seen.remarks], proof.modules)
        seen = _started(plain, program, pages, from_cdn=from_cdn)
    except _GaveUp as error:
        if required:
            raise BuildError(f"The rehearsal failed: {error}") from error
        gave_up = f"the rehearsal failed, which proves nothing about the app: {error}"
        return Rehearsed(files, [*remarks, gave_up])
    painted = prerender.painted(plain, seen.prerendered) if first_paint else plain
    return Rehearsed(painted, [*remarks, *seen.remarks], proof.modules)


def _proof(files: Files, program: Path, *, from_cdn: bool) -> tuple[Files, _Seen]:
    """The start without a snapshot: with compiled packages unpacked, if it goes like that."""
    unpacked = native_modules.unpacked(files)
    if unpacked:
        try:
            return unpacked, _started(unpacked, program, FIRST_PAGE, from_cdn=from_cdn)
        except BuildError:  # the app, most probably; it has its say below
            pass
    return files, _started(files, program, FIRST_PAGE, from_cdn=from_cdn)


def _candidates(files: Files, proof: _Seen) -> Iterator[tuple[Files, Sequence[str]]]:
    """Sites that may start from a snapshot, the best first, and what is imported for it.

    Beside packages that Pyodide loads later, that is the engine alone: a package that looks for
    numpy once, while it is imported, would never see it.
    """
    if not plan.read_manifest(files)["packages"]:
        yield files, proof.modules
        if proof.modest_modules != proof.modules:
            yield files, proof.modest_modules
    yield files, []


def _with_snapshot(files: Files, imports: Sequence[str], program: Path) -> Files:
    """The site with a snapshot, from the cache if the same packages were seen before."""
    manifest = plan.read_manifest(files)
    kept = cache.folder("snapshots") / f"{_snapshot_key(manifest, imports)}.zst"
    snapshot = cache.read(kept)
    if snapshot is None:
        progress("rehearsal: taking a snapshot of Python with the app's packages")
        stage = Stage(_at_home(files), "snapshot", imports)
        outcome = _play(stage, program)
        if not stage.snapshot:
            raise _BadSnapshot(outcome.message)
        progress("rehearsal: compressing the snapshot")
        # What is taken anew differs in a few bytes each time; kept, it makes builds repeatable.
        snapshot = compression.packed(stage.snapshot, thorough=not manifest["debug"])
        cache.store(kept, snapshot)
    return plan.with_snapshot(files, snapshot)


def _snapshot_key(manifest: Mapping[str, object], imports: Sequence[str]) -> str:
    """All that may change a snapshot; the app's own files are no part of it."""
    images = manifest["images"]
    assert isinstance(images, list)
    packages = [image["sha256"] for image in images if image["mount"] != plan.MOUNTS["app"]]
    parts = [FORMAT, manifest["debug"], manifest["worker"], manifest["runtime"], packages]
    parts += [manifest["path"], imports]
    return cache.sha256(json.dumps(parts, sort_keys=True).encode())[:32]


def _at_home(files: Files) -> Files:
    """The site with the interpreter in it that it would have from the CDN."""
    manifest = plan.read_manifest(files)
    runtime = manifest["runtime"]
    assert isinstance(runtime, dict)
    if runtime["url"] != distribution.CDN:
        return files
    core = {f"pyrt/core/{name}": data for name, data in distribution.core(None).items()}
    return plan.with_manifest(files | core, manifest | {"runtime": runtime | {"url": "pyrt/core/"}})


def _started(files: Files, program: Path, pages: Sequence[str], *, from_cdn: bool) -> _Seen:
    """What is seen of a start; a site that has started once before is believed."""
    digests = [f"{path} {cache.sha256(data)}" for path, data in sorted(files.items())]
    key = cache.sha256("\n".join([FORMAT, str(program), *pages, *digests]).encode())[:32]
    kept = cache.folder("rehearsals") / f"{key}.json"
    known = cache.read(kept)
    if known is None:
        known = json.dumps(_start(files, program, pages, from_cdn=from_cdn)).encode()
        cache.store(kept, known)
    return _Seen(**json.loads(known))


def _start(
    files: Files, program: Path, pages: Sequence[str], *, from_cdn: bool
) -> dict[str, object]:
    progress("rehearsal: starting the site")
    stage = Stage(_at_home(files), "start", pages=pages)
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
    remarks = list(outcome.describe())
    return {"remarks": remarks, "prerendered": stage.prerendered, "used": outcome.used}


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
