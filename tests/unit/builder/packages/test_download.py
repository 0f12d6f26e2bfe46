"""Downloads that break off are continued; what arrives is checked."""

import contextlib
import hashlib
import os
import socket
import threading
import time

import pytest

from pyrt_build.errors import BuildError
from pyrt_build.packages import download
from pyrt_build.packages.download import Unreachable
from tests.support.file_host import file_host
from tests.support.ports import Port

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(download, "PAUSE_S", 0)
    monkeypatch.setattr(download, "_connected", set())
    return tmp_path / "cache"


@pytest.fixture
def host():
    with file_host() as made:
        made.files["numpy.whl"] = CONTENT
        yield made


@pytest.fixture
def fetch(host, tmp_path):
    path = tmp_path / "numpy.whl"

    def run(sha256=SHA256):
        download.fetch(f"{host.address}/numpy.whl", path, sha256)
        return path.read_bytes()

    return run


def ranges(host):
    return [wanted for _, wanted in host.asked]


def test_a_file_is_downloaded_once(host, fetch, tmp_path, capsys):
    assert fetch() == CONTENT
    assert fetch() == CONTENT
    assert ranges(host) == [None]
    assert not (tmp_path / "numpy.whl.part").exists()
    assert capsys.readouterr().err == "Downloading numpy.whl from 127.0.0.1 (1.0 MB)\n"


def test_a_download_that_breaks_off_goes_on_where_it_was(host, fetch, capsys):
    host.break_after = [100_000, 500_000]
    assert fetch() == CONTENT
    assert ranges(host) == [None, "bytes=100000-", "bytes=600000-"]
    assert "continued after 600 kB (1.0 MB)" in capsys.readouterr().err


def test_the_next_build_continues_what_an_earlier_one_began(host, fetch):
    host.break_after = [300_000, *[0] * download.MAX_FAILURES]
    with pytest.raises(Unreachable, match=r"the connection broke.*300 kB are kept; the next"):
        fetch()
    host.asked.clear()
    assert fetch() == CONTENT
    assert ranges(host) == ["bytes=300000-"]


def test_a_host_without_ranges_sends_all_of_it_again(host, fetch):
    host.has_ranges = False
    host.break_after = [300_000]
    assert fetch() == CONTENT
    assert ranges(host) == [None, "bytes=300000-"]


@pytest.mark.parametrize("kept", [b"of another file", CONTENT[:-1] + b"x", CONTENT + b"and more"])
def test_a_kept_part_of_another_file_does_no_harm(fetch, tmp_path, kept):
    (tmp_path / "numpy.whl.part").write_bytes(kept)
    assert fetch() == CONTENT


def test_another_hash_is_refused_and_not_kept(host, fetch, tmp_path):
    with pytest.raises(BuildError, match=r"numpy\.whl from .* is truncated or damaged"):
        fetch("0" * 64)
    assert ranges(host) == [None]
    assert [path.name for path in tmp_path.glob("numpy.whl*")] == ["numpy.whl.lock"]
    assert fetch() == CONTENT


def test_a_page_in_place_of_the_file_is_named(host, fetch):
    """As proxies and hotels send them, with the status 200."""
    host.page = "<!DOCTYPE html><html><head><title>\n Please log in </title>"
    with pytest.raises(Unreachable, match="answers with a web page \\('Please log in'\\) in place"):
        fetch()
    with pytest.raises(Unreachable, match="a web page"):
        download.fetch_unchecked(f"{host.address}/lock.json")
    host.page = ""
    assert fetch() == CONTENT


def test_an_error_that_may_pass_is_tried_again(host, fetch):
    host.statuses = [503, 429]
    assert fetch() == CONTENT
    assert len(host.asked) == 3


def test_an_error_that_stays_is_reported_with_what_the_host_says(host, fetch):
    host.statuses = [503] * 9
    with pytest.raises(Unreachable, match="answers 503 Service Unavailable"):
        fetch()
    assert len(host.asked) == download.MAX_FAILURES


@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_is_final(host, fetch, status):
    host.statuses = [status]
    with pytest.raises(Unreachable, match=f"answers {status} "):
        fetch()
    assert len(host.asked) == 1


def test_a_host_that_does_not_answer_is_left_alone_for_a_while(cache, tmp_path):
    gone = Port()
    url = f"http://127.0.0.1:{gone.number}/numpy.whl"
    with pytest.raises(Unreachable, match="refused"):
        download.fetch(url, tmp_path / "numpy.whl", SHA256)
    with pytest.raises(Unreachable, match="a short while ago"):
        download.fetch_unchecked(url)
    for memo in (cache / "unreachable").iterdir():
        long_ago = time.time() - download.RETRY_AFTER_S - 1
        os.utime(memo, (long_ago, long_ago))
    with pytest.raises(Unreachable, match="refused"):
        download.fetch_unchecked(url)


def test_a_network_that_lets_nothing_through_is_given_up_soon(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "CONNECT_S", 0.2)
    asked: list[object] = []
    monkeypatch.setattr("urllib.request.urlopen", asked.append)
    with contextlib.ExitStack() as opened:
        silent = opened.enter_context(socket.socket())
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        for _ in range(4):  # what waits for `accept` is full: further connections get no answer
            waiting = opened.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(silent.getsockname())
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a.whl"
        with pytest.raises(Unreachable, match=r"a\.whl: no connection within 0\.2 s"):
            download.fetch(url, tmp_path / "a.whl", SHA256)
        with pytest.raises(Unreachable, match="did not answer a short while ago"):
            download.fetch(url, tmp_path / "a.whl", SHA256)
    assert not asked


def test_two_builds_download_a_file_once(host, fetch):
    threads = [threading.Thread(target=fetch) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fetch() == CONTENT
    assert len(host.asked) == 1


def test_the_size_of_a_file_is_what_the_host_says(host):
    assert download.find_size(f"{host.address}/numpy.whl") == len(CONTENT)
    assert download.find_size(f"{host.address}/none.whl") is None
