"""What the cache takes, what is removed of it, and its limit."""

import os
import time

import pytest

from pyrt_build import cache, cache_usage
from pyrt_build.errors import BuildError

NOW = time.time()


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "used", set())
    return tmp_path / "cache"


def put(kind, name, size, *, days=0):
    """Store a file that was used so many days ago, before this build."""
    path = cache.folder(*kind.split("/")) / name
    cache.store(path, b"x" * size)
    cache.used.clear()
    os.utime(path, (NOW - days * 86400, NOW - 99 * 86400))
    return path


def left(root):
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_files_are_added_up_by_kind():
    put("wheels", "a.whl", 10, days=5)
    put("wheels", "b.whl", 20, days=2)
    put("pyodide/0123", "c.whl", 5)
    with cache.locked("x", "locks are not counted"):
        pyodide, wheels = cache_usage.usage(cache_usage.files())
    assert (pyodide.kind, pyodide.files, pyodide.size) == ("pyodide", 1, 5)
    assert (wheels.kind, wheels.files, wheels.size) == ("wheels", 2, 30)
    assert wheels.last_used == pytest.approx(NOW - 2 * 86400)


def test_an_empty_or_missing_cache_takes_nothing():
    assert cache_usage.usage(cache_usage.files()) == []
    assert cache_usage.clean() == []


def test_some_kinds_are_removed_or_all(root):
    for kind in ("wheels", "snapshots", "pyodide/0123"):
        put(kind, kind[:1], 1)
    assert [file.kind for file in cache_usage.clean(["wheels", "pyodide"])] == ["pyodide", "wheels"]
    assert left(root) == ["s"]
    assert not (root / "pyodide").exists()
    cache_usage.clean()
    assert left(root) == []


def test_above_the_limit_what_was_not_used_for_longest_goes_first(root, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE_LIMIT", "25")
    for days, name in enumerate("abcd"):
        put("snapshots", name, 10, days=days)
    assert [file.path.name for file in cache_usage.keep_below_limit()] == ["d", "c"]
    assert left(root) == ["a", "b"]


def test_what_this_build_uses_stays_even_above_the_limit(root, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE_LIMIT", "5")
    old, read = put("wheels", "old", 10, days=9), put("wheels", "read", 10, days=9)
    cache.read(read)
    cache.store(cache.folder("compressed") / "new", b"x" * 10)
    assert [file.path for file in cache_usage.keep_below_limit()] == [old]
    assert left(root) == ["new", "read"]


@pytest.fixture
def written(monkeypatch):
    """What this build has written."""
    files: set[object] = set()
    monkeypatch.setattr(cache, "written", files)
    return files


def test_after_a_build_that_wrote_little_the_limit_is_looked_at_once_an_hour(
    root, monkeypatch, written
):
    monkeypatch.setenv("PYRT_CACHE_LIMIT", "5")
    cache_usage.tidy()
    old = put("wheels", "old", 10, days=9)
    cache_usage.tidy()
    assert old.exists()
    hour_ago = time.time() - cache_usage.TIDY_AFTER_S - 1
    os.utime(root / cache.LOCKS / "tidied", (hour_ago, hour_ago))
    cache_usage.tidy()
    assert not old.exists()


def test_after_a_build_that_wrote_much_the_limit_is_looked_at(root, monkeypatch, written):
    monkeypatch.setenv("PYRT_CACHE_LIMIT", "5")
    monkeypatch.setattr(cache_usage, "TIDY_AFTER_BYTES", 99)
    cache_usage.tidy()
    old = put("wheels", "old", 10, days=9)
    cache.store(cache.folder("compressed") / "new", b"x" * 100)
    written.add(root / "wheels" / "removed-again")
    cache_usage.tidy()
    assert not old.exists()
    assert (root / "compressed" / "new").exists()


def test_below_the_limit_nothing_goes_but_what_was_never_finished(root):
    put("wheels", "a", 10, days=999)
    put("wheels", ".part-old", 10, days=3)
    put("wheels", ".part-new", 10)
    cache_usage.keep_below_limit()
    assert left(root) == [".part-new", "a"]


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [
        ("", 5 * 2**30),
        ("100", 100),
        ("2K", 2048),
        ("3 mb", 3 * 2**20),
        ("1GiB", 2**30),
        ("0", None),
    ],
)
def test_a_limit_has_units(monkeypatch, text, bytes_):
    monkeypatch.setenv("PYRT_CACHE_LIMIT", text)
    assert cache_usage.limit() == bytes_


def test_a_limit_that_is_no_size_is_refused(monkeypatch):
    monkeypatch.setenv("PYRT_CACHE_LIMIT", "much")
    with pytest.raises(BuildError, match="PYRT_CACHE_LIMIT is 'much', which is no size"):
        cache_usage.limit()
