"""The server of `pyrt dev`, asked as a page asks it."""

import http.client
import json
import socket
import threading

import pytest

from pyrt_build.dev.access import COOKIE, Access
from pyrt_build.dev.server import Site, make_server
from pyrt_build.dev.versions import FOLDER, Versions
from pyrt_build.errors import BuildError
from pyrt_build.site.manifest import describe_file, script_json
from pyrt_build.types import Json

MANIFEST: dict[str, Json] = {"images": [{**describe_file("pyrt/app-1.img", b"1"), "mount": "/app"}]}
PAGE = f'<script id="pyrt-manifest">{script_json(MANIFEST)}</script>'.encode()


class Running:
    def __init__(self, host="127.0.0.1", access=None):
        self.reports = []
        self.connections = []
        self.reported = threading.Event()
        self.versions = Versions()
        self.add(b"one")
        self.access = access or Access.of(host)
        site = Site(self.versions, self.access, self._report, lambda: None)
        self.server, self.port = make_server(site, "127.0.0.1", 0)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def _report(self, report):
        self.reports.append(report)
        self.reported.set()

    def add(self, source):
        files = {"index.html": PAGE, "about/index.html": b"about", "404.html": b"lost"}
        self.versions.add(files, {"app.py": source}, "assets/")

    def ask(self, path, method="GET", body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.connections.append(connection)
        connection.request(method, path, body, headers)
        return connection.getresponse()

    def end(self):
        self.versions.close()
        self.server.shutdown()
        self.server.server_close()
        for connection in self.connections:
            connection.close()


@pytest.fixture
def running():
    made = Running()
    yield made
    made.end()


def test_pages_and_files_of_the_site_are_served(running):
    assert b"pyrt-manifest" in running.ask("/").read()
    assert running.ask("/about/").read() == b"about"
    moved = running.ask("/about?x=1")
    assert (moved.status, moved.headers["Location"]) == (301, "/about/?x=1")
    lost = running.ask("/nowhere")
    assert (lost.status, lost.read()) == (404, b"lost")
    assert running.ask("/", "HEAD").read() == b""


def test_a_page_asks_what_has_changed(running):
    running.add(b"two")
    changes = json.loads(running.ask(f"/{FOLDER}changes?files=1&seen=1").read())
    (file,) = changes["files"]
    assert running.ask(f"/{file['url']}").read() == b"two"
    assert running.ask(f"/{FOLDER}changes?files=x").status == 400


def test_a_page_is_told_of_each_version(running):
    events = running.ask(f"/{FOLDER}events")
    assert events.headers["Content-Type"] == "text/event-stream"
    first = json.loads(events.readline().removeprefix(b"data: "))
    assert first == {"server": running.versions.server, "version": 1}
    running.add(b"two")
    line = next(line for line in iter(events.readline, b"") if line.startswith(b"data: "))
    assert json.loads(line.removeprefix(b"data: "))["version"] == 2
    running.versions.close()
    assert events.read() in {b"\n", b""}


def test_a_page_reports(running):
    report = {"version": 1, "ok": True, "ms": 3, "message": ""}
    assert running.ask(f"/{FOLDER}report", "POST", json.dumps(report)).status == 204
    assert running.reported.wait(60)
    assert running.reports[0].ms == 3
    assert running.ask(f"/{FOLDER}report", "POST", "{").status == 400
    assert running.ask("/other", "POST", "{}").status == 404


def test_a_foreign_page_gets_nothing(running):
    refused = running.ask("/", Origin="https://evil.example")
    assert refused.status == 403
    assert b"https://evil.example has asked" in refused.read()
    assert running.ask("/", Host="evil.example").status == 403
    assert running.ask(f"/{FOLDER}report", "POST", "{}", Origin="null").status == 403


def test_the_token_becomes_a_cookie():
    running = Running(access=Access("127.0.0.1", "T"))
    assert running.ask("/").status == 403
    moved = running.ask("/about/?token=T")
    assert (moved.status, moved.headers["Location"]) == (303, "/about/")
    cookie = moved.headers["Set-Cookie"].partition(";")[0]
    assert cookie == f"{COOKIE}=T"
    assert running.ask("/", Cookie=cookie).status == 200
    running.end()


def test_a_port_in_use_gives_the_next_one():
    site = Site(Versions(), Access.of("127.0.0.1"), print, lambda: None)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        server, port = make_server(site, "127.0.0.1", taken)
        server.server_close()
    assert taken < port <= taken + 20


def test_an_address_of_another_machine_is_one_error():
    site = Site(Versions(), Access.of("127.0.0.1"), print, lambda: None)
    with pytest.raises(BuildError, match=r"192\.0\.2\.1:8050 cannot be served on: .*--host"):
        make_server(site, "192.0.2.1", 8050)


def test_without_a_bridge_its_requests_say_so(running):
    answer = running.ask("/_pyrt/bridge/_dash-update-component", "POST", "{}")
    assert answer.status == 502
    assert b"server callbacks does not run" in answer.read()
