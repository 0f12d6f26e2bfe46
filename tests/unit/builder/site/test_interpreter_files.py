"""The folder of the interpreter: its files, compiled packages and the lock of these packages."""

import hashlib
import json
import zipfile

import pytest
from pyodide_lock import PyodideLockSpec

from pyrt_build import target
from pyrt_build.app.config import SiteConfig
from pyrt_build.packages import distribution
from pyrt_build.packages.lock import LockedPackage, LockEntry
from pyrt_build.site import interpreter_files
from pyrt_build.site.compile.bytecode import Compiler
from tests.support.workspace import BROWSER_TAG, Workspace, write_files


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    """A machine with an interpreter and without a compiler of bytecode."""
    core = {f"pyodide/{name}": f"of {name}" for name in distribution.CORE}
    core[f"pyodide/{distribution.STDLIB_ZIP}"] = "of the standard library"
    write_files(tmp_path / "static", core)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYRT_STATIC", str(tmp_path / "static"))
    monkeypatch.setattr("pyrt_build.site.compile.bytecode.MAGIC", b"none")
    return Workspace(tmp_path)


def config(**options):
    return SiteConfig(entry=None, out=None, **options)  # type: ignore[arg-type]  # not read here


def package(workspace, name, *, of_pyodide=False, depends=()):
    path = workspace.add_wheel(name, "1.0", {f"{name}/__init__.py": ""}, tag=BROWSER_TAG)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    entry = LockEntry("dynlib", "shared_library", ("z", "a"))
    return LockedPackage(name, "1.0", path, digest, depends, entry if of_pyodide else None)


@pytest.fixture
def wheels(workspace):
    workspace.wheels.mkdir()
    return workspace


def lock_of(content):
    return json.loads(content[distribution.LOCK])


def test_without_packages_there_are_the_interpreter_and_an_empty_lock():
    content = interpreter_files.files(config(), [], Compiler())
    assert sorted(content) == sorted([*distribution.CORE.values(), distribution.LOCK])
    assert lock_of(content)["packages"] == {}
    assert lock_of(content)["info"]["abi_version"] == target.ABI_VERSION
    assert lock_of(content)["info"]["python"] == target.PYTHON_VERSION


def test_a_compiled_package_lies_in_the_folder_and_in_the_lock(wheels):
    own = package(wheels, "own")
    content = interpreter_files.files(config(), [own], Compiler())
    assert content[own.path.name] == own.path.read_bytes()
    entry = lock_of(content)["packages"]["own"]
    assert entry["file_name"] == own.path.name, "relative to the lock"
    assert entry["sha256"] == own.sha256
    assert (entry["install_dir"], entry["package_type"]) == ("site", "package")
    assert entry["imports"] == ["own"], "as the wheel says"


def test_the_lock_is_what_the_library_of_pyodide_would_write(wheels):
    packages = [package(wheels, "own", depends=("lib",)), package(wheels, "lib", of_pyodide=True)]
    for given in ([], packages):
        written = lock_of(interpreter_files.files(config(), given, Compiler()))
        assert PyodideLockSpec.from_dict(written).to_dict() == written


def test_a_package_of_pyodide_is_loaded_as_pyodide_says(wheels):
    content = interpreter_files.files(
        config(), [package(wheels, "lib", of_pyodide=True)], Compiler()
    )
    entry = lock_of(content)["packages"]["lib"]
    assert (entry["install_dir"], entry["package_type"]) == ("dynlib", "shared_library")
    assert entry["imports"] == ["a", "z"]


def test_the_lock_names_dependencies_among_its_own_packages_only(wheels):
    """The others are in an image, where Pyodide would not find them."""
    packages = [package(wheels, "b", depends=("pure", "c", "a")), package(wheels, "a")]
    entries = lock_of(interpreter_files.files(config(), packages, Compiler()))["packages"]
    assert list(entries) == ["a", "b"]
    assert entries["b"]["depends"] == ["a"]


def test_a_wheel_that_was_changed_since_is_refused(wheels):
    own = package(wheels, "own")
    with zipfile.ZipFile(own.path, "a") as archive:
        archive.writestr("more.py", "")
    with pytest.raises(Exception, match=own.path.name):
        interpreter_files.files(config(), [own], Compiler())


def test_with_cdn_only_what_the_cdn_does_not_have_is_in_the_folder(wheels):
    own, theirs = package(wheels, "own"), package(wheels, "theirs", of_pyodide=True)
    content = interpreter_files.files(config(cdn=True), [own, theirs], Compiler())
    assert sorted(content) == sorted([own.path.name, distribution.LOCK])
    entries = lock_of(content)["packages"]
    assert entries["own"]["file_name"] == own.path.name
    assert entries["theirs"]["file_name"] == f"{distribution.CDN}{theirs.path.name}"
    assert entries["theirs"]["sha256"] == theirs.sha256, "checked there as well"


def test_the_same_packages_give_the_same_bytes_in_any_order(wheels):
    packages = [package(wheels, name) for name in ("a", "b", "c")]
    assert interpreter_files.files(config(), packages, Compiler()) == interpreter_files.files(
        config(), packages[::-1], Compiler()
    )


def test_the_manifest_lists_every_file_with_its_hash():
    content = interpreter_files.files(config(), [], Compiler())
    described = interpreter_files.describe(config(), "pyrt/runtime-0/", content)
    assert described == {
        "url": "pyrt/runtime-0/",
        "lockUrl": f"pyrt/runtime-0/{distribution.LOCK}",
        "files": [
            {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in sorted(content.items())
        ],
    }


def test_with_cdn_the_interpreter_is_listed_at_the_address_of_the_cdn():
    """So that the page checks what comes from there; the lock is the site's own."""
    content = interpreter_files.files(config(cdn=True), [], Compiler())
    described = interpreter_files.describe(config(cdn=True), "pyrt/runtime-0/", content)
    assert isinstance(described, dict)
    assert described["url"] == distribution.CDN
    assert described["lockUrl"] == f"pyrt/runtime-0/{distribution.LOCK}"
    listed = described["files"]
    assert isinstance(listed, list)
    names = [each["name"] for each in listed if isinstance(each, dict)]
    assert names == sorted(distribution.CORE)
