"""Tells which files of an app have changed: those the build has read, and new ones beside them."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

QUIET_MS = 25  # without a further change, before what has changed is told
LONGEST_MS = 400  # from the first change on, though files change all the time
CLOCK_NS = 20_000_000  # by which the time of a file may be behind the clock
POLL_S = 0.5  # for a folder that has been removed

_ignored = DefaultFilter()


@dataclass(slots=True)
class Watcher:
    """Watches folders, without those below them. Made before the build reads its files.

    Attributes:
        read: returns the files that the build has read; a change of another one counts only if it
            has come, or gone.
        folders: returns the folders to watch.
        stop: ends `changes`.
    """

    read: Callable[[], Iterable[Path]]
    folders: Callable[[], Iterable[Path]]
    stop: threading.Event = field(default_factory=threading.Event)
    _begun_ns: int = field(default_factory=time.time_ns)  # when the build began to read
    _stamps: Mapping[Path, tuple[int, int] | None] = field(default_factory=dict)

    def built(self) -> None:
        """The build has read its files."""
        paths = [*self.read(), *self.folders()]  # a folder has another time when files come and go
        self._stamps = {path: self._known(path) for path in paths if path.exists()}

    def _known(self, path: Path) -> tuple[int, int] | None:
        """Return the state of a file that the build has read; None if it may have read another."""
        stamp = _stamp(path)
        return stamp if stamp and stamp[0] < self._begun_ns - CLOCK_NS else None

    def changes(self) -> Iterator[set[Path]]:
        """Yield the paths that have changed, again and again; after each, call `built`."""
        self.built()
        while not self.stop.is_set():
            for changed in self._watch({folder for folder in self.folders() if folder.is_dir()}):
                self._begun_ns = time.time_ns()
                yield changed

    def _watch(self, folders: set[Path]) -> Iterator[set[Path]]:
        """Watch until other folders are to be watched."""
        if not folders:
            self.stop.wait(POLL_S)
            return
        missed = self._missed()
        if missed:
            yield missed
        found = watch(
            *folders,
            watch_filter=self._counts,
            debounce=LONGEST_MS,
            step=QUIET_MS,
            rust_timeout=int(POLL_S * 1000),
            yield_on_timeout=True,
            stop_event=self.stop,
            recursive=False,
            raise_interrupt=True,
        )
        for batch in found:
            changed = {Path(path) for _, path in batch} or self._missed()
            if changed:
                yield changed
            if {folder for folder in self.folders() if folder.is_dir()} != folders:
                return

    def _counts(self, change: Change, path: str) -> bool:
        if change is Change.modified:
            return Path(path) in self._stamps
        return _ignored(change, path)

    def _missed(self) -> set[Path]:
        """Return the files that have changed without an event, as while nothing was watched."""
        return {path for path, stamp in self._stamps.items() if _stamp(path) != stamp}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
