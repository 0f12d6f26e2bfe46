"""A site is written to a folder; what an earlier build wrote there is removed, and nothing else."""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path, PureWindowsPath

import pytest
from filelock import FileLock

from pyrt_build import cache, hashes
from pyrt_build.errors import BuildError
from pyrt_build.site import write as module
from pyrt_build.site.write import LIST_FILE, extended, same_but_case, write
from tests.support.workspace import write_files

SITE = {"index.html": b"new", "pyrt/page.js": b"", "pyrt-lock.json": b"{}"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path_factory.mktemp("cache")))


def contents(folder):
    """The files of a folder without pyrt's list."""
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    return found - {LIST_FILE}


def test_a_site_is_written_with_its_folders(tmp_path):
    write(SITE, tmp_path / "deep" / "dist")
    assert contents(tmp_path / "deep" / "dist") == set(SITE)
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["dist"]


def test_of_an_older_site_nothing_stays(tmp_path):
    out = tmp_path / "dist"
    write({**SITE, "old.js": b"", "deep/down/old.js": b""}, out)
    write(SITE, out)
    assert contents(out) == set(SITE)
    assert sorted(p.name for p in out.iterdir()) == sorted(
        ["index.html", LIST_FILE, "pyrt", "pyrt-lock.json"]
    )
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_a_site_without_a_list_is_replaced_and_git_and_cname_stay(tmp_path):
    """As an earlier release of pyrt wrote it."""
    write_files(
        tmp_path,
        {"pyrt-lock.json": "{}", "index.html": "old", "old.js": "", "CNAME": "", ".git/HEAD": ""},
    )
    write(SITE, tmp_path)
    assert contents(tmp_path) == {*SITE, "CNAME", ".git/HEAD"}


def test_an_empty_folder_may_be_taken(tmp_path):
    (tmp_path / "dist").mkdir()
    write(SITE, tmp_path / "dist")
    assert contents(tmp_path / "dist") == set(SITE)


def test_what_others_put_there_stays(tmp_path):
    """`git init`, a CNAME, and another build."""
    foreign = {".git/HEAD": "ref", "CNAME": "a.example", ".nojekyll": "", "pkg/README": "mine"}
    write({**SITE, "pkg/a.js": b""}, tmp_path)
    write_files(tmp_path, foreign)
    write({**SITE, "index.html": b"newer"}, tmp_path)
    assert contents(tmp_path) == {*SITE, *foreign}
    assert (tmp_path / "index.html").read_bytes() == b"newer"


@pytest.mark.parametrize("name", ["index.html", "pyrt", "pyrt/page.js", LIST_FILE])
def test_a_file_in_the_way_stops_everything_and_is_named(tmp_path, name):
    write_files(tmp_path, {name: "mine", "thesis.tex": "years of work"})
    if name == LIST_FILE:
        (tmp_path / name).write_text("")
        (tmp_path / "index.html").write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(BuildError, match="has files that are not of a site of pyrt") as caught:
        write(SITE, tmp_path)
    assert ("index.html" if name == LIST_FILE else name) in str(caught.value)
    assert contents(tmp_path) == before
    if name != LIST_FILE:
        assert (tmp_path / name).read_text() == "mine"


def test_a_folder_in_the_way_and_a_link_out_of_the_folder_are_named(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    out = tmp_path / "dist"
    write_files(out, {"index.html/x": ""})
    (out / "pyrt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BuildError, match=r"names: index\.html, pyrt\."):
        write(SITE, out)
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("line", ["../outside", "/etc/passwd", "", "a/../../outside"])
def test_a_list_cannot_name_files_outside(tmp_path, line):
    write_files(tmp_path, {"outside": "mine"})
    out = tmp_path / "dist"
    write(SITE, out)
    with (out / LIST_FILE).open("a") as file:
        file.write(f"{line}\n")
    write(SITE, out)
    assert (tmp_path / "outside").read_text() == "mine"


def test_a_file_becomes_a_folder_and_a_folder_a_file(tmp_path):
    write({**SITE, "about": b"", "news/index.html": b""}, tmp_path)
    write({**SITE, "about/index.html": b"", "other": b""}, tmp_path)
    assert contents(tmp_path) == {*SITE, "about/index.html", "other"}


def test_a_link_to_a_folder_is_followed_and_stays(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "dist").symlink_to(tmp_path / "real")
    for site in (SITE, {**SITE, "index.html": b"newer"}):
        write(site, tmp_path / "dist")
    assert (tmp_path / "dist").is_symlink()
    assert contents(tmp_path / "real") == set(SITE)


def test_the_folder_itself_stays_as_a_mount_point_must(tmp_path):
    """Its number is the same, and nothing is made beside it."""
    write(SITE, tmp_path / "dist")
    before = (tmp_path / "dist").stat().st_ino
    write({**SITE, "index.html": b"newer"}, tmp_path / "dist")
    assert (tmp_path / "dist").stat().st_ino == before


INTO_A_MOUNT = """
    import sys
    from pathlib import Path
    from pyrt_build.site.write import write

    out = Path(sys.argv[1])
    write({"index.html": b"old", "old.js": b"", "pyrt-lock.json": b"{}"}, out)
    (out / "CNAME").write_text("a.example")
    write({"index.html": b"new", "pyrt-lock.json": b"{}"}, out)
    print(out.is_mount(), *sorted(path.name for path in out.iterdir()))
"""


def can_mount():
    """Tell whether this user may mount in a namespace of its own, and unmount by leaving it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    return (
        subprocess.run([unshare, "-rm", "true"], check=False, capture_output=True).returncode == 0
    )


@pytest.mark.skipif(not can_mount(), reason="this user may not mount file systems")
def test_a_file_system_of_its_own_takes_a_site_and_the_next(tmp_path):
    out, lines = tmp_path / "dist", textwrap.dedent(INTO_A_MOUNT)
    out.mkdir()
    mount_and_run = 'mount -t tmpfs none "$1" && exec "$2" -c "$3" "$1"'
    command = ["unshare", "-rm", "sh", "-c", mount_and_run, "sh", out, sys.executable, lines]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "CNAME", "index.html", LIST_FILE, "pyrt-lock.json"]
    assert list(out.iterdir()) == [], "the file system has gone with its namespace"


def test_a_file_with_the_name_of_the_folder_is_left_alone(tmp_path):
    (tmp_path / "dist").write_text("a file")
    with pytest.raises(BuildError, match="is a file; give a folder with --out"):
        write(SITE, tmp_path / "dist")
    assert (tmp_path / "dist").read_text() == "a file"


def test_a_failure_leaves_the_older_site_and_nothing_else(tmp_path):
    out = tmp_path / "dist"
    write(SITE, out)
    impossible = {**SITE, "index.html": b"broken", "x": b"", "x/inside-a-file": b""}
    with pytest.raises(BuildError, match="cannot be written to"):
        write(impossible, out)
    assert (out / "index.html").read_bytes() == b"new"
    assert contents(out) == set(SITE)
    with pytest.raises(BuildError, match="cannot be written to"):
        write(impossible, tmp_path / "first" / "time")
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_the_second_build_waits_for_the_first(tmp_path, capsys):
    lock = FileLock(cache.folder("locks") / hashes.sha256(str(tmp_path).encode())[:32])
    lock.acquire()
    second = threading.Thread(target=write, args=(SITE, tmp_path))
    second.start()
    while "Another build writes to" not in capsys.readouterr().err:
        assert second.is_alive()
    assert contents(tmp_path) == set()
    lock.release()
    second.join()
    assert contents(tmp_path) == set(SITE)


def test_a_build_that_waits_too_long_refuses(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "WAIT_S", 0.01)
    with (
        FileLock(cache.folder("locks") / hashes.sha256(str(tmp_path).encode())[:32]),
        pytest.raises(BuildError, match="Another build has been writing"),
    ):
        write(SITE, tmp_path)


WRITER = """
    import itertools, sys
    from pathlib import Path
    from pyrt_build.site.write import write

    def site(version):
        files = {f"pyrt/part{n}-{version}.img": f"{n} {version}".encode() * 500 for n in range(40)}
        files |= {f"{page}index.html": f"{version}".encode() for page in ("", "a/", "b/")}
        return files | {"pyrt-lock.json": b"{}"}

    for version in itertools.count(int(sys.argv[2])):
        print(version, flush=True)
        write(site(version), Path(sys.argv[1]))
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process by a signal")
def test_a_build_that_is_killed_at_any_moment_leaves_pages_that_work(tmp_path):
    out, choose, version = tmp_path / "dist", random.Random(7), 0
    write_files(out, {".git/HEAD": "ref", "CNAME": "a.example"})
    for _ in range(30):
        command = [sys.executable, "-c", textwrap.dedent(WRITER), str(out), str(version)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline(), "it writes"
            time.sleep(choose.uniform(0, 0.03))  # the moment is what is tested
            process.send_signal(signal.SIGKILL)
            written = process.stdout.read().split()
        version = int(written[-1]) + 1 if written else version + 1
        for page in (out / "index.html", out / "a" / "index.html", out / "b" / "index.html"):
            if not page.exists():  # killed before there was a first site
                continue
            number = page.read_text()
            parts = sorted(out.glob(f"pyrt/part*-{number}.img"))
            assert len(parts) == 40, f"{page} has all that it names"
            assert all(part.stat().st_size >= 1000 for part in parts)
    write(SITE, out)
    assert contents(out) == {*SITE, ".git/HEAD", "CNAME"}
    assert [p.name for p in tmp_path.iterdir()] == ["dist"]


def test_paths_of_windows_may_be_long():
    assert extended(r"C:\Users\me\dist") == r"\\?\C:\Users\me\dist"
    assert extended(r"\\host\share\dist") == r"\\?\UNC\host\share\dist"
    assert extended(r"\\?\C:\dist") == r"\\?\C:\dist"
    below = PureWindowsPath(extended("C:\\dist")) / "pkg/a/b.js"
    assert str(below) == r"\\?\C:\dist\pkg\a\b.js", "such paths have no slashes"


def test_names_that_differ_in_case_are_one_elsewhere():
    assert same_but_case(["a/X.png", "b", "a/x.png", "Ä", "ä"]) == [
        ["a/X.png", "a/x.png"],
        ["Ä", "ä"],
    ]


def test_a_full_disk_is_named_and_leaves_the_older_site(tmp_path, monkeypatch):
    out = tmp_path / "dist"
    write(SITE, out)
    before = {path: (out / path).read_bytes() for path in contents(out)}
    write_bytes = Path.write_bytes

    def fill(path, data):
        if data == b"newer":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write_bytes(path, data)

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(BuildError, match=r"The disk of .*dist is full: the site has 0 MB"):
        write({**SITE, "index.html": b"newer", "pyrt/new.js": b"1"}, out)
    assert {path: (out / path).read_bytes() for path in contents(out)} == before
