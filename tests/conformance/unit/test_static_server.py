"""The file server behaves as the usual hosts of static sites."""

import httpx
import pytest

from tests.conformance.harness.static_server import StaticServer


@pytest.fixture
def site(tmp_path):
    (tmp_path / "folder").mkdir()
    for name in ("index.html", "404.html", "folder/index.html"):
        (tmp_path / name).write_text(name)
    (tmp_path / "app.wasm").write_bytes(b"\0asm")
    servers = []

    def serve(*args):
        server = StaticServer(tmp_path, *args)
        servers.append(server)
        return server, httpx.Client(base_url=server.harness_url, trust_env=False)

    yield serve
    for server in servers:
        server.close()


PAGE = {"Accept": "text/html"}


def test_files_and_folders(site):
    _, client = site()
    with client:
        assert client.get("/").text == "index.html"
        assert client.get("/folder/").text == "folder/index.html"
        moved = client.get("/folder?a=1")
        assert (moved.status_code, moved.headers["Location"]) == (301, "/folder/?a=1")
        assert client.get("/app.wasm").headers["Content-Type"] == "application/wasm"
        head = client.head("/")
        assert (head.text, head.headers["Content-Length"]) == ("", "10")


def test_what_does_not_exist_is_recorded(site):
    server, client = site()
    with client:
        missing = client.get("/nowhere", headers=PAGE)
        assert (missing.status_code, missing.text) == (404, "404.html")
        assert client.get("/x.js").status_code == 404
        assert client.post("/_dash-update-component", content=b"x").status_code == 405
        fallbacks = client.get("/__conf__/fallbacks").json()
    assert fallbacks == [f"{server.harness_url}/nowhere"]
    assert server.site.misses == ["/nowhere", "/x.js", "POST /_dash-update-component"]


def test_pages_of_a_single_page_application(site):
    _, client = site("spa")
    with client:
        page = client.get("/nowhere", headers=PAGE)
        assert (page.status_code, page.text) == (200, "index.html")
        assert client.get("/x.js").status_code == 404


def test_headers_are_added(site):
    _, client = site("404html", [("Cross-Origin-Opener-Policy", "same-origin")])
    with client:
        response = client.get("/")
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_files_outside_of_the_site_are_not_sent(site, tmp_path):
    (tmp_path.parent / "secret.txt").write_text("secret")
    _, client = site()
    with client:
        assert client.get("/%2e%2e/secret.txt").status_code == 404


def test_a_lock_has_one_holder(site):
    _, client = site()

    def ask(operation, who):
        return client.get(f"/__conf__/lock?name=l&op={operation}&who={who}").text

    with client:
        assert ask("acquire", "test") == "1"
        assert ask("acquire", "app") == "0"
        assert ask("peek", "app") == "0"
        assert ask("release", "test") == "1"
        assert ask("acquire", "app") == "1"
