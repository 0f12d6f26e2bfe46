"""The summary of a build: what the site contains, and what the app's developer should know."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import App
from pyrt_build.app.settings import Settings
from pyrt_build.console import amounts, output
from pyrt_build.console.notes import Note
from pyrt_build.hosts.policy import policy_of
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.packages.relaxed import Relaxed
from pyrt_build.server_code.partition import Partition
from pyrt_build.site.manifest import Files
from pyrt_build.types import Json

# Name in the line "Size" -> prefixes of paths in the site. Everything else is "page".
PARTS = {
    "runtime": ("pyrt/runtime-", "pyrt/interpreter-", "pyrt/stdlib-"),
    "engine": ("pyrt/engine-",),
    "packages": ("pyrt/packages-",),
    "unpacked": ("pyrt/compiled-",),
    "snapshot": ("pyrt/snapshot-",),
    "app": ("pyrt/app-",),
    "components": ("pkg/",),
    "assets": ("assets/",),
}

# Of an attachment to a file: base64 in lines of 76 characters.
MAIL = 4 / 3 * 78 / 76
# The largest mail that is taken, in bytes, where nothing else is agreed.
MAILS = (("Exchange", 10_000_000), ("Outlook.com and iCloud", 20_000_000), ("Gmail", 25_000_000))


def list_files(app: App) -> None:
    """Write what was decided about each file of the project, with `--files`."""
    for where, verdict in sorted(app.decisions.items()):
        output.say(f"{'yes' if verdict.travels else 'no ':3} {where}: {verdict.reason}")


class Stopwatch:
    """The times of the parts of a build, in seconds."""

    def __init__(self) -> None:
        self.laps_s: dict[str, float] = {}
        self._started = self._last = time.monotonic()

    def lap(self, name: str) -> None:
        """Give a name to the time since the last call."""
        now = time.monotonic()
        self.laps_s[name] = now - self._last
        self._last = now

    @property
    def total_s(self) -> float:
        """The time up to the last call."""
        return self._last - self._started


@dataclass(frozen=True, slots=True)
class Summary:
    """All that is known about a build at its end."""

    config: SiteConfig
    settings: Settings
    parts: Partition
    locked: Sequence[LockedPackage]
    notes: Sequence[Note]
    files: Files
    relaxed: Sequence[Relaxed] = ()
    watch: Stopwatch = field(default_factory=Stopwatch)

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of each part of the site that is not empty, by its name."""
        sizes = {
            name: sum(len(data) for path, data in self.files.items() if path.startswith(prefixes))
            for name, prefixes in PARTS.items()
        }
        sizes["page"] = sum(map(len, self.files.values())) - sum(sizes.values())
        return {name: size for name, size in sizes.items() if size}

    @property
    def included(self) -> list[str]:
        """The files of the app that are part of the site."""
        app = self.parts.app
        assets = (f"{app.assets_folder}/{name}" for name in app.assets)
        return sorted([*app.modules, *app.data, *assets])

    @property
    def policy(self) -> str:
        """The strictest policy with which all that is known of the site works."""
        return policy_of(self.config, self.settings, self.files).text

    def write(self) -> None:
        """Write the summary: for people, or with `--json` as one document."""
        output.result(self.as_json())
        if self.config.single_file:
            self._write_single_file()
        elif sys.stdout.isatty():
            self._write_tables()
        else:
            self._write_lines()
        for line in self._about_app():
            output.say(line)
        in_table = {row.note() for row in self.relaxed}
        self._write_relaxed()
        for note in self.notes:
            if note not in in_table:
                output.say_note(note)
        if not self.config.single_file:
            output.say(f"Content-Security-Policy the site can live with: {self.policy}")
        if not self.config.single_file:
            output.say(f"Serve: pyrt serve {self.config.out}")

    def as_json(self) -> dict[str, Json]:
        """Return the document of `--json`: sizes in bytes, times in seconds."""
        notes: Json = [{**note.as_json()} for note in self.notes]
        removed: Json = {where: [*names] for where, names in self.parts.removal.removed.items()}
        timings: Json = {name: round(s, 3) for name, s in self.watch.laps_s.items()}
        return {
            "site": str(self.config.out),
            "size": sum(self.sizes.values()),
            "sizes": {**self.sizes},
            "packages": [
                {"name": p.name, "version": p.version, "file": p.path.name, "sha256": p.sha256}
                for p in self.locked
            ],
            "relaxed": [
                {"package": r.package, "wanted": r.wanted, "taken": r.taken, "why": r.why}
                for r in self.relaxed
            ],
            "files": [*self.included],
            "left_out": [*self.parts.app.left_out],
            "decisions": {
                where: {"travels": verdict.travels, "reason": verdict.reason}
                for where, verdict in self.parts.app.decisions.items()
            },
            "only_on_server": removed,
            "notes": notes,
            "content_security_policy": self.policy,
            "seconds": timings,
        }

    def _write_single_file(self) -> None:
        """Write where the single file is, and its size on a disk and in a mail."""
        size = sum(map(len, self.files.values()))
        mail = amounts.size(round(size * MAIL))
        output.say(f"File: {self.config.out}")
        output.say(f"Size: {amounts.size(size)} as a file, {mail} as a mail attachment")
        limits = [f"{name} ({limit // 10**6} MB)" for name, limit in MAILS if size * MAIL > limit]
        if limits:
            output.say(f"Too large for a mail of {', '.join(limits)}")
        output.say(f"Packages: {', '.join(f'{p.name} {p.version}' for p in self.locked) or 'none'}")

    def _write_tables(self) -> None:
        total = amounts.site_size(sum(self.sizes.values()))
        took = amounts.duration(self.watch.total_s)
        output.say(f"Site: {self.config.out}  ({total}, made in {took})")
        output.table(
            ["part", "size"], [(n, amounts.site_size(size)) for n, size in self.sizes.items()]
        )
        output.say(f"Packages: {len(self.locked) or 'none'}")
        output.table(
            ["package", "version", "from", "size"],
            [
                (
                    package.name,
                    package.version,
                    "Pyodide" if package.entry else "index",
                    amounts.size(package.path.stat().st_size),
                )
                for package in self.locked
            ],
        )

    def _write_lines(self) -> None:
        """Write what other programs read: a line each."""
        parts = ", ".join(f"{n} {amounts.site_size(size)}" for n, size in self.sizes.items())
        output.say(f"Site: {self.config.out}")
        output.say(f"Size: {amounts.site_size(sum(self.sizes.values()))}  ({parts})")
        packages = ", ".join(f"{p.name} {p.version}" for p in self.locked)
        output.say(f"Packages: {packages or 'none'}")

    def _write_relaxed(self) -> None:
        """Write the table of what the site does not meet as it is written."""
        if not self.relaxed:
            return
        rows = [(r.package, r.wanted, r.taken or "left out", r.why) for r in self.relaxed]
        head = ("package", "wanted", "taken", "why")
        output.say("What a browser cannot have as it is written:")
        if sys.stdout.isatty():
            output.table(head, rows)
            return
        widths = [max(len(row[column]) for row in (head, *rows)) for column in range(3)]
        for row in (head, *rows):
            cells = [cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)]
            output.say(f"  {'  '.join(cells)}  {row[3]}")

    def _about_app(self) -> Iterator[str]:
        yield f"Files: {', '.join(self.included)}"
        yield from (f"Left out: {name}" for name in self.parts.app.left_out)
        for where, names in sorted(self.parts.removal.removed.items()):
            yield f"Only on the server: {where}: {', '.join(names)}"
