"""The standard library of the browser, as far as CPython can test it."""

import asyncio
import io
import sys
from types import ModuleType

import pytest

from pyrt import browser_stdlib
from pyrt.browser_stdlib import HttpResponse, read_body, to_http_client


def test_what_a_tab_lacks_says_so_and_names_another_way(tab):
    """The classes of the errors are those of CPython: code that catches them still works."""
    with pytest.raises(OSError, match=r"no processes.*Python function.*serve-bridge"):
        tab("subprocess").run(["ls"], check=True)
    with pytest.raises(OSError, match=r"no sockets.*requests, urllib.request"):
        tab("socket").create_connection(("127.0.0.1", 9))


def test_modules_are_patched_once_and_can_show_their_source(tab):
    browser_stdlib.install()
    assert sum(isinstance(finder, browser_stdlib._Finder) for finder in sys.meta_path) == 1
    module = tab("subprocess")
    assert "def run(" in module.__loader__.get_source("subprocess")
    assert sys.meta_path[0].find_spec("json", None) is None


def test_a_script_that_opens_its_page_goes_on(tab):
    assert tab("webbrowser").open_new("http://localhost:8050") is False


@pytest.fixture
def pyodide(monkeypatch, modules_of_a_tab):
    """The modules of Pyodide in which synchronous code waits; `asyncio.run` comes back."""
    ffi, webloop = ModuleType("pyodide.ffi"), ModuleType("pyodide.webloop")
    webloop.WebLoop = type("WebLoop", (), {})  # type: ignore[attr-defined]
    package = ModuleType("pyodide")
    package.ffi, package.webloop = ffi, webloop  # type: ignore[attr-defined]
    for name, module in (("", package), (".ffi", ffi), (".webloop", webloop)):
        monkeypatch.setitem(sys.modules, f"pyodide{name}", module)
    monkeypatch.setattr(asyncio, "run", asyncio.run)
    return package


def test_without_switching_what_waits_says_what_to_write(pyodide):
    async def work():
        raise AssertionError("it must not begin")

    browser_stdlib.install(switching=False)
    loop = pyodide.webloop.WebLoop()
    for wait, call in (
        (asyncio.run, r"asyncio\.run\(work\(\)\)"),
        (loop.run_until_complete, r"loop\.run_until_complete\(work\(\)\)"),
        (pyodide.ffi.run_sync, r"run_sync\(work\(\)\)"),
    ):
        with pytest.raises(RuntimeError, match=rf"Write `await work\(\)` in place of `{call}`"):
            wait(work())


def test_with_switching_what_waits_is_left_alone(pyodide):
    run = asyncio.run
    browser_stdlib.install(switching=True)
    assert asyncio.run is run
    assert not hasattr(pyodide.ffi, "run_sync")


def answer(status=200, body=b"abc", *headers):
    return HttpResponse("https://x.org/final", status, "Fine", list(headers), body)


def test_an_answer_is_read_as_from_a_socket():
    """What the browser has unpacked is not unpacked again."""
    headers = ("Content-Type: text/csv; charset=utf-8", "content-encoding: gzip", "X-Own: 1")
    response = to_http_client(answer(200, b"a,b\n", *headers), "GET")
    assert (response.status, response.reason, response.url) == (200, "Fine", "https://x.org/final")
    assert response.headers.get_content_charset() == "utf-8"
    assert response.getheader("X-Own") == "1"
    assert response.getheader("Content-Encoding") is None
    assert response.read() == b"a,b\n"


def test_urllib_asks_the_browser_and_raises_what_it_always_raises(tab, monkeypatch):
    sent = []

    def send(method, url, headers, data):
        sent.append((method, url, headers, data))
        if url.endswith("nowhere"):
            raise ConnectionError("no answer")
        return answer(404 if url.endswith("lost") else 200)

    monkeypatch.setattr(browser_stdlib, "send", send)
    request = tab("urllib.request")
    with request.urlopen("https://x.org/a") as response:
        assert response.read() == b"abc"
    request.urlopen(request.Request("http://x.org/b", data=b"1", method="PUT"))
    assert [each[:2] for each in sent] == [("GET", "https://x.org/a"), ("PUT", "http://x.org/b")]
    assert sent[1][3] == b"1"
    with pytest.raises(request.HTTPError, match="404"):
        request.urlopen("https://x.org/lost")
    with pytest.raises(request.URLError, match="no answer"):
        request.urlopen("https://x.org/nowhere")


@pytest.mark.parametrize(
    "body", [b"ab", bytearray(b"ab"), io.BytesIO(b"ab"), io.StringIO("ab"), [b"a", b"b"]]
)
def test_a_body_is_given_in_many_ways(body):
    assert read_body(body) == b"ab"


@pytest.mark.parametrize("name", ["werkzeug.serving", "wsgiref.simple_server"])
def test_a_server_that_the_script_starts_for_its_app_serves_nothing(tab, name):
    serving = tab(name)
    with serving.make_server("127.0.0.1", 8050, object()) as server:
        server.serve_forever()
        server.shutdown()
    if name == "werkzeug.serving":
        serving.run_simple("localhost", 8050, object(), use_reloader=True)
