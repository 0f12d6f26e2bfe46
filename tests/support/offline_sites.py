"""Sites that browsers keep, made of sites that are built already; and a host that has versions."""

import contextlib
import http.server
import threading
from pathlib import Path

from pyrt_build import serve
from pyrt_build.app.discover import discover
from pyrt_build.app.settings import Settings
from pyrt_build.offline import add as offline
from pyrt_build.site import write


def keep_site(site, app, out, changed=None):
    """Write a version of a site with what lets browsers keep it; only the last step of a build.

    Args:
        site: the folder of a site, as `BuiltSites.site` gives it.
        app: the app file that it was built of.
        out: the folder to write to.
        changed: path -> content of the files that differ in this version.
    """
    files = {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }
    del files[write.LIST_FILE]
    write.write(offline.add(files | (changed or {}), discover(app), Settings(), debug=False), out)
    return out


class VersionHost:
    """A host of a site below `/sub/path/`, and of others.

    Attributes:
        folder: the version that it has now.
        others: path -> folder of the other sites: `/other/`.
        is_down: whether it breaks each connection off.
        held: path of a file whose requests wait until `goes` is set.
        asked: path of each request that got a whole file, in order; not those that are unchanged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.others: dict[str, Path] = {}
        self.is_down = False
        self.held: str | None = None
        self.is_asked_for_held = threading.Event()
        self.goes = threading.Event()
        self.asked: list[str] = []
        self.address = ""


@contextlib.contextmanager
def version_host(folder):
    """Serve a version on a free port of this machine; yields the `VersionHost`."""
    host = VersionHost(folder)
    handler = type("Handler", (_Handler,), {"host": host})
    server = _Server(("127.0.0.1", 0), handler)
    with server:
        host.address = f"http://127.0.0.1:{server.server_address[1]}{PATH}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield host
        host.goes.set()
        server.shutdown()


PATH = "/sub/path/"


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Say nothing of browsers that are killed."""


class _Handler(http.server.BaseHTTPRequestHandler):
    host: VersionHost
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.host.is_down:
            self.close_connection = True
            return
        base = next((each for each in self.host.others if self.path.startswith(each)), PATH)
        folder = self.host.others.get(base, self.host.folder)
        path = self.path.removeprefix(PATH).partition("?")[0]
        if path == self.host.held:
            self.host.is_asked_for_held.set()
            self.host.goes.wait()
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = serve.respond(folder, f"/{self.path.removeprefix(base)}", headers)
        if answer.status == http.HTTPStatus.OK:
            self.host.asked.append(path)
        with contextlib.suppress(ConnectionError):
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != http.HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.status != http.HTTPStatus.NOT_MODIFIED:
                self.wfile.write(answer.body)

    def log_message(self, *args):
        pass
