"""Files that the builder keeps outside of any project."""

import os
import subprocess
import sys
import threading
import time

import pytest

from pyrt_build import cache
from pyrt_build.console.notes import Code
from pyrt_build.console.output import take_notes
from pyrt_build.errors import BuildError


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "used", set())
    take_notes()
    return tmp_path / "cache"


def test_a_folder_is_made_when_it_is_asked_for(root):
    assert not root.exists()
    assert cache.folder("wheels", "deep") == root / "wheels" / "deep"
    assert (root / "wheels" / "deep").is_dir()
    assert cache.folder("wheels", "deep").is_dir(), "also when it is there already"
    assert cache.folder() == root


def test_without_the_variable_it_is_where_the_machine_keeps_caches(tmp_path, monkeypatch):
    monkeypatch.delenv("PYRT_CACHE")
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name, **_: str(tmp_path / name))
    assert cache.folder("x") == tmp_path / "pyrt" / "x"
    monkeypatch.setenv("PYRT_CACHE", "")
    assert cache.folder("x") == tmp_path / "pyrt" / "x"


def test_without_a_folder_that_can_be_written_a_build_goes_on_with_one_note(root):
    root.write_text("a file in its place")
    path = cache.folder("wheels") / "a.whl"
    cache.store(path, b"wheel")
    assert cache.read(path) == b"wheel"
    assert cache.folder("wheels") == path.parent
    assert not path.is_relative_to(root)
    cache.folder("asked")
    (note,) = take_notes()
    assert note.code is Code.NO_CACHE
    assert str(root) in note.text
    assert "Set PYRT_CACHE" in note.text


def test_a_read_only_cache_is_read_and_left_as_it_is(root, monkeypatch):
    cache.store(cache.folder("wheels") / "a.whl", b"known")
    monkeypatch.setattr(cache, "_can_be_written", lambda path: not path.is_relative_to(root))
    folder = cache.folder("wheels")
    assert cache.read(folder / "a.whl") == b"known"
    cache.store(folder / "a.whl", b"newer")
    cache.store(folder / "b.whl", b"new")
    assert cache.read(folder / "a.whl") == b"newer"
    assert [path.name for path in (root / "wheels").iterdir()] == ["a.whl"]
    assert (root / "wheels" / "a.whl").read_bytes() == b"known"
    assert "it is read-only" in take_notes()[0].text


def test_what_was_never_stored_is_none():
    assert cache.read(cache.folder("x") / "none") is None
    assert cache.read(cache.folder("x") / "none" / "deeper") is None


@pytest.mark.parametrize("data", [b"", b"\0\r\n\xff"])
def test_what_was_stored_is_read_byte_for_byte(data):
    path = cache.folder("x") / "file"
    cache.store(path, data)
    assert cache.read(path) == data


def test_a_file_is_replaced_whole_and_nothing_else_is_left():
    path = cache.folder("x") / "file"
    cache.store(path, b"a long text of before")
    cache.store(path, b"new")
    assert cache.read(path) == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_older_file_and_no_half_of_the_new(monkeypatch):
    path = cache.folder("x") / "file"
    cache.store(path, b"older")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(BuildError, match=r"The disk of the cache is full: nothing more can be"):
        cache.store(path, b"newer")
    assert cache.read(path) == b"older"
    assert list(path.parent.iterdir()) == [path]


def test_a_build_that_is_interrupted_leaves_no_half_either(monkeypatch):
    path = cache.folder("x") / "file"

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        cache.store(path, b"data")
    assert list(path.parent.iterdir()) == []


def test_a_file_is_made_once():
    path = cache.folder("x") / "file"
    calls = []

    def make():
        calls.append(1)
        return b"made"

    assert [cache.once(path, make) for _ in range(3)] == [b"made"] * 3
    assert len(calls) == 1


def test_an_empty_file_was_made_as_well():
    path = cache.folder("x") / "file"
    cache.store(path, b"")
    assert cache.once(path, lambda: b"again") == b""


def test_what_could_not_be_made_is_not_kept():
    path = cache.folder("x") / "file"

    def fail():
        raise BuildError("no")

    with pytest.raises(BuildError):
        cache.once(path, fail)
    assert cache.once(path, lambda: b"made") == b"made"


def test_a_use_is_noted_beside_the_time_of_the_last_change(root):
    path = cache.folder("x") / "file"
    cache.store(path, b"")
    os.utime(path, (1000, 2000))
    cache.read(path)
    about = path.stat()
    assert about.st_atime > time.time() - 60
    assert about.st_mtime == 2000
    assert cache.used == {path}


def test_a_file_outside_of_the_cache_is_not_touched(tmp_path):
    path = tmp_path / "own.whl"
    path.write_bytes(b"")
    os.utime(path, (1000, 2000))
    cache.note_use(path)
    assert path.stat().st_atime == 1000
    assert cache.used == set()


def test_one_build_after_the_other_runs_what_is_locked(root, monkeypatch):
    """Also of other processes; who waits says so."""
    program = (
        "import sys\nfrom pyrt_build import cache\n"
        "with cache.locked('x', 'Another build'):\n    print('in', flush=True)\n    input()\n"
    )
    order: list[str] = []
    waits = threading.Event()

    def wait_said(text):
        order.append(text)
        waits.set()

    monkeypatch.setattr(cache, "progress", wait_said)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"

        def wait():
            with cache.locked("x", "Another build takes a snapshot"):
                order.append("second")

        waiting = threading.Thread(target=wait)
        waiting.start()
        with cache.locked("y", "no other lock waits"):
            order.append("first")
        assert waits.wait(30)
        other.communicate("\n")
        waiting.join()
    assert sorted(order[:2]) == ["Another build takes a snapshot; waiting for it", "first"]
    assert order[2:] == ["second"]


def test_what_fails_gives_the_lock_back():
    with pytest.raises(ZeroDivisionError), cache.locked("x", "Another build"):
        _ = 1 / 0
    with cache.locked("x", "Another build"):
        pass
