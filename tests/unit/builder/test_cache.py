"""Files that the builder keeps outside of any project."""

import pytest

from pyrt_build import cache
from pyrt_build.errors import BuildError


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
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


def test_a_folder_that_cannot_be_made_is_named_with_what_to_do(root):
    root.write_text("a file in its place")
    with pytest.raises(BuildError, match=r"cache folder .*wheels cannot be written") as caught:
        cache.folder("wheels")
    assert "Set PYRT_CACHE" in str(caught.value)


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
    with pytest.raises(OSError, match="No space left"):
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


def test_a_hash_is_sha_256_in_hexadecimal():
    assert cache.sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
