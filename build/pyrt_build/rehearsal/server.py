"""A site served from memory to the page of the rehearsal, which reports back what it sees.

The page's half is templates/rehearsal.js. Imports `serve` for the types of files.
"""

import contextlib
import html
import json
import queue
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any, Literal, override
from urllib.parse import quote, unquote, urlsplit

from pyrt_build.serve import TYPES, UNKNOWN

_REPORTS = "/-rehearsal/"
# The root of the site during the rehearsal; a marker in what is recorded
# (web/src/first_paint/prerendered.ts).
ROOT = "/-pyrt-root-/"

# web/src/worker/interpreter.ts says so, and why.
WITHOUT_SNAPSHOT = "pyrt: starting without the site's snapshot, which takes longer:"

type Task = Literal["start", "snapshot"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a page reported about the start of the site.

    Attributes:
        ready: the app answered.
        stage: where it stopped, if it did; `message` says why.
        problems: texts of console errors.
        notes: texts of console warnings.
        stages: marks and milliseconds after navigation.
        missing: paths the page asked for in vain.
        used: files that were read, modules that were imported (`UsedParts` in
            web/src/wire/protocol.ts).
    """

    ready: bool
    stage: str = ""
    message: str = ""
    problems: Sequence[str] = ()
    notes: Sequence[str] = ()
    stages: Sequence[tuple[str, int]] = ()
    missing: Sequence[str] = ()
    used: Mapping[str, Any] = field(default_factory=dict)

    @property
    def snapshot_failure(self) -> str:
        """Why the start did without the snapshot of the site; empty when it did not."""
        said = (text.partition(WITHOUT_SNAPSHOT) for text in self.notes)
        return next((reason.strip() for _, found, reason in said if found), "")

    def describe(self) -> Iterator[str]:
        """Remarks for the author."""
        if self.stages:
            times = ", ".join(f"{name} {time_ms / 1000:.1f} s" for name, time_ms in self.stages)
            yield f"Rehearsal: the app starts ({times})"
        for text in self.problems:
            yield f"Rehearsal: error in the browser's console: {text.strip()[:500]}"
        for path in self.missing:
            yield f"Rehearsal: the page asks for {path}, which the site does not have"


@dataclass(slots=True)
class Stage:
    """A site served from memory, and what its page reports.

    Attributes:
        files: the site.
        task: what the page is to do.
        imports: for a snapshot.
        pages: the paths of the pages to start, the first one first; "" is index.html.
        prerendered: what was recorded of pages, by path.
        outcomes: the end of the pages' reports; one is enough.
        snapshot: what the page has taken.
        progress: the last step it spoke of.
        missing: paths it asked for in vain.
        first: what the first page reported.
    """

    files: Mapping[str, bytes]
    task: Task
    imports: Sequence[str] = ()
    pages: Sequence[str] = ("",)
    prerendered: dict[str, object] = field(default_factory=dict)
    outcomes: "queue.Queue[Outcome]" = field(default_factory=queue.Queue)
    snapshot: bytes = b""
    progress: str = ""
    missing: set[str] = field(default_factory=set)
    first: Outcome | None = None

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """Serve on a free port of this machine; yields the address."""
        with _Server(self) as server:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}{ROOT}"
            server.shutdown()

    def find(self, path: str) -> bytes | None:
        """The content of a path, with the rehearsal's script in the page."""
        if path in {f"{page}/index.html".lstrip("/") for page in self.pages}:
            return self._page(self.files[path])
        found = self.files.get(path)
        if found is None and not path.endswith((".map", "favicon.ico")):  # asked by browsers
            self.missing.add(path)
        return found

    def _page(self, page: bytes) -> bytes:
        script = (resources.files("pyrt_build") / "templates" / "rehearsal.js").read_bytes()
        imports = html.escape(json.dumps(list(self.imports)))
        tag = f'<script data-task="{self.task}" data-imports="{imports}">'.encode()
        if self.task == "snapshot":  # the page itself stays away
            page = re.sub(rb"<script (?:defer )?src=.*?</script>", b"", page)
        return re.sub(
            rb"<head[^>]*>", lambda head: head[0] + tag + script + b"</script>", page, count=1
        )

    def accept(self, kind: str, body: bytes) -> str:
        """Take one report of a page; returns the address of the page to open next."""
        if kind == "progress":
            self.progress = body.decode()
        elif kind == "snapshot":
            self.snapshot = body
            self.outcomes.put(Outcome(ready=True))
        elif kind == "report":
            return self._take_report(json.loads(body))
        return ""

    def _take_report(self, told: dict[str, Any]) -> str:
        """Only the first page is a judgement on the app; others just give what was recorded."""
        path, *left = self.pages
        record = told.pop("prerendered")
        if record:
            self.prerendered[path] = record
        if self.first is None:
            self.first = _outcome(told)
        if left and self.first.ready:
            self.pages = left
            return f"{ROOT}{quote(left[0])}/"
        self.outcomes.put(replace(self.first, missing=sorted(self.missing)))
        return ""


def _outcome(told: dict[str, Any]) -> Outcome:
    stages = [(name, time_ms) for name, time_ms in told.pop("stages")]
    return Outcome(stages=stages, **told)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        super().__init__(("127.0.0.1", 0), _Handler)

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """The browser is ended while it still reads."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).removeprefix(ROOT).lstrip("/")
        path = f"{path}index.html" if not path or path.endswith("/") else path
        found = self.server.stage.find(path)
        self._send(
            HTTPStatus.NOT_FOUND if found is None else HTTPStatus.OK,
            found or b"",
            TYPES.get(Path(path).suffix, UNKNOWN),
        )

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        following = ""
        if self.path.startswith(_REPORTS):
            following = self.server.stage.accept(self.path.removeprefix(_REPORTS), body)
        self._send(HTTPStatus.OK, following.encode(), TYPES[".txt"])

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *about: object) -> None:
        """The report says what is worth saying."""
