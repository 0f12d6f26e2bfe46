"""A planned site is compressed, and its files are split into those of the start and the others."""

import hashlib
import json
import struct
from typing import Any

import pytest

from pyrt_build.site import compression, image, split
from pyrt_build.site.manifest import read_manifest

CONTENT = {"a.py": b"needed", "b.py": b"not needed", "c/d.json": b"needed, too"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))


def planned():
    images = {"packages": CONTENT, "app": {"app.py": b"the app"}}
    entries = [
        {"url": f"pyrt/{name}-0.img", "size": 1, "sha256": "", "mount": mount}
        for name, mount in (("packages", "/pyrt/packages"), ("app", "/app"))
    ]
    runtime = {
        "url": "pyrt/runtime-0/",
        "files": [{"name": "pyodide.asm.wasm"}, {"name": "pyodide.mjs"}],
    }
    manifest = json.dumps({"debug": True, "images": entries, "runtime": runtime})
    page = f'<script type="application/json" id="pyrt-manifest">{manifest}</script>'
    return {
        "index.html": page.encode(),
        "pyrt/runtime-0/pyodide.asm.wasm": b"\0asm" * 100,
        **{f"pyrt/{name}-0.img": image.pack(files) for name, files in images.items()},
    }


def manifest_of(files) -> Any:
    return read_manifest(files)


def entries(files):
    return {entry["mount"]: entry for entry in manifest_of(files)["images"]}


def test_without_a_start_to_go_by_an_image_stays_whole_and_is_compressed():
    files = split.compress_site(planned())
    entry = entries(files)["/pyrt/packages"]
    assert image.unpack(compression.decompress(files[entry["url"]])) == CONTENT
    assert "rest" not in entry
    assert "pyrt/packages-0.img" not in files


def test_what_a_start_does_not_need_comes_in_a_second_part():
    files = split.split_for_start(planned(), {"/pyrt/packages/a.py", "/pyrt/packages/c/d.json"})
    entry = entries(files)["/pyrt/packages"]
    first = compression.decompress(files[entry["url"]])
    (length,) = struct.unpack_from("<I", first, 8)
    assert json.loads(first[12 : 12 + length]) == [["a.py", 6], ["b.py", 10, 1], ["c/d.json", 11]]
    assert first[12 + length :] == b"needed" + b"needed, too"
    assert compression.decompress(files[entry["rest"]["url"]]) == b"not needed"


def test_the_app_is_never_split():
    entry = entries(split.split_for_start(planned(), {"/pyrt/packages/a.py"}))["/app"]
    assert "rest" not in entry


def test_names_sizes_and_hashes_are_those_of_what_travels():
    files = split.split_for_start(planned(), {"/pyrt/packages/a.py"})
    for entry in entries(files).values():
        for part in [entry, *([entry["rest"]] if "rest" in entry else [])]:
            data = files[part["url"]]
            assert part["size"] == len(data)
            assert part["sha256"] == hashlib.sha256(data).hexdigest()
            assert part["sha256"][:12] in part["url"]
            assert part["unpacked"] == len(compression.decompress(data))


def test_the_interpreter_travels_compressed_under_a_name_of_its_own():
    files = split.compress_site(planned())
    assert "pyrt/runtime-0/pyodide.asm.wasm" not in files
    wasm, script = manifest_of(files)["runtime"]["files"]
    assert compression.decompress(files[wasm["url"]]) == b"\0asm" * 100
    assert wasm["url"] == f"pyrt/interpreter-{wasm['sha256'][:12]}.zst"
    assert (wasm["name"], wasm["unpacked"]) == ("pyodide.asm.wasm", 400)
    assert script == {"name": "pyodide.mjs"}


def test_a_packed_site_is_not_packed_again():
    files = split.compress_site(planned())
    assert split.compress_site(files) is files
