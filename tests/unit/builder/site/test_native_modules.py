"""Compiled packages as files of an image: what a snapshot refers to by path."""

import io
import json
import zipfile

import pytest

from pyrt_build.site import image, native_modules
from pyrt_build.site.manifest import read_manifest

FOLDER = "pyrt/runtime-x/"
A = "a-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
B = "b-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))


def wheel_of(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return data.getvalue()


def planned(wheels, kind="package"):
    """A planned site with these wheels in its runtime folder."""
    lock = {"packages": {n: {"file_name": n, "package_type": kind} for n in wheels}}
    manifest = {
        "runtime": {"url": FOLDER, "files": [{"name": n} for n in [*wheels, "pyodide.mjs"]]},
        "images": [{"mount": "/app"}],
        "packages": ["fast"],
        "path": ["/app"],
    }
    page = f'<script id="pyrt-manifest">{json.dumps(manifest)}</script>'.encode()
    files = {"index.html": page, f"{FOLDER}pyodide-lock.json": json.dumps(lock).encode()}
    return files | {FOLDER + name: data for name, data in wheels.items()}


def manifest_of(files):
    return read_manifest(files)


def test_files_of_all_wheels_are_in_one_image():
    wheels = {A: wheel_of({"a/x.so": "1"}), B: wheel_of({"b.so": "2"})}
    files = planned(wheels)
    made = native_modules.unpack_wheels(files)
    assert made is not None
    manifest = manifest_of(made)
    first, entry = manifest["images"]
    assert first == {"mount": "/app"}
    assert entry["mount"] == "/pyrt/compiled"
    content = image.unpack(made[entry["url"]])
    assert content == {"a/x.so": b"1", "b.so": b"2"}
    assert manifest["path"] == ["/app", "/pyrt/compiled"]


def test_sources_are_a_pack_and_data_files_have_addresses_of_their_own(tmp_path):
    """The wheel of the site has bytecode in place of sources, which the original has."""
    info = "a-1.0.dist-info"
    original = tmp_path / A
    original.write_bytes(
        wheel_of({"a/x.py": "source", "a/table.csv": "1,2", f"{info}/RECORD": "a/x.py,,\n"})
    )
    repacked = wheel_of(
        {"a/x.pyc": "code", "a/table.csv": "1,2", f"{info}/RECORD": "a/x.pyc,,\n", "a/y.h": ""}
    )
    made = native_modules.unpack_wheels(planned({A: repacked}), {A: original})
    assert made is not None
    shown = image.read(made[manifest_of(made)["images"][1]["url"]])
    assert shown.files == {"a/__pycache__/x.cpython-314.pyc": b"code"}
    assert shown.own == {"a/table.csv": 3}
    assert made["pkg/a/table.csv"] == b"1,2"
    (pack,) = shown.packs
    assert image.unpack_pack(pack, made[pack.url]) == {
        "a/x.py": b"source",
        f"{info}/RECORD": b"a/x.py,,\n",
    }


def test_nothing_is_loaded_by_pyodide_but_everything_can_be():
    files = planned({A: wheel_of({"a/x.so": "1"})})
    made = native_modules.unpack_wheels(files)
    assert made is not None
    manifest = manifest_of(made)
    assert manifest["packages"] == []
    assert manifest["runtime"] == {"url": FOLDER, "files": [{"name": "pyodide.mjs"}]}
    assert {path: made[path] for path in files if path != "index.html"} == {
        path: data for path, data in files.items() if path != "index.html"
    }


def test_without_compiled_packages_there_is_nothing_to_unpack():
    assert native_modules.unpack_wheels(planned({})) is None


def test_libraries_beside_a_package_stay_beside_it():
    made = native_modules.unpack_wheels(planned({B: wheel_of({"b/x.so": "1", "b.libs/y.so": "2"})}))
    assert made is not None
    assert image.unpack(made[manifest_of(made)["images"][1]["url"]]) == {
        "b/x.so": b"1",
        "b.libs/y.so": b"2",
    }


def test_what_only_pyodide_can_load_stays_a_wheel():
    """Shared libraries that are packages for themselves, and wheels that are not in the site."""
    wheels = {A: wheel_of({"a/x.so": "1"})}
    assert native_modules.unpack_wheels(planned(wheels, kind="shared_library")) is None
    missing = planned(wheels)
    del missing[f"{FOLDER}{A}"]
    assert native_modules.unpack_wheels(missing) is None
