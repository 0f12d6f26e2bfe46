"""The rehearsal: the planned site is started in a browser before it is written.

The site gets a snapshot of Python with its packages, which is in the cache if a site with the same
packages was built before, and is started from it once: that proves that the app starts, and shows
what a start needs. Where no snapshot can be taken, or the site does not start from it, the site is
*checked*: it starts without one and says what it imports, and a snapshot of exactly that is tried.
The pages report to the server that serves them (`server`), so no protocol to control the browser is
needed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.rehearsal import answers, browser, prerender
from pyrt_build.rehearsal.snapshots import (
    KnownSnapshots,
    with_cached_snapshot,
    with_fit_snapshot,
)
from pyrt_build.rehearsal.start import (
    AppError,
    AppHangs,
    RehearsalFailed,
    SnapshotFailed,
    Start,
    cached_start,
)
from pyrt_build.site import native_modules
from pyrt_build.site.manifest import Files, read_manifest

FIRST_PAGE = ("",)
# If a start imports more modules of packages that its snapshot does not have, it gets another one:
# each takes about a millisecond.
MAX_LATE_MODULES = 50
NO_BROWSER = (
    "No browser was found, so the site was not rehearsed: it is not known that the app starts, and "
    "it starts without a snapshot, which takes longer. Install Chromium, Chrome or Edge, or name "
    "one with PYRT_BROWSER; --no-rehearsal says that this is fine."
)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The result of a rehearsal.

    Attributes:
        files: the site, not compressed.
        notes: for the summary.
        imported: the modules that the start imported; None if there was no start.
        needed: the files that a start from the snapshot reads (`split.compress_site`); None if
            the site has no snapshot.
    """

    files: Files
    notes: Sequence[Note]
    imported: Sequence[str] | None = None
    needed: frozenset[str] | None = None


def rehearse(  # noqa: PLR0913  # a site, and what is known about it
    files: Files,
    *,
    required: bool,
    from_cdn: bool,
    first_paint: bool = True,
    named: Sequence[str] = (),
    exact: bool = False,
    originals: Mapping[str, Path] = MappingProxyType({}),
    wanted: answers.Wanted | None = None,
) -> Rehearsed:
    """Start a site in a browser; add a snapshot, and what its pages showed.

    Args:
        files: the site.
        required: whether it is an error if the rehearsal cannot be carried out.
        from_cdn: whether the interpreter stays on Pyodide's CDN, which may be unreachable.
        first_paint: whether the pages get the prerendered first layout.
        named: modules of packages that the app imports when it starts.
        exact: make the snapshot of what this app imports, even if another one would do.
        originals: of the wheels with compiled code (`native_modules.unpack_wheels`).
        wanted: which results of callbacks are computed.

    Raises:
        BuildError: the app does not start; the text has the Python error.
    """
    program = browser.find()
    if program is None:
        if required:
            raise BuildError(f"The rehearsal was required. {NO_BROWSER}")
        return Rehearsed(files, [Note(Code.NO_BROWSER, NO_BROWSER)])
    pages = prerender.page_paths(files) if first_paint else FIRST_PAGE
    attempt = _Rehearsal(program, pages, from_cdn, originals, wanted if first_paint else None)
    try:
        result = attempt.from_packages(files, named, exact=exact) or attempt.from_check(files)
    except AppHangs as error:
        raise BuildError(
            f"The app does not start in a browser: {error}. Everyone who opens the site would wait "
            "for that. Move what takes long into a callback, or prepare it before the build. "
            "Nothing was written. --no-rehearsal builds the site all the same."
        ) from error
    except RehearsalFailed as error:
        if required:
            raise BuildError(f"The rehearsal failed: {error}") from error
        failed = f"The rehearsal failed, which proves nothing about the app: {error}"
        return Rehearsed(files, [Note(Code.NOT_REHEARSED, failed)])
    final, notes, start = result
    recorded = start.prerendered if first_paint else {}
    records, results, of_answers = answers.take(recorded, wanted)
    final = prerender.with_prerendered({**final, **results}, records)
    notes = [*notes, *of_answers]
    needed = start.needed if read_manifest(final).get("snapshot") else None
    return Rehearsed(final, [*notes, *start.notes], start.modules, needed)


# A site, notes for the summary, and the record of its start.
type _Result = tuple[Files, Sequence[Note], Start]


@dataclass(frozen=True, slots=True)
class _Rehearsal:
    """The two ways to a site that has started."""

    program: Path
    pages: Sequence[str]
    from_cdn: bool
    originals: Mapping[str, Path]
    wanted: answers.Wanted | None
    _errors: set[str] = field(default_factory=set)  # of the app, in the starts so far

    def from_packages(self, files: Files, named: Sequence[str], *, exact: bool) -> _Result | None:
        """Start a site from the snapshot for its packages; None if that is not possible.

        Raises:
            AppError: the app cannot start, with a snapshot or without one.
        """
        plain = native_modules.unpack_wheels(files, self.originals) or files
        # Pyodide loads packages after the start: one that looks for numpy while it is imported
        # would not find it.
        names = [] if read_manifest(plain)["packages"] else sorted({*named})
        known = KnownSnapshots(plain)
        try:
            imports = names if exact else known.imports_for(names)
            site, imports = with_fit_snapshot(plain, imports, self.program)
            start = self._start(site, self.pages)
            late = start.late_package_modules(names)
            if len(late) > MAX_LATE_MODULES and not read_manifest(plain)["packages"]:
                site, imports = with_fit_snapshot(plain, [*imports, *late], self.program)
                start = self._start(site, self.pages)
        except (SnapshotFailed, BuildError) as error:
            self._note_failure(error)
            return None
        known.add(names, imports, start.package_modules)
        return site, [], start

    def from_check(self, files: Files) -> _Result:
        """Start a site without a snapshot, then from one of what it imported, if that works.

        Raises:
            BuildError: the app does not start.
        """
        plain, check = self._check(files)
        notes: list[Note] = []
        for modules in _candidates(plain, check):
            try:
                site, start = self._from_snapshot(plain, modules)
            except (SnapshotFailed, BuildError) as error:
                notes.append(Note(Code.NO_SNAPSHOT, f"A snapshot could not be used: {error}"))
            else:
                # A snapshot without the modules that hold JavaScript objects needs no note.
                return site, [] if modules else notes, start
        return plain, notes, self._start(plain, self.pages)

    def _check(self, files: Files) -> tuple[Files, Start]:
        """Start the site without a snapshot: with its wheels unpacked, if it starts like that.

        Returns:
            The site that was started, and the record of the start.
        """
        unpacked = native_modules.unpack_wheels(files, self.originals)
        if unpacked:
            try:
                return unpacked, self._start(unpacked, FIRST_PAGE)
            except BuildError as error:  # the start below may not fail
                self._note_failure(error)
        return files, self._start(files, FIRST_PAGE)

    def _note_failure(self, error: Exception) -> None:
        """Keep the error of an app; one that another kind of start has shown, too, is its own.

        Raises:
            AppError: this error is; no other start is tried.
        """
        if isinstance(error, AppError):
            text = str(error)
            if text in self._errors:
                raise error
            self._errors.add(text)

    def _from_snapshot(self, plain: Files, imports: Sequence[str]) -> tuple[Files, Start]:
        site = with_cached_snapshot(plain, imports, self.program)
        return site, self._start(site, self.pages)

    def _start(self, files: Files, pages: Sequence[str]) -> Start:
        request = self.wanted.request if self.wanted else ""
        return cached_start(files, self.program, pages, from_cdn=self.from_cdn, precompute=request)


def _candidates(files: Files, check: Start) -> Iterator[Sequence[str]]:
    """Yield the modules that are imported for a snapshot, the best ones first.

    If Pyodide loads packages after the start, only the engine is imported.
    """
    if not read_manifest(files)["packages"]:
        yield check.modules
        if check.modules_without_proxies != check.modules:
            yield check.modules_without_proxies
    yield []
