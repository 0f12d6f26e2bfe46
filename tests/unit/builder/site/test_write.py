"""A site is written to a folder; an older site is replaced, other folders are not."""

import pytest

from pyrt_build.errors import BuildError
from pyrt_build.site.write import write

SITE = {"index.html": b"new", "pyrt/page.js": b"", "pyrt-lock.json": b"{}"}


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
