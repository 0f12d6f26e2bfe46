"""A single file is written whole, and takes the place of nothing but an older one."""

import errno
from pathlib import Path

import pytest

from pyrt_build.errors import BuildError
from pyrt_build.single_file.write import check_place, write

OLD = b"<!DOCTYPE html>\n<html data-pyrt-single-file data-root"


def test_a_file_is_written_with_its_folders(tmp_path):
    out = tmp_path / "für alle" / "Größe 1.html"
    write(b"new", out)
    assert out.read_bytes() == b"new"
    assert [path.name for path in out.parent.iterdir()] == ["Größe 1.html"]


def test_an_older_one_is_replaced(tmp_path):
    out = tmp_path / "app.html"
    out.write_bytes(OLD)
    write(b"new", out)
    assert out.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "made", "says"),
    [
        ("dist", "folder", "dist is a folder, and --single-file makes a file. Name the file with"),
        ("dist.html", "folder", "/dist.html/app.html"),
        ("app.py", "file", "app.py must end with .html"),
        ("app", None, "must end with .html"),
        ("index.html", "file", "is there already, and no app that --single-file has made"),
    ],
)
def test_what_is_in_the_way_stays(tmp_path, name, made, says):
    out = tmp_path / name
    if made == "folder":
        out.mkdir()
    elif made:
        out.write_bytes(b"<html>mine")
    with pytest.raises(BuildError, match=says):
        check_place(out)
    with pytest.raises(BuildError):
        write(b"new", out)
    assert not out.is_file() or out.read_bytes() == b"<html>mine"


def test_a_place_that_cannot_be_written_to_is_said_before_the_build(tmp_path, monkeypatch):
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(BuildError, match=r"this is a file \(.*notes\)"):
        check_place(tmp_path / "notes" / "new" / "app.html")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(BuildError, match="you may not write to this folder"):
        check_place(tmp_path / "new" / "app.html")


def test_when_the_disk_is_full_the_older_one_stays(tmp_path, monkeypatch):
    out = tmp_path / "app.html"
    out.write_bytes(OLD)

    def full(self, target):
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(BuildError, match=r"disk of .*app\.html is full"):
        write(b"new", out)
    assert [path.name for path in tmp_path.iterdir()] == ["app.html"]
    assert out.read_bytes() == OLD
