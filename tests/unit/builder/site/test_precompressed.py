"""Compressed copies beside the files of a site, for hosts that send them."""

import gzip
import sys

import brotli
import pytest

from pyrt_build.errors import BuildError
from pyrt_build.site import precompressed


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))


def test_copies_lie_beside_what_a_host_may_send_compressed():
    files = {"a.js": b"let a;" * 999, "small.css": b"a{}", "pyrt/x-0.img": b"\x1f\x8b" * 999}
    made = precompressed.with_precompressed_copies(files)
    assert sorted(made.keys() - files.keys()) == ["a.js.br", "a.js.gz"]
    assert brotli.decompress(made["a.js.br"]) == files["a.js"]
    assert gzip.decompress(made["a.js.gz"]) == files["a.js"]


def test_without_brotli_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "brotli", None)
    with pytest.raises(BuildError, match=r"pip install 'pyrt-dash\[precompress\]'"):
        precompressed.with_precompressed_copies({})


def test_files_are_chosen_by_their_type_and_size():
    """What is compressed already, or fits one packet, gains nothing."""
    large, limit = b"x" * 5000, precompressed.MIN_BYTES
    files = {
        "index.html": large,
        "deep/a.mjs": large,
        "python.wasm": large,
        "exact.txt": b"x" * limit,
        "short.txt": b"x" * (limit - 1),
        "a.png": large,
        "font.woff2": large,
        "pyrt/snapshot-0.zst": large,
        "LICENSE": large,
        "js": large,
    }
    made = precompressed.with_precompressed_copies(files)
    copied = {path.removesuffix(".gz") for path in made if path.endswith(".gz")}
    assert copied == {"index.html", "deep/a.mjs", "python.wasm", "exact.txt"}
    assert {path.removesuffix(".br") for path in made if path.endswith(".br")} == copied
    assert list(made) == sorted(made)


def test_the_same_file_gives_the_same_bytes_and_is_compressed_once(tmp_path):
    files = {"a.js": b"let a;" * 999, "copy.js": b"let a;" * 999}
    first = precompressed.with_precompressed_copies(files)
    assert precompressed.with_precompressed_copies(files) == first
    assert first["a.js.gz"][4:8] == bytes(4), "no time of the build"
    assert len(list((tmp_path / "cache" / "compressed").iterdir())) == 2
