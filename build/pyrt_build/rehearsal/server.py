"""Serves a site from memory to the page of the rehearsal, and receives the page's reports.

The script in the page is templates/rehearsal.js.
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

from pyrt_build.console.notes import Code, Note
from pyrt_build.serve import TYPES, UNKNOWN

_REPORTS = "/-rehearsal/"
POSITIONS = f"{_REPORTS}position"  # where a watched app posts to
# The root of the site during the rehearsal; a marker in what is recorded
# (web/src/first_paint/prerendered.ts).
ROOT = "/-pyrt-root-/"

# The console warning of web/src/worker/interpreter.ts, before the reason.
WITHOUT_SNAPSHOT = "pyrt: starting without the site's snapshot, which takes longer:"

SHOWN_CHARS = 500  # of a console error

type Task = Literal["start", "snapshot"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a page reported about the start of the site.

    Attributes:
        ready: whether the app started.
        stage: where the start failed; `message` says why.
        errors: texts of console errors.
        warnings: texts of console warnings.
        stages: names of performance marks, and milliseconds after navigation.
        missing: paths that the page requested and the site does not have.
        used: files that were read, modules that were imported (`UsedParts` in
            web/src/wire/protocol.ts).
        unfit: those of the modules for a snapshot that it cannot hold; then none was taken.
    """

    ready: bool
    stage: str = ""
    message: str = ""
    errors: Sequence[str] = ()
    warnings: Sequence[str] = ()
    stages: Sequence[tuple[str, int]] = ()
    missing: Sequence[str] = ()
    used: Mapping[str, Any] = field(default_factory=dict)
    unfit: Sequence[str] = ()

    @property
    def snapshot_failure(self) -> str:
        """Why the start did not use the snapshot of the site; empty if it used it."""
        parts = (text.partition(WITHOUT_SNAPSHOT) for text in self.warnings)
        return next((reason.strip() for _, found, reason in parts if found), "")

    def describe(self) -> Iterator[Note]:
        """Yield notes for the summary."""
        if self.stages:
            times = ", ".join(f"{name} {time_ms / 1000:.1f} s" for name, time_ms in self.stages)
            yield Note(Code.STARTED, f"Rehearsal: the app starts ({times})")
        for text in self.errors:
            shown = text.strip()[:SHOWN_CHARS]
            yield Note(Code.CONSOLE_ERROR, f"Rehearsal: error in the browser's console: {shown}")
        for path in self.missing:
            yield Note(
                Code.MISSING_FILE,
                f"Rehearsal: the page asks for {path}, which the site does not have",
            )


@dataclass(slots=True)
class PrerenderServer:
    """A site that is served from memory, and what its page reports.

    Attributes:
        files: the site.
        task: what the page is to do.
        imports: modules to import for a snapshot.
        pages: paths of the pages to start, in order; "" is index.html.
        precompute: which results of callbacks the pages compute (`answers.Wanted.request`).
        prerendered: what was recorded of each page, by path.
        outcomes: receives one outcome when the task is done.
        snapshot: the snapshot, uncompressed.
        progress: the last step of the start that the page reported.
        position: the last line of the app that Python has told of (`watch`).
        missing: paths that the page requested and the site does not have.
        first: the outcome of the first page.
    """

    files: Mapping[str, bytes]
    task: Task
    imports: Sequence[str] = ()
    pages: Sequence[str] = ("",)
    precompute: str = ""
    prerendered: dict[str, object] = field(default_factory=dict)
    outcomes: "queue.Queue[Outcome]" = field(default_factory=queue.Queue)
    snapshot: bytes = b""
    progress: str = ""
    position: str = ""
    missing: set[str] = field(default_factory=set)
    first: Outcome | None = None

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Serve on a free port of this machine; yields the address."""
        with _Server(self) as server:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}{ROOT}"
            server.shutdown()

    def find(self, path: str) -> bytes | None:
        """Return the content of a path; a page with the script of the rehearsal in it."""
        if path in {f"{page}/index.html".lstrip("/") for page in self.pages}:
            return self._page(self.files[path])
        found = self.files.get(path)
        if found is None and not path.endswith((".map", "favicon.ico")):  # requested by browsers
            self.missing.add(path)
        return found

    def _page(self, page: bytes) -> bytes:
        script = (resources.files("pyrt_build") / "templates" / "rehearsal.js").read_bytes()
        imports = html.escape(json.dumps(list(self.imports)))
        request = html.escape(self.precompute)
        tag = (
            f'<script data-task="{self.task}" data-imports="{imports}" data-precompute="{request}">'
        ).encode()
        if self.task == "snapshot":  # without the page's own scripts
            page = re.sub(rb"<script (?:defer )?src=.*?</script>", b"", page)
        return re.sub(
            rb"<head[^>]*>", lambda head: head[0] + tag + script + b"</script>", page, count=1
        )

    def accept(self, kind: str, body: bytes) -> str:
        """Receive a report of a page; return the address of the page to open next, or nothing."""
        if kind == "progress":
            self.progress = body.decode()
        elif kind == "position":
            self.position = body.decode()
        elif kind == "snapshot":
            self.snapshot = body
            self.outcomes.put(Outcome(ready=True))
        elif kind == "report":
            return self._accept_report(json.loads(body))
        return ""

    def _accept_report(self, report: dict[str, Any]) -> str:
        """Receive the end of a start; only the first page's decides whether the app starts."""
        path, *left = self.pages
        record = report.pop("prerendered")
        if record:
            self.prerendered[path] = record
        if self.first is None:
            self.first = _outcome(report)
        if left and self.first.ready:
            self.pages = left
            return f"{ROOT}{quote(left[0])}/"
        self.outcomes.put(replace(self.first, missing=sorted(self.missing)))
        return ""


def _outcome(report: dict[str, Any]) -> Outcome:
    stages = [(name, time_ms) for name, time_ms in report.pop("stages")]
    return Outcome(stages=stages, **report)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: PrerenderServer) -> None:
        self.site = site
        super().__init__(("127.0.0.1", 0), _Handler)

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore errors: the browser is killed while it reads."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).removeprefix(ROOT).lstrip("/")
        path = f"{path}index.html" if not path or path.endswith("/") else path
        found = self.server.site.find(path)
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
            following = self.server.site.accept(self.path.removeprefix(_REPORTS), body)
        self._send(HTTPStatus.OK, following.encode(), TYPES[".txt"])

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *about: object) -> None:
        """Log nothing: the page reports."""
