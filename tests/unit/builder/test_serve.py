"""`pyrt serve`: paths, types, caching, compression and ranges."""

import gzip
import socket

import pytest

from pyrt_build.errors import BuildError
from pyrt_build.serve import make_server, respond


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    for path, data in {
        "index.html": b"<p>start</p>",
        "404.html": b"<p>lost</p>",
        "about/index.html": b"<p>about</p>",
        "pyrt/runtime-0123456789ab/pyodide.asm.wasm": b"\0asm" * 1000,
        "assets/numbers.txt": b"0123456789",
        "assets/a b.txt": b"space",
    }.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (tmp_path / "secret.txt").write_text("hush")
    return folder


def test_a_folder_is_answered_by_its_index(site):
    for target in ("/", "/?x=1", "/about/"):
        got = respond(site, target, {})
        assert got.status == 200
        assert got.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_folder_without_slash_is_redirected_with_its_query(site):
    got = respond(site, "/about?x=1", {})
    assert (got.status, got.headers["Location"]) == (301, "/about/?x=1")


def test_unknown_addresses_get_404_html_with_status_404(site):
    got = respond(site, "/nowhere/at/all", {})
    assert (got.status, got.body) == (404, b"<p>lost</p>")


@pytest.mark.parametrize(
    "target", ["/../secret.txt", "/%2e%2e/secret.txt", "//../secret.txt", "/\0../secret.txt"]
)
def test_nothing_outside_of_the_folder_is_served(site, target):
    assert respond(site, target, {}).status == 404
    assert b"hush" not in respond(site, target, {}).body


def test_types_and_caching(site):
    got = respond(site, "/pyrt/runtime-0123456789ab/pyodide.asm.wasm", {})
    assert got.headers["Content-Type"] == "application/wasm"
    assert "immutable" in got.headers["Cache-Control"]
    assert respond(site, "/", {}).headers["Cache-Control"] == "no-cache"
    assert respond(site, "/assets/a%20b.txt", {}).body == b"space"


def test_an_unchanged_file_is_not_sent_again(site):
    tag = respond(site, "/", {}).headers["ETag"]
    again = respond(site, "/", {"if-none-match": tag})
    assert (again.status, again.body) == (304, b"")
    (site / "index.html").write_text("<p>changed</p>")
    assert respond(site, "/", {"if-none-match": tag}).status == 200


def test_large_files_are_compressed_for_who_can_read_it(site):
    url = "/pyrt/runtime-0123456789ab/pyodide.asm.wasm"
    got = respond(site, url, {"accept-encoding": "gzip, br"})
    assert got.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(got.body) == b"\0asm" * 1000
    assert "Content-Encoding" not in respond(site, url, {}).headers


@pytest.mark.parametrize(
    ("asked", "body", "span"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=5-99", b"56789", "bytes 5-9/10"),
    ],
)
def test_a_range_is_answered_by_that_part(site, asked, body, span):
    got = respond(site, "/assets/numbers.txt", {"range": asked, "accept-encoding": "gzip"})
    assert (got.status, got.body, got.headers["Content-Range"]) == (206, body, span)


def test_a_range_beyond_the_end_is_refused_and_a_strange_one_ignored(site):
    beyond = respond(site, "/assets/numbers.txt", {"range": "bytes=20-30"})
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, "bytes */10")
    assert respond(site, "/assets/numbers.txt", {"range": "lines=1-2"}).status == 200


def test_a_range_of_another_version_is_answered_by_the_whole(site):
    got = respond(site, "/assets/numbers.txt", {"range": "bytes=2-4", "if-range": '"old"'})
    assert (got.status, got.body) == (200, b"0123456789")


def test_a_port_in_use_is_named(site):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BuildError) as caught:
            make_server(site, "127.0.0.1", port)
    assert str(caught.value) == (
        f"127.0.0.1:{port} cannot be served on: Address already in use. Choose another with --port."
    )


def test_a_folder_without_a_site_is_named(tmp_path):
    with pytest.raises(BuildError, match="There is no site in"):
        make_server(tmp_path, "127.0.0.1", 0)
