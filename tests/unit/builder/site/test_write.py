"""A site is written to a folder; an older site is replaced, other folders are not."""

import threading
from pathlib import Path

import pytest

from pyrt_build import cache
from pyrt_build.errors import BuildError
from pyrt_build.site.write import write

SITE = {"index.html": b"new", "pyrt/page.js": b"", "pyrt-lock.json": b"{}"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """The locks of folders are in the cache."""
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path_factory.mktemp("cache")))


def contents(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_site_is_written_with_its_folders(tmp_path):
    write(SITE, tmp_path / "deep" / "dist")
    assert contents(tmp_path / "deep" / "dist") == set(SITE)
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["dist"]


def test_an_older_site_is_replaced_whole(tmp_path):
    out = tmp_path / "dist"
    write({**SITE, "old.js": b""}, out)
    write(SITE, out)
    assert contents(out) == set(SITE)
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_an_empty_folder_may_be_taken(tmp_path):
    (tmp_path / "dist").mkdir()
    write(SITE, tmp_path / "dist")
    assert contents(tmp_path / "dist") == set(SITE)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(BuildError, match="is not empty and no site of pyrt"):
        write(SITE, tmp_path)
    assert contents(tmp_path) == {"thesis.tex"}


def test_a_file_with_the_name_of_the_folder_is_left_alone(tmp_path):
    (tmp_path / "dist").write_text("a file")
    with pytest.raises(BuildError, match="is a file; give a folder with --out"):
        write(SITE, tmp_path / "dist")
    assert (tmp_path / "dist").read_text() == "a file"


def test_a_failure_leaves_the_older_site_and_nothing_else(tmp_path):
    out = tmp_path / "dist"
    write(SITE, out)
    impossible = {**SITE, "index.html": b"broken", "pyrt/page.js/inside-a-file": b""}
    with pytest.raises(BuildError, match="cannot be written to"):
        write(impossible, out)
    assert (out / "index.html").read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_a_full_disk_is_named_and_leaves_the_older_site(tmp_path, monkeypatch):
    out = tmp_path / "dist"
    write(SITE, out)
    write_bytes = Path.write_bytes

    def fill(path, data):
        if path.name == "pyrt-lock.json":
            raise OSError(28, "No space left on device", str(path))
        return write_bytes(path, data)

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(BuildError, match=r"The disk is full: the site \(0 MB\) does not fit") as it:
        write({**SITE, "index.html": b"newer"}, out)
    assert str(out) in str(it.value)
    assert (out / "index.html").read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_what_a_killed_build_has_left_is_removed(tmp_path):
    out = tmp_path / "dist"
    write(SITE, out)
    (tmp_path / ".dist-x1" / "new").mkdir(parents=True)
    (tmp_path / ".dist-x1" / "new" / "index.html").write_text("half")
    (tmp_path / ".dist-own").mkdir()
    (tmp_path / ".dist-own" / "notes.txt").write_text("not of pyrt")
    write(SITE, out)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".dist-own", "dist"]


def test_the_older_site_comes_back_if_a_build_was_killed_in_the_last_moment(tmp_path):
    out = tmp_path / "dist"
    write(SITE, out)
    (tmp_path / ".dist-x1").mkdir()
    out.rename(tmp_path / ".dist-x1" / "old")
    impossible = {**SITE, "index.html/inside-a-file": b""}
    with pytest.raises(BuildError, match="cannot be written to"):
        write(impossible, out)
    assert contents(out) == set(SITE)
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_builds_into_the_same_folder_wait_for_each_other(tmp_path):
    out = tmp_path / "dist"
    sites = [{**SITE, **{f"{n}-{i}.js": b"x" * 1000 for i in range(50)}} for n in range(4)]
    failed = []

    def build(site):
        try:
            for _ in range(5):
                write(site, out)
        except BaseException as error:  # noqa: BLE001 -- of a thread
            failed.append(error)

    builds = [threading.Thread(target=build, args=(site,)) for site in sites]
    for thread in builds:
        thread.start()
    for thread in builds:
        thread.join()
    assert failed == []
    assert contents(out) in [set(site) for site in sites]
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_a_folder_that_another_build_writes_is_waited_for(tmp_path, monkeypatch):
    out, waits, written = tmp_path / "dist", threading.Event(), threading.Event()
    monkeypatch.setattr(cache, "progress", lambda text: waits.set())
    with cache.locked(f"site {out}", "this test"):

        def build():
            write(SITE, out)
            written.set()

        other = threading.Thread(target=build)
        other.start()
        assert waits.wait(30)
        assert not written.is_set()
    other.join()
    assert contents(out) == set(SITE)
