"""Results of callbacks that the rehearsal computes: what is asked for, and the files of the site.

{"tables": [{"callback", "inputs": [...], "inputCount", "texts": [{"text", "buffers"} | null]}],
 "refused": [sentence, ...]}                           what a page reports (prerendered.ts)

pyrt/answers-<hash>.json                               each of the texts
[{"callback", "inputs", "inputCount", "files": [...]}] what the data of the page says of them
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyrt_build import hashes
from pyrt_build.app.discover import App
from pyrt_build.app.settings import Settings
from pyrt_build.console.notes import Code, Note
from pyrt_build.rehearsal import static_site
from pyrt_build.site.manifest import DIGEST_CHARS, Files


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which results are computed.

    Attributes:
        request: the message `Precompute` without type and number, as JSON.
        max_bytes: of all results, compressed.
        is_static: whether it is an error if a callback has no results.
    """

    request: str
    max_bytes: int
    is_static: bool = False


def wanted(app: App, settings: Settings, *, is_static: bool = False) -> Wanted | None:
    """Return what an app and its settings ask for; None if they do not.

    Args:
        app: the app.
        settings: its settings.
        is_static: the site will have no Python, so that all results are wanted.
    """
    if not (is_static or settings.precompute or app.mentions("precompute")):
        return None
    names = settings.precompute
    request = {
        "functions": [] if names == "auto" else list(names),
        "scope": "all" if is_static else "fit" if names == "auto" else "named",
        "maxCalls": settings.precompute_calls,
    }
    return Wanted(json.dumps(request), int(settings.precompute_size_mb * 1_000_000), is_static)


@dataclass(slots=True)
class Answers:
    """The results of all pages of a site.

    Attributes:
        max_bytes: of all files, compressed; a table that does not fit is left out.
        files: of the site.
        notes: for the summary.
    """

    max_bytes: int
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    _bytes: int = 0
    _count: int = 0
    _callbacks: set[str] = field(default_factory=set)

    def add(self, record: Mapping[str, Any]) -> Sequence[Mapping[str, object]]:
        """Add the results of one page; return what its data says of them."""
        for sentence in record["refused"]:
            self._note(Code.NOT_PRECOMPUTED, sentence)
        return [*self._tables(record["tables"])]

    def _tables(self, tables: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, object]]:
        for table in tables:
            texts = [
                text and json.dumps(text, separators=(",", ":")).encode() for text in table["texts"]
            ]
            files = {_name(text): text for text in texts if text}
            new = {name: text for name, text in files.items() if name not in self.files}
            size = sum(len(zlib.compress(text, 6)) for text in new.values())
            if self._bytes + size > self.max_bytes:
                self._note(Code.NOT_PRECOMPUTED, self._too_large(table["callback"], size))
                continue
            self.files |= new
            self._bytes += size
            self._count += len(new)
            self._callbacks.add(table["callback"])
            yield {
                "callback": table["callback"],
                "inputs": table["inputs"],
                "inputCount": table["inputCount"],
                "files": [_name(text) if text else None for text in texts],
            }

    def _too_large(self, callback: str, size: int) -> str:
        return (
            f"The results of {callback} are {size / 1e6:.1f} MB, compressed. With them, the site "
            f"would have {(self._bytes + size) / 1e6:.1f} MB of results, and the limit is "
            f"{self.max_bytes / 1e6:g} MB (precompute-size): they were left out"
        )

    def describe(self) -> Iterator[Note]:
        """Yield all notes, with one about what the site has."""
        if self._callbacks:
            yield Note(
                Code.PRECOMPUTED,
                f"Rehearsal: {len(self._callbacks)} callbacks were called with all values of their "
                f"Inputs: {self._count} files, {self._bytes / 1000:.0f} kB compressed",
            )
        yield from self.notes

    def _note(self, code: Code, text: str) -> None:
        note = Note(code, text)
        if note not in self.notes:
            self.notes.append(note)


def _name(text: bytes) -> str:
    return f"pyrt/answers-{hashes.sha256(text)[:DIGEST_CHARS]}.json"


def take(
    recorded: Mapping[str, Any], want: Wanted | None
) -> tuple[dict[str, Any], Files, list[Note]]:
    """Return the records with what their pages say of results, the files of these, and notes."""
    answers = Answers(want.max_bytes if want else 0)
    records = {
        path: {**record, "answers": answers.add(record["answers"]) if record["answers"] else []}
        for path, record in recorded.items()
    }
    notes = [*answers.describe()]
    if want and want.is_static:
        static_site.refuse(n.text for n in notes if n.code is Code.NOT_PRECOMPUTED)
    if want and not recorded:
        text = "The site has no first frame, and with it no results that were computed in advance"
        notes.append(Note(Code.NOT_PRECOMPUTED, text))
    return records, answers.files, notes
