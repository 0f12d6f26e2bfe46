"""The sources of Pyodide's packages, and files of them that are refused."""

import json

import pytest

from pyrt_build import target
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution, download
from pyrt_build.packages.distribution import LOCK, open_distribution
from pyrt_build.packages.download import Unreachable
from tests.support.file_host import file_host
from tests.support.ports import Port
from tests.support.workspace import Workspace, empty_lock, write_files


@pytest.fixture(autouse=True)
def world(tmp_path, monkeypatch):
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYRT_STATIC", str(tmp_path / "static"))
    made = Workspace(tmp_path)
    made.add_to_pyodide("numpy", "2.0", {"numpy/__init__.py": ""})
    return made


@pytest.fixture
def host(world, monkeypatch):
    """A server of the distribution's folder."""
    monkeypatch.setattr(download, "PAUSE_S", 0)
    with file_host() as made:
        for path in world.distribution.iterdir():
            made.files[f"pyodide/{path.name}"] = path.read_bytes()
        yield made


def test_the_given_source_is_the_only_one_else_the_cdn_comes_first():
    assert distribution.distributions("dir", cdn=False) == ["dir"]
    assert distribution.distributions(None, cdn=False) == ["cdn", target.FALLBACK_WHEEL]


def test_a_site_on_the_cdn_has_the_cdns_packages_whatever_is_given():
    assert distribution.distributions(None, cdn=True) == ["cdn"]
    assert distribution.distributions("dir", cdn=True) == ["cdn"]


# --- a folder


def test_a_folder_has_the_packages_whose_files_are_in_it(world):
    opened = open_distribution(str(world.distribution))
    entry = opened.find("numpy")
    assert entry is not None
    assert opened.fetch(entry) == world.distribution / entry.file_name
    assert opened.find("scipy") is None
    (world.distribution / entry.file_name).unlink()
    assert opened.find("numpy") is None, "a distribution may be unpacked in part"
    with pytest.raises(Unreachable, match="does not exist"):
        opened.fetch(entry)


def test_a_file_that_is_not_what_the_lock_promises_is_refused(world):
    opened = open_distribution(str(world.distribution))
    entry = opened.find("numpy")
    assert entry is not None
    (world.distribution / entry.file_name).write_bytes(b"something else")
    with pytest.raises(BuildError, match=r"truncated or damaged.*Delete the file"):
        opened.fetch(entry)


def test_a_folder_without_a_lock_is_no_distribution(tmp_path):
    with pytest.raises(BuildError, match=f"there is no {LOCK}. Give --pyodide"):
        open_distribution(str(tmp_path / "none"))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '"text"', "<html>", '{"info": {}, "packages": {}}', '{"new": 1}'],
)
def test_a_lock_that_is_none_is_named(tmp_path, text):
    """Whether it is no JSON or other JSON."""
    write_files(tmp_path / "bad", {LOCK: text})
    with pytest.raises(BuildError, match=f"{LOCK} is no Pyodide lock file"):
        open_distribution(str(tmp_path / "bad"))


def test_a_lock_with_fields_that_are_not_known_is_named(tmp_path):
    """As of a later format."""
    lock = empty_lock()
    lock["info"]["new"] = 1
    write_files(tmp_path / "new", {LOCK: json.dumps(lock)})
    with pytest.raises(BuildError, match=r"is no Pyodide lock file.*new"):
        open_distribution(str(tmp_path / "new"))


def test_a_lock_of_another_abi_is_refused_with_both_named(tmp_path):
    lock = empty_lock()
    lock["info"]["abi_version"] = "2025_0"
    write_files(tmp_path / "old", {LOCK: json.dumps(lock)})
    with pytest.raises(BuildError, match=rf"ABI 2025_0; .*ABI {target.ABI_VERSION}"):
        open_distribution(str(tmp_path / "old"))


# --- an address


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_file_is_downloaded_once(host, slash):
    opened = open_distribution(f"{host.address}/pyodide{slash}")
    entry = opened.find("numpy")
    assert entry is not None
    paths = {opened.fetch(entry) for _ in range(3)}
    assert len(paths) == 1
    assert [path for path, _ in host.asked] == [f"pyodide/{LOCK}", f"pyodide/{entry.file_name}"]


def test_a_damaged_download_is_refused_and_not_kept(host):
    opened = open_distribution(f"{host.address}/pyodide")
    entry = opened.find("numpy")
    assert entry is not None
    where = f"pyodide/{entry.file_name}"
    whole = host.files[where]
    host.files[where] = whole[:-1]
    with pytest.raises(BuildError, match="truncated or damaged"):
        opened.fetch(entry)
    host.files[where] = whole
    assert opened.fetch(entry).read_bytes() == whole


def test_a_download_that_was_damaged_later_is_downloaded_again(host):
    opened = open_distribution(f"{host.address}/pyodide")
    entry = opened.find("numpy")
    assert entry is not None
    path = opened.fetch(entry)
    whole = path.read_bytes()
    path.write_bytes(b"damaged")
    assert opened.fetch(entry).read_bytes() == whole


def test_downloads_of_two_addresses_are_kept_apart(host):
    host.files[f"sub/{LOCK}"] = host.files[f"pyodide/{LOCK}"]
    first = open_distribution(f"{host.address}/pyodide")
    second = open_distribution(f"{host.address}/sub")
    assert first.folder != second.folder


def test_a_host_without_a_lock_is_named_with_its_answer(host):
    with pytest.raises(Unreachable, match=f"/none/{LOCK}: answers 404 Not Found"):
        open_distribution(f"{host.address}/none")


def test_a_host_that_does_not_answer_is_unreachable():
    gone = Port()
    with pytest.raises(Unreachable, match="refused"):
        open_distribution(f"http://127.0.0.1:{gone.number}")


# --- the interpreter


def test_the_interpreter_is_that_of_the_folder_if_it_has_one_else_that_of_pyrt(tmp_path):
    own = {f"pyodide/{name}": "of pyrt" for name in distribution.CORE}
    write_files(tmp_path / "static", own)
    write_files(tmp_path / "given", dict.fromkeys(distribution.CORE, "given"))
    given = distribution.core(str(tmp_path / "given"))
    assert given == dict.fromkeys(distribution.CORE, b"given")
    write_files(
        tmp_path, {"static/pyodide/python_stdlib.zip": "pyrt's", "given/python_stdlib.zip": ""}
    )
    assert distribution.standard_library(str(tmp_path / "given")).parent == tmp_path / "given"
    for source in (None, str(tmp_path / "none"), "https://host/pyodide"):
        assert distribution.standard_library(source).read_text() == "pyrt's"
        assert distribution.core(source) == dict.fromkeys(distribution.CORE, b"of pyrt")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, target.PYODIDE_VERSION),
        ({"package.json": '{"version": "0.1"}'}, target.PYODIDE_VERSION),
        ({"pyodide.asm.wasm": ""}, target.PYODIDE_VERSION),
        ({"pyodide.asm.wasm": "", "package.json": "{}"}, target.PYODIDE_VERSION),
        ({"pyodide.asm.wasm": "", "package.json": '{"version": "0.1"}'}, "0.1"),
    ],
)
def test_the_version_of_the_interpreter_is_what_its_folder_says(tmp_path, files, expected):
    write_files(tmp_path / "given", files)
    assert distribution.core_version(str(tmp_path / "given")) == expected
    assert distribution.core_version(None) == target.PYODIDE_VERSION
