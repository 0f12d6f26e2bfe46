"""A static host for tests of engines: records what a page logs, and can hold Python back."""

import contextlib
import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path

from tests.support.bridge import Server
from tests.support.built_sites import BuiltSites
from tests.support.engines_base import PATIENCE_S, RECORDER
from tests.support.paths import BROWSER_APPS, EXAMPLES, ROOT
from tests.support.quick_pyrt import SNAPSHOT_ONLY
from tests.support.servers import QuietHandler

ABILITIES = ROOT / "tests" / "browsers" / "apps" / "abilities.py"

NUMBERS = b"a,b\n1,2\n"


@dataclass(slots=True)
class Host:
    """A folder of sites, served under an address.

    Attributes:
        address: without a slash at the end.
        python: while it is not set, no worker script is sent, so that Python does not start.
        bridge: the address of the bridge that pages are told.
    """

    address: str
    python: threading.Event = field(default_factory=threading.Event)
    bridge: str = ""


class _Handler(QuietHandler):
    host: Host

    def do_GET(self) -> None:  # noqa: N802
        if self.path == "/numbers.csv":
            self._answer(NUMBERS, "text/csv")
            return
        if "/pyrt/worker-" in self.path:
            self.host.python.wait(PATIENCE_S)
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if path.is_dir() else path
        if page.suffix == ".html" and page.is_file() and self.path.endswith(("/", ".html")):
            bridge = f"window.__pyrt_bridge__ = {self.host.bridge!r};" if self.host.bridge else ""
            script = f"<script>{RECORDER}{bridge}</script>".encode()
            text = page.read_bytes().replace(b"<head>", b"<head>" + script, 1)
            self._answer(text, "text/html; charset=utf-8")
            return
        super().do_GET()

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def hosted(folder: Path) -> Iterator[Host]:
    """Serve a folder until the end of the context."""
    host = Host("")

    class Handler(_Handler):
        pass

    Handler.host = host
    handler = functools.partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        host.address = f"http://127.0.0.1:{server.server_address[1]}"
        host.python.set()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield host
        host.python.set()
        server.shutdown()


@contextlib.contextmanager
def serving(folder: Path, sites: Path) -> Iterator[Host]:
    """Serve the sites that all engines open, and a bridge.

    Args:
        folder: an empty one.
        sites: has the sites that are built already.
    """
    site = BuiltSites(sites).site
    www = folder / "www"
    www.mkdir()
    (www / "plain").symlink_to(site(EXAMPLES / "counter" / "app.py", "--no-rehearsal"))
    (www / "abilities").symlink_to(site(ABILITIES, "--rehearsal=require"))
    for name in ("pages", "converter"):
        (www / name).symlink_to(site(EXAMPLES / name / "app.py", "--debug", SNAPSHOT_ONLY))
    (www / "served").symlink_to(site(BROWSER_APPS / "served.py", "--debug", SNAPSHOT_ONLY))
    with hosted(www) as host:
        options = ("--origin", host.address, "--debug")
        bridge = Server(BROWSER_APPS / "served.py", folder, *options)
        try:
            host.bridge = bridge.start().url
            yield host
        finally:
            bridge.end()
