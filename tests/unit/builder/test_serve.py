"""`pyrt serve`: paths, types, caching, compression and ranges."""

import gzip
import socket
import struct
import threading

import pytest

from pyrt_build import serve
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


@pytest.mark.parametrize(
    "target",
    ["/" + "a" * 5000, "/" + "a/" * 2500, "/" + "%61" * 1600, "//[", "/%ff%fe", "/?" + "x" * 5000],
)
def test_every_address_is_answered(site, target):
    assert respond(site, target, {}).status == (200 if "?" in target else 404)


def test_links_in_a_circle_are_not_found(site):
    (site / "circle").symlink_to("circle")
    assert respond(site, "/circle", {}).status == 404


def test_a_range_that_ends_before_it_begins_is_ignored(site):
    assert respond(site, "/assets/numbers.txt", {"range": "bytes=5-2"}).status == 200


@pytest.mark.parametrize("header", ["*", '"other", {tag}', "W/{tag}", "{gzip}"])
def test_tags_are_compared_in_all_their_forms(site, header):
    tag = respond(site, "/", {}).headers["ETag"]
    given = header.format(tag=tag, gzip=f'{tag[:-1]}-gzip"')
    assert respond(site, "/", {"if-none-match": given}).status == 304
    assert respond(site, "/", {"if-match": given}).status == 200
    assert respond(site, "/", {"if-match": '"other"'}).status == 412


def test_a_date_is_a_condition_where_there_is_no_tag(site):
    date = respond(site, "/", {}).headers["Last-Modified"]
    assert respond(site, "/", {"if-modified-since": date}).status == 304
    asked = {"if-modified-since": date, "if-none-match": '"other"'}
    assert respond(site, "/", asked).status == 200
    asked = {"range": "bytes=2-4", "if-range": respond(site, "/", {}).headers["Last-Modified"]}
    (site / "assets" / "numbers.txt").touch()
    date = respond(site, "/assets/numbers.txt", {}).headers["Last-Modified"]
    asked = {"range": "bytes=2-4", "if-range": date}
    assert respond(site, "/assets/numbers.txt", asked).status == 206


def test_compressed_bytes_have_a_tag_of_their_own(site):
    """A part of one must never be completed by the rest of the other."""
    url = "/pyrt/runtime-0123456789ab/pyodide.asm.wasm"
    packed = respond(site, url, {"accept-encoding": "gzip"}).headers["ETag"]
    assert packed != respond(site, url, {}).headers["ETag"]
    assert respond(site, url, {"range": "bytes=2-4", "if-range": packed}).status == 200


@pytest.fixture
def address(site):
    with make_server(site, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address
        server.shutdown()


def talk(address, *parts):
    """Send bytes on one connection; return all that comes back."""
    with socket.create_connection(address) as connection:
        connection.settimeout(30)
        connection.sendall(b"".join(parts))
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while part := connection.recv(65536):
            found += part
    return found


def request(method, path="/assets/numbers.txt", **headers):
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_head_is_answered_as_get_without_the_body(address):
    """And without its range, which is defined for GET only."""
    head, _, body = talk(address, request("HEAD", Range="bytes=2-4")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"Content-Length: 10" in head
    assert body == b""
    assert talk(address, request("GET", Range="bytes=20-")).startswith(b"HTTP/1.1 416")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused_and_their_bodies_are_no_requests(address, method):
    smuggled = request("GET")
    head = request(method, **{"Content-Length": str(len(smuggled))})
    answer = talk(address, head, smuggled)
    assert answer.startswith(b"HTTP/1.1 405")
    assert b"Allow: GET, HEAD" in answer
    assert answer.count(b"HTTP/1.1") == 1


def test_many_clients_that_say_nothing_delay_no_other(address):
    idle = [socket.create_connection(address) for _ in range(100)]
    try:
        assert talk(address, request("GET")).endswith(b"0123456789")
    finally:
        for connection in idle:
            connection.close()


def test_a_client_that_leaves_in_the_middle_is_no_error_of_the_server(address, site, capfd):
    (site / "large.bin").write_bytes(bytes(20_000_000))
    with socket.create_connection(address) as connection:
        connection.sendall(request("GET", "/large.bin"))
        connection.recv(1000)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert talk(address, request("GET")).endswith(b"0123456789")
    assert "Traceback" not in capfd.readouterr().err


def test_a_client_on_which_nothing_moves_is_let_go(address, monkeypatch):
    monkeypatch.setattr(serve._Handler, "timeout", 0.2)
    with socket.create_connection(address) as connection:
        connection.settimeout(30)
        connection.sendall(b"GET / HT")
        assert connection.recv(1) == b""
