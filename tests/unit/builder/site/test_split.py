"""A planned site is compressed, and its files are split into those of the start and the others."""

import hashlib
import io
import json
import struct
import zipfile
from typing import Any

import pytest

from pyrt_build.site import compression, image, package_image, split
from pyrt_build.site.compile import bytecode
from pyrt_build.site.manifest import read_manifest, with_manifest, with_snapshot

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
    files = split.compress_site(planned(), compression.FAST)
    entry = entries(files)["/pyrt/packages"]
    assert image.unpack(compression.decompress(files[entry["url"]])) == CONTENT
    assert "rest" not in entry
    assert "pyrt/packages-0.img" not in files


def test_what_a_start_does_not_need_comes_in_a_second_part():
    files = split.compress_site(
        planned(), compression.FAST, {"/pyrt/packages/a.py", "/pyrt/packages/c/d.json"}
    )
    entry = entries(files)["/pyrt/packages"]
    first = compression.decompress(files[entry["url"]])
    (length,) = struct.unpack_from("<I", first, 8)
    assert json.loads(first[12 : 12 + length]) == [["a.py", 6], ["b.py", 10, 1], ["c/d.json", 11]]
    assert first[12 + length :] == b"needed" + b"needed, too"
    assert compression.decompress(files[entry["rest"]["url"]]) == b"not needed"


def with_package(files):
    """The site with a package whose data and sources are beside the image."""
    python = {"own": {"own/x.py": b"source", "own/__pycache__/x.cpython-314.pyc": b"code"}}
    python["own"] |= {"own/x.pyi": b"stub", "own-1.dist-info/RECORD": b"list"}
    data = {"own/a.csv": b"read at the start", "own/b.csv": b"read later", "own/c.css": b"both"}
    packed, beside = package_image.pack(python, data)
    return files | beside | {"pyrt/packages-0.img": packed}


def shown_of(files):
    entry = entries(files)["/pyrt/packages"]
    return image.read(compression.decompress(files[entry["url"]]))


def test_a_package_is_whole_without_its_sources_and_data():
    planned_site = with_package(planned())
    files = split.compress_site(planned_site, compression.FAST)
    shown = shown_of(files)
    assert shown.files == {"own/__pycache__/x.cpython-314.pyc": b"code"}
    assert shown.own == {"own/a.csv": 17, "own/b.csv": 10, "own/c.css": 4}
    (pack,) = shown.packs
    content = compression.decompress(files[pack.url])
    assert (pack.size, pack.unpacked) == (len(files[pack.url]), len(content))
    assert image.unpack_pack(pack, content)["own/x.py"] == b"source"
    assert "pkg/own/a.csv" in files


def test_what_a_start_reads_of_a_package_comes_into_its_image_but_what_the_page_loads_too():
    names = ("a.csv", "c.css", "x.pyi", "__pycache__/x.cpython-314.pyc")
    needed = {f"/pyrt/packages/own/{name}" for name in names}
    files = split.compress_site(with_package(planned()), compression.FAST, needed)
    shown = shown_of(files)
    assert shown.files == {
        "own/a.csv": b"read at the start",
        "own/x.pyi": b"stub",
        "own/__pycache__/x.cpython-314.pyc": b"code",
    }
    assert shown.own == {"own/b.csv": 10, "own/c.css": 4}
    assert ("pkg/own/a.csv" in files, "pkg/own/c.css" in files) == (False, True)
    (pack,) = shown.packs
    rest = image.unpack_pack(pack, compression.decompress(files[pack.url]))
    assert rest == {"own/x.py": b"source", "own-1.dist-info/RECORD": b"list"}


def test_images_name_what_the_site_shares_by_an_address_above_it():
    site = with_package(planned())
    files = split.compress_site(site, compression.FAST, shared="../")
    (pack,) = shown_of(files).packs
    assert pack.url.startswith("../pyrt/sources-own-")
    assert pack.url.removeprefix("../") in files


def test_the_app_is_never_split():
    entry = entries(split.compress_site(planned(), compression.FAST, {"/pyrt/packages/a.py"}))[
        "/app"
    ]
    assert "rest" not in entry


def test_names_sizes_and_hashes_are_those_of_what_travels():
    files = split.compress_site(planned(), compression.FAST, {"/pyrt/packages/a.py"})
    for entry in entries(files).values():
        for part in [entry, *([entry["rest"]] if "rest" in entry else [])]:
            data = files[part["url"]]
            assert part["size"] == len(data)
            assert part["sha256"] == hashlib.sha256(data).hexdigest()
            assert part["sha256"][:12] in part["url"]
            assert part["unpacked"] == len(compression.decompress(data))


def test_the_interpreter_travels_compressed_under_a_name_of_its_own():
    files = split.compress_site(planned(), compression.FAST)
    assert "pyrt/runtime-0/pyodide.asm.wasm" not in files
    wasm, script = manifest_of(files)["runtime"]["files"]
    assert compression.decompress(files[wasm["url"]]) == b"\0asm" * 100
    assert wasm["url"] == f"pyrt/interpreter-{wasm['sha256'][:12]}.zst"
    assert (wasm["name"], wasm["unpacked"]) == ("pyodide.asm.wasm", 400)
    assert script == {"name": "pyodide.mjs"}


def test_the_snapshot_travels_compressed():
    files = split.compress_site(with_snapshot(planned(), b"memory " * 99), compression.FAST)
    entry = manifest_of(files)["snapshot"]
    assert compression.decompress(files[entry["url"]]) == b"memory " * 99
    assert entry["unpacked"] == 99 * 7
    assert [path for path in files if "snapshot" in path] == [entry["url"]]


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ([], 1),  # neighbours
        (["json.pyc"], 2),
        ([""], 2),  # the directory
        (["json.pyc", ""], 2),  # which follows the last member
    ],
)
def test_of_the_standard_library_a_start_gets_the_modules_that_it_imports(more, count, monkeypatch):
    """The second part has all other bytes: together they are the zip again."""
    monkeypatch.setattr(split, "_TAIL_BYTES", 22)
    modules = {"csv.pyc": b"csv", "email/mime.pyc": b"mime", "io.pyc": b"io", "json.pyc": b"json"}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, code in modules.items():
            opened.writestr(name, code)
    packed = image.pack({"python314.zip": archive.getvalue()})
    names = ("csv.pyc", "email/mime.pyc", *more)
    needed = {f"{bytecode.ZIP_PATH}/{name}" for name in names}
    entry = {"url": "pyrt/stdlib-0.img", "size": 1, "sha256": "", "mount": "/pyrt/stdlib"}
    site = with_manifest(
        planned() | {"pyrt/stdlib-0.img": packed}, manifest_of(planned()) | {"images": [entry]}
    )
    files = split.compress_site(site, compression.FAST, needed)
    found = entries(files)["/pyrt/stdlib"]
    first = compression.decompress(files[found["url"]])
    rest = compression.decompress(files[found["rest"]["url"]])
    (length,) = struct.unpack_from("<I", first, 8)
    [[path, size, ranges]] = json.loads(first[12 : 12 + length])
    assert (path, size) == ("python314.zip", len(archive.getvalue()))
    assert len(ranges) == count
    assert ("" in more) == (ranges[-1][1] == size)
    first = first[12 + length :]
    assert b"csv" in first
    assert b"mime" in first
    assert ("" in more) == (b"io.pyc" in first)
    assert joined(size, ranges, first, rest) == archive.getvalue()


def joined(size, ranges, first, rest):
    """As the worker puts both parts together (web/src/worker/site_files.ts)."""
    made, at = b"", 0
    for start, end in [*ranges, [size, size]]:
        made, rest = made + rest[: start - at], rest[start - at :]
        made, first = made + first[: end - start], first[end - start :]
        at = end
    return made
