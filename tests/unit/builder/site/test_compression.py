"""What only pyrt's worker reads is compressed with Zstandard."""

from pathlib import Path

import pytest
import zstandard

from pyrt_build.site import compression

DATA = b"def f(x):\n    return x\n" * 500


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("thorough", [True, False])
@pytest.mark.parametrize("data", [b"", b"x", DATA, bytes(range(256)) * 9])
def test_unpacking_gives_back_what_was_compressed(data, thorough):
    packed = compression.compress(data, thorough=thorough)
    assert compression.decompress(packed) == data
    assert compression.unpacked_size(packed) == len(data)


def test_the_size_is_in_the_first_bytes():
    """The worker makes room before the rest has come."""
    packed = compression.compress(DATA, thorough=False)
    assert compression.unpacked_size(packed[:18]) == len(DATA)


@pytest.mark.parametrize("thorough", [True, False])
def test_the_same_data_gives_the_same_bytes(thorough):
    """The name of a file has the hash of its content."""
    once, again = (compression.compress(DATA, thorough=thorough) for _ in range(2))
    assert once == again


def test_a_damaged_file_is_noticed():
    packed = bytearray(compression.compress(bytes(range(256)), thorough=False))
    packed[100] ^= 1
    with pytest.raises(zstandard.ZstdError):
        compression.decompress(bytes(packed))
    with pytest.raises(zstandard.ZstdError):
        compression.decompress(b"no frame")


def test_thorough_is_smaller_and_needs_at_most_8_mb_to_unpack():
    """A window that is larger would not fit the worker's decoder."""
    source = Path(zstandard.__file__).read_bytes()
    thorough = compression.compress(source, thorough=True)
    assert len(thorough) < len(compression.compress(source, thorough=False))
    parameters = zstandard.ZstdCompressionParameters.from_level(compression.THOROUGH_LEVEL)
    assert parameters.window_log <= 23


def test_a_result_is_kept_for_each_level(folder, monkeypatch):
    quick = compression.compress_cached(DATA, thorough=False)
    thorough = compression.compress_cached(DATA, thorough=True)
    other = compression.compress_cached(DATA + b".", thorough=False)
    assert len(list((folder / "compressed").iterdir())) == 3
    monkeypatch.setattr(compression, "compress", lambda *_, **__: pytest.fail("done again"))
    assert compression.compress_cached(DATA, thorough=False) == quick
    assert compression.compress_cached(DATA, thorough=True) == thorough
    assert compression.decompress(other) == DATA + b"."
