"""What only pyrt's worker reads is compressed with Zstandard."""

import dataclasses
import sys
from pathlib import Path

import pytest
import zstandard

from pyrt_build.app.config import SiteConfig
from pyrt_build.site import compression

DATA = b"def f(x):\n    return x\n" * 500


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("level", compression.LEVELS.values())
@pytest.mark.parametrize("data", [b"", b"x", DATA, bytes(range(256)) * 9])
def test_unpacking_gives_back_what_was_compressed(data, level):
    packed = compression.compress(data, level)
    assert compression.decompress(packed) == data
    assert compression.unpacked_size(packed) == len(data)


def test_the_size_is_in_the_first_bytes():
    """The worker makes room before the rest has come."""
    packed = compression.compress(DATA, compression.FAST)
    assert compression.unpacked_size(packed[:18]) == len(DATA)


@pytest.mark.parametrize("level", compression.LEVELS.values())
def test_the_same_data_gives_the_same_bytes(level):
    """The name of a file has the hash of its content."""
    once, again = (compression.compress(DATA, level) for _ in range(2))
    assert once == again


def test_a_damaged_file_is_noticed():
    packed = bytearray(compression.compress(bytes(range(256)), compression.FAST))
    packed[100] ^= 1
    with pytest.raises(zstandard.ZstdError):
        compression.decompress(bytes(packed))
    with pytest.raises(zstandard.ZstdError):
        compression.decompress(b"no frame")


@pytest.mark.parametrize("level", compression.LEVELS.values())
def test_unpacking_needs_at_most_8_mb(level, monkeypatch):
    """A window that is larger would not fit the worker's decoder."""
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # less memory
    data = Path(sys.executable).read_bytes()[:1000].ljust(9 * 2**20, b"x")
    assert zstandard.get_frame_parameters(compression.compress(data, level)).window_size <= 2**23


def test_fast_is_larger_and_release_is_smallest():
    source = Path(zstandard.__file__).read_bytes()
    fast, default, release = (
        len(compression.compress(source, compression.LEVELS[name]))
        for name in ("fast", "default", "release")
    )
    assert release <= default < fast


@pytest.mark.parametrize("cores", [1, 2, 7])
def test_the_number_of_cores_does_not_change_the_result(cores, monkeypatch):
    data = "".join(map(str, range(3_000_000))).encode()
    assert len(data) > compression.JOB_BYTES
    expected = compression.compress(data, compression.FAST)
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert compression.compress(data, compression.FAST) == expected


def test_results_are_kept_for_each_level(folder, monkeypatch):
    fast = compression.compress_all([DATA, DATA + b"."], 3)
    other = compression.compress_all([DATA], 4)
    assert len(list((folder / "compressed").iterdir())) == 3
    monkeypatch.setattr(compression, "compress", lambda *_: pytest.fail("done again"))
    assert compression.compress_all([DATA + b".", DATA], 3) == fast[::-1]
    assert compression.compress_all([DATA], 4) == other
    assert [compression.decompress(packed) for packed in fast] == [DATA, DATA + b"."]


def test_sites_for_debugging_are_compressed_fast_unless_asked_otherwise():
    site = SiteConfig(entry=Path("app.py"), out=Path("dist"))
    assert compression.level(site) == compression.LEVELS["default"]
    debug = dataclasses.replace(site, debug=True)
    assert compression.level(debug) == compression.FAST
    assert compression.level(dataclasses.replace(debug, compression="release")) == 22
