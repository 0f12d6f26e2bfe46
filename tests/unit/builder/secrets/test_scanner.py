"""Findings have a place and a kind, and never the secret; nothing is asked of anyone."""

import gzip
import socket

import pytest

from pyrt_build.secrets import scanner
from pyrt_build.secrets.scanner import Finding, Kind, Level, scan
from tests.support.traps import github_token, private_key


@pytest.fixture(autouse=True)
def offline(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))

    def refuse(*args):
        raise AssertionError("the scanner asks a service")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def test_each_line_has_one_finding_the_surest():
    text = f'a = 1\npassword = "{github_token("m")}"\n{private_key("m")}'
    assert scan(text.encode(), Kind.PYTHON)[:2] == [
        Finding(Level.CERTAIN, "a GitHub token", 2),
        Finding(Level.CERTAIN, "a private key", 3),
    ]


def test_a_finding_in_an_archive_names_the_file_in_it():
    (found,) = scan(gzip.compress(private_key("m").encode()))
    assert (found.level, found.line) == (Level.CERTAIN, 1)


def test_the_second_scan_is_read_from_the_cache_which_has_no_secret(tmp_path, monkeypatch):
    token = github_token("m")
    first = scan(token.encode(), Kind.PYTHON)
    assert first
    for file in (tmp_path / "cache" / "scanned").iterdir():
        assert token not in file.read_text()
    monkeypatch.setattr(scanner, "_scan", None)
    assert scan(token.encode(), Kind.PYTHON) == first


def test_an_ordinary_content_has_none():
    assert scan(b"a,b\n1,2\n") == []
    assert scan(bytes(range(256)) * 1000) == []
