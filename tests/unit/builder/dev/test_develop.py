"""The addresses that `pyrt dev` writes, and what it says of changes."""

from pathlib import Path

import pytest

from pyrt_build.app.config import SiteConfig
from pyrt_build.dev import develop
from pyrt_build.dev.develop import Options
from pyrt_build.dev.server import Report


@pytest.fixture
def session(tmp_path, capsys):
    made = develop._Session(SiteConfig(tmp_path, tmp_path), Options())
    made._files = "app.py"
    files = {"index.html": b'<script id="pyrt-manifest">{"images": []}</script>'}
    made.versions.add(files, {"app.py": b"1"}, "assets/")
    return made


def test_what_a_page_tells_is_written_once_for_all_tabs(session, capsys):
    for _ in range(3):
        session._reported(Report(1, ok=True, ms=31, message=""))
    assert capsys.readouterr().err.count("app.py: runs (31 ms)") == 1
    session._reported(Report(1, ok=False, ms=5, message="NameError in app.py, line 3"))
    assert "the version before goes on.\nNameError in app.py, line 3" in capsys.readouterr().err


def test_what_a_page_tells_of_an_older_version_is_not_written(session, capsys):
    session._reported(Report(0, ok=True, ms=1, message=""))
    assert capsys.readouterr().err == ""


def test_an_error_of_the_build_is_written_once(session, capsys):
    class Broken:
        def follow(self, changed):
            raise OSError("gone")

    for _ in range(2):
        session._follow(Broken(), {Path("app.py")})
    assert capsys.readouterr().err.count("gone") == 1
    assert session.versions.changes(1, 1) == {"version": 2, "error": "gone"}
    session._reported(Report(2, ok=False, ms=1, message="gone"))
    assert capsys.readouterr().err == ""


class Unfinished:
    """An app whose file is half-written when it is read first."""

    def __init__(self):
        self.reads = 0

    def follow(self, changed):
        self.reads += 1
        if self.reads == 1:
            raise OSError("half-written")


def test_a_file_that_may_be_half_written_is_read_again(session, capsys, monkeypatch):
    app = Unfinished()
    monkeypatch.setattr(develop._Session, "_add", lambda self, app: True)
    session._follow(app, {Path("app.py")})
    assert app.reads == 2
    assert (capsys.readouterr().err, session.versions.newest.error) == ("", "")


def test_packages_are_not_looked_for_again(session, capsys):
    app = Unfinished()
    session._follow(app, {Path("requirements.txt")})
    assert (app.reads, session.versions.newest.error) == (1, "half-written")


@pytest.mark.parametrize(
    ("host", "expected"), [("127.0.0.1", ["127.0.0.1"]), ("192.0.2.7", ["192.0.2.7"])]
)
def test_an_address_is_that_of_the_host(host, expected):
    assert list(develop._hosts(host)) == expected


def test_the_address_for_a_network_can_be_typed_on_a_telephone():
    *_, last = develop._hosts("0.0.0.0")
    assert last == "127.0.0.1"
    assert "0.0.0.0" not in develop._hosts("0.0.0.0")


def test_a_line_names_three_files_at_most():
    paths = {Path(f"/p/{name}.py") for name in "abcde"}
    assert develop._name(paths, Path("/p")) == "a.py, b.py, c.py and 2 more"


def test_a_file_elsewhere_is_named_without_its_folder():
    assert develop._name({Path(".env"), Path("/p/a.py")}, Path("/p")) == ".env, a.py"
