"""One start of a planned site in a browser, and the record of it, which is cached."""

import contextlib
import json
import queue
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyrt_build import cache, hashes
from pyrt_build.console.notes import Note
from pyrt_build.console.output import step
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution
from pyrt_build.rehearsal import browser
from pyrt_build.rehearsal.app_clock import AppClock, cpu_s
from pyrt_build.rehearsal.server import POSITIONS, Outcome, PrerenderServer, Task
from pyrt_build.rehearsal.watch import with_watch
from pyrt_build.site import native_modules, plan
from pyrt_build.site.compile import bytecode
from pyrt_build.site.manifest import MOUNTS, Files, read_manifest, with_manifest

STEPS: dict[Task, str] = {
    "start": "Rehearsal: starting the site",
    "snapshot": "Rehearsal: taking a snapshot of Python with the app's packages",
}
TIMEOUT_S = 180
APP_TIMEOUT_S = 30  # for the app's own code, up to the layout; see app_clock.py
WATCH_S = 10  # to find out where it is
RUNNING = "Running the app"  # that step, in web/src/worker/main.ts
FORMAT = "9"  # of cached results


class RehearsalFailed(Exception):  # noqa: N818 -- a note, or an error if a rehearsal is required
    """The rehearsal could not be carried out, for a reason that is not the app's."""


class AppHangs(Exception):  # noqa: N818 -- becomes an error, and no other start is tried
    """The app's own code did not come to an end; the text says where it was."""


class AppError(BuildError):
    """The app's own code raised an exception while it started."""


class _StillRunning(Exception):  # noqa: N818 -- control flow
    """The app's code runs for too long."""


class SnapshotFailed(Exception):  # noqa: N818 -- becomes a note
    """No snapshot can be taken, or the site does not start from it.

    Attributes:
        unfit: modules that were imported for it, and that no snapshot can hold.
    """

    def __init__(self, message: str, unfit: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.unfit = frozenset(unfit)


@dataclass(frozen=True, slots=True)
class Start:
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
        holders = self._tops_with_proxies
        return [name for name in self.modules if name.split(".")[0] not in holders]

    @property
    def _tops_with_proxies(self) -> set[str]:
        return {m["name"].split(".")[0] for m in self._modules if m["hasProxies"]}

    @property
    def package_modules(self) -> list[str]:
        """Modules of packages, in the order of their import."""
        return [str(m["name"]) for m in self._modules if _is_of_package(m)]

    def late_package_modules(self, named: Collection[str] = ()) -> list[str]:
        """Return those of `package_modules` that were imported after the engine.

        Without those of packages that no snapshot can hold, or that cannot be imported for one.

        Args:
            named: modules that the snapshot was to have.
        """
        late = [str(m["name"]) for m in self._modules if _is_of_package(m) and m["byApp"]]
        unfit = {name.split(".")[0] for name in late if name in named} | self._tops_with_proxies
        return [name for name in late if name.split(".")[0] not in unfit]

    @property
    def needed(self) -> frozenset[str]:
        """The files that this start has read.

        Of the standard library's zip, the members that it has imported, and the directory if it
        was read, as by `importlib.metadata`: zipimport knows it from the snapshot.
        """
        files = frozenset(map(str, self.used.get("files", ())))
        library, directory = plan.STANDARD_LIBRARY, f"{plan.STANDARD_LIBRARY}/"
        folder = f"{bytecode.ZIP_PATH}/"
        members = {
            str(module["file"])
            for module in self._modules
            if module["byApp"] and str(module["file"]).startswith(folder)
        }
        read = members if library in files else set()
        return files - {library, directory} | read | ({folder} if directory in files else set())

    @property
    def _modules(self) -> Sequence[Mapping[str, Any]]:
        modules: Sequence[Mapping[str, Any]] = self.used.get("modules", ())
        return modules


def _is_of_package(module: Mapping[str, Any]) -> bool:
    return str(module["file"]).startswith((f"{MOUNTS['packages']}/", f"{native_modules.MOUNT}/"))


def with_local_interpreter(files: Files) -> Files:
    """Return the site with pyrt's copy of the interpreter, if its own is on Pyodide's CDN."""
    manifest = read_manifest(files)
    runtime = manifest["runtime"]
    assert isinstance(runtime, dict)
    if runtime["url"] != distribution.CDN:
        return files
    core = {f"pyrt/core/{name}": data for name, data in distribution.core(None).items()}
    return with_manifest(files | core, manifest | {"runtime": runtime | {"url": "pyrt/core/"}})


def cached_start(
    files: Files, program: Path, pages: Sequence[str], *, from_cdn: bool, precompute: str = ""
) -> Start:
    """Start a site, and return the record; cached for the same files.

    Args:
        files: the site.
        program: the browser.
        pages: paths of the pages.
        from_cdn: whether the interpreter stays on Pyodide's CDN.
        precompute: which results of callbacks the pages compute (`answers.Wanted.request`).

    Raises:
        BuildError: the app does not start; the text has the Python error.
        AppError: that error is of the app's own code.
        SnapshotFailed: the site has a snapshot and has started without it.
        AppHangs: its code does not come to an end.
        RehearsalFailed: the browser or the network is at fault.
    """
    digests = [f"{path} {hashes.sha256(data)}" for path, data in sorted(files.items())]
    parts = [FORMAT, str(program), *pages, precompute, *digests]
    key = hashes.sha256("\n".join(parts).encode())[:32]
    record = cache.once(
        cache.folder("rehearsals") / f"{key}.json",
        lambda: json.dumps(
            _start(files, program, pages, from_cdn=from_cdn, precompute=precompute)
        ).encode(),
    )
    start = json.loads(record)
    return Start(**start | {"notes": [*map(Note.from_json, start["notes"])]})


def _start(
    files: Files, program: Path, pages: Sequence[str], *, from_cdn: bool, precompute: str
) -> dict[str, object]:
    server, outcome = run_browser(files, "start", program, pages=pages, precompute=precompute)
    if not outcome.ready:
        if from_cdn and outcome.stage in {"download", "python", "packages"}:
            raise RehearsalFailed(f"Python could not be had from Pyodide's CDN: {outcome.message}")
        kind = AppError if outcome.stage == "app" else BuildError
        raise kind(
            f"The app does not start in a browser; it stopped at stage {outcome.stage!r}.\n"
            f"{_explain(outcome.message.strip())}\n"
            "Nothing was written. --no-rehearsal builds the site all the same."
        )
    if outcome.snapshot_failure:
        raise SnapshotFailed(outcome.snapshot_failure)
    notes = [note.as_json() for note in outcome.describe()]
    return {"notes": notes, "prerendered": server.prerendered, "used": outcome.used}


def _explain(message: str) -> str:
    """Return the message of a start that failed, in words for what has only an exit code."""
    found = re.match(r"Program terminated with exit\((-?\d+)\)", message)
    if found:
        return (
            f"The app ended Python itself, with exit code {found[1]}, as os._exit() does. Remove "
            "that call: in a browser nothing else is running that could go on."
        )
    return message or "It gave no reason."


def run_browser(  # noqa: PLR0913 -- what a page is to do
    files: Files,
    task: Task,
    program: Path,
    *,
    imports: Sequence[str] = (),
    pages: Sequence[str] = ("",),
    precompute: str = "",
) -> tuple[PrerenderServer, Outcome]:
    """Open a site in a browser, and wait for its report; return it, and what it sent.

    Raises:
        RehearsalFailed: there is none within `TIMEOUT_S`, or the browser has ended.
        AppHangs: the app's own code did not come to an end within `APP_TIMEOUT_S`.
    """
    site = with_local_interpreter(files)
    server = PrerenderServer(site, task, imports, pages, precompute)
    try:
        return server, _wait(server, program, STEPS[task], APP_TIMEOUT_S)
    except _StillRunning:
        pass
    server = PrerenderServer(with_watch(site, POSITIONS), task, imports, pages, precompute)
    with contextlib.suppress(_StillRunning, RehearsalFailed):
        _wait(server, program, "Rehearsal: finding out where the app is", WATCH_S)
    where = f", in {server.position}" if server.position else ""
    raise AppHangs(f"its code was still running after {APP_TIMEOUT_S} s{where}")


def _wait(server: PrerenderServer, program: Path, what: str, app_timeout_s: float) -> Outcome:
    """Open a site, and wait for its report.

    Raises:
        RehearsalFailed: there is none within `TIMEOUT_S`, or the browser has ended.
        _StillRunning: the app's code runs for longer than `app_timeout_s`.
    """
    with (
        step(what) as shown,
        server.serving() as address,
        browser.opened(program, address) as process,
    ):
        waited_s = 0
        clock = AppClock(lambda: cpu_s(process.pid))
        while waited_s < TIMEOUT_S:
            try:
                outcome = server.outcomes.get(timeout=1)
            except queue.Empty:
                waited_s += 1
                shown.show(text=f"{what}: {server.progress}" if server.progress else what)
            else:
                shown.show(text=what)
                return outcome
            if clock.running_s(is_running=server.progress == RUNNING) >= app_timeout_s:
                raise _StillRunning
            if process.poll() is not None:
                raise RehearsalFailed(
                    f"the browser {program} ended by itself (exit code {process.poll()})"
                )
    last = server.progress or "it has requested nothing"
    raise RehearsalFailed(f"the page was not ready after {TIMEOUT_S} s; its last step was: {last}")
