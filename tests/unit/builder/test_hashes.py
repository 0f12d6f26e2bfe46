"""Hashes of contents and of files, and which hashes of files are kept."""

import hashlib
import json
import os
import time

import pytest

from pyrt_build import hashes

LARGE = b"a" * hashes.LARGE_BYTES
NOT_OF_IT = "0" * 64


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "files.json"


@pytest.fixture
def old(tmp_path):
    """A file that was changed long before it is hashed."""
    return write(tmp_path / "old", b"content")


def write(path, content, seconds_ago=3600.0):
    path.write_bytes(content)
    then_ns = time.time_ns() - int(seconds_ago * 10**9)
    os.utime(path, ns=(then_ns, then_ns))
    return path


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def hash_in_a_build(kept, path):
    with hashes.remembered(kept):
        return hashes.file_sha256(path)


def falsify(kept):
    """Put another hash in place of each that is kept: a result with it was not computed."""
    known = json.loads(kept.read_text())
    kept.write_text(json.dumps({name: [*state[:-1], NOT_OF_IT] for name, state in known.items()}))


@pytest.mark.parametrize("content", [b"", b"small", LARGE])
def test_a_hash_is_sha_256_in_hexadecimal(content, kept):
    assert hashes.sha256(content) == sha256(content)
    with hashes.remembered(kept):
        assert [hashes.sha256(content), hashes.sha256(content)] == [sha256(content)] * 2


def test_other_kinds_of_contents_are_hashed_as_they_are(kept):
    with hashes.remembered(kept):
        content = bytearray(LARGE)
        before = hashes.sha256(content)  # type: ignore[arg-type]
        content[0] = 0
        assert hashes.sha256(content) == sha256(content) != before  # type: ignore[arg-type]


def test_a_large_content_is_hashed_once_in_a_build(kept, monkeypatch):
    content = LARGE + b"1"
    with hashes.remembered(kept):
        first = hashes.sha256(content)
        monkeypatch.setattr(hashlib, "sha256", lambda _: pytest.fail("hashed again"))
        assert hashes.sha256(content) == first


def test_contents_are_told_apart_even_where_one_takes_the_place_of_another(kept):
    with hashes.remembered(kept):
        for number in range(200):  # each is freed by us before the next is made
            content = LARGE + str(number).encode()
            assert hashes.sha256(content) == sha256(content)


def test_the_hash_of_a_file_is_kept_for_the_next_build(kept, old):
    assert hash_in_a_build(kept, old) == sha256(b"content")
    falsify(kept)
    assert hash_in_a_build(kept, old) == NOT_OF_IT, "it was not read again"


def test_without_a_build_nothing_is_kept(kept, old):
    hash_in_a_build(kept, old)
    falsify(kept)
    assert hashes.file_sha256(old) == sha256(b"content")


def change_size(path):
    write(path, b"more content")


def change_time(path):
    write(path, b"CONTENT", seconds_ago=60)


def exchange(path):
    about = path.stat()
    other = write(path.with_name("other"), b"CONTENT")
    os.utime(other, ns=(about.st_mtime_ns, about.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [change_size, change_time, exchange])
def test_a_file_that_has_changed_is_hashed_again(kept, old, change):
    hash_in_a_build(kept, old)
    change(old)
    assert hash_in_a_build(kept, old) == sha256(old.read_bytes())


def test_a_file_that_was_just_changed_is_not_trusted(kept, tmp_path):
    """A second change within one step of the clock leaves size and time as they are."""
    path = write(tmp_path / "new", b"first", seconds_ago=0)
    about = path.stat()
    assert hash_in_a_build(kept, path) == sha256(b"first")
    path.write_bytes(b"other")
    os.utime(path, ns=(about.st_mtime_ns, about.st_mtime_ns))
    assert hash_in_a_build(kept, path) == sha256(b"other")


def test_a_file_that_is_said_to_be_of_the_future_is_not_trusted(kept, tmp_path):
    path = write(tmp_path / "future", b"first", seconds_ago=-3600)
    hash_in_a_build(kept, path)
    assert not kept.exists()


def test_a_file_that_changes_while_it_is_read_is_not_trusted(kept, old, monkeypatch):
    real = hashlib.file_digest

    def changed_meanwhile(file, name):
        result = real(file, name)
        write(old, b"changed", seconds_ago=1000)
        return result

    monkeypatch.setattr(hashlib, "file_digest", changed_meanwhile)
    hash_in_a_build(kept, old)
    monkeypatch.undo()
    assert hash_in_a_build(kept, old) == sha256(b"changed")


@pytest.mark.parametrize("damage", ["", "{", "[]", "null"])
def test_a_damaged_list_of_hashes_is_made_again(kept, old, damage):
    kept.write_text(damage)
    assert hash_in_a_build(kept, old) == sha256(b"content")
    assert list(json.loads(kept.read_text())) == [str(old)]


def test_where_nothing_can_be_written_files_are_hashed(tmp_path, old):
    missing = tmp_path / "missing" / "files.json"
    assert hash_in_a_build(missing, old) == sha256(b"content")
    assert not missing.parent.exists()


def test_what_was_asked_for_last_is_kept_of_too_many(kept, tmp_path, monkeypatch):
    monkeypatch.setattr(hashes, "MAX_FILES", 2)
    first, second, third = (write(tmp_path / name, name.encode()) for name in "abc")
    with hashes.remembered(kept):
        assert hashes.file_sha256(first)
        assert hashes.file_sha256(second)
    with hashes.remembered(kept):
        assert hashes.file_sha256(second)
        assert hashes.file_sha256(third)
    assert list(json.loads(kept.read_text())) == [str(second), str(third)]


def test_a_build_that_fails_keeps_what_it_has_hashed(kept, old):
    with pytest.raises(ZeroDivisionError), hashes.remembered(kept):
        assert hashes.file_sha256(old) == str(1 // 0)
    falsify(kept)
    assert hash_in_a_build(kept, old) == NOT_OF_IT


def test_a_file_that_is_not_there_is_an_error(kept, tmp_path):
    with pytest.raises(FileNotFoundError):
        hash_in_a_build(kept, tmp_path / "none")
