"""What is in the wheel and in the source distribution."""

import re
import tarfile
import zipfile
from email.parser import BytesParser

import pytest

from pyrt_build import target
from tests.support.repository import tracked

# Files that git does not have.
MADE = {
    "build/pyrt_build/static/page.js",
    "build/pyrt_build/static/early.js",
    "build/pyrt_build/static/single.js",
    "build/pyrt_build/static/offline.js",
    "build/pyrt_build/static/app-element.js",
    "build/pyrt_build/static/worker.js",
    "build/pyrt_build/static/pyodide/pyodide.mjs",
    "build/pyrt_build/static/pyodide/pyodide.asm.mjs",
    "build/pyrt_build/static/pyodide/pyodide.asm.wasm",
    "build/pyrt_build/static/pyodide/python_stdlib.zip",
    "build/pyrt_build/static/pyodide/pyodide-lock.json",
    "build/site_packages/dash-stubs/py.typed",
    "build/site_packages/dash-stubs/dcc/__init__.pyi",
    "build/site_packages/dash-stubs/html/__init__.pyi",
    "build/site_packages/dash-stubs/dash_table/__init__.pyi",
    "pyrt/agents/props.json",
    "pyrt/notebook/static/frame.js",
    "pyrt/notebook/static/page.js",
    "pyrt/notebook/static/pkg/dash/dcc/dash_core_components.js",
    "pyrt/notebook/static/widget.js",
    "pyrt/registry.json",
}
BYTECODE = re.compile(r"pyrt_build/static/bytecode/\w{32}\.img$")


@pytest.fixture(scope="module")
def in_wheel(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def in_sdist(sdist):
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def installed(path):
    """Where a wheel has a file of the checkout."""
    return path.removeprefix("build/site_packages/").removeprefix("build/")


def test_the_name_is_free_and_that_of_the_package_is_kept(in_wheel):
    (name,) = (path for path in in_wheel if path.endswith(".dist-info/METADATA"))
    metadata = BytesParser().parsebytes(in_wheel[name])
    assert (metadata["Name"], metadata["Version"]) == ("pyrt-dash", target.PYRT_VERSION)
    assert metadata["License-Expression"] == "MIT"
    assert (
        "pyrt = pyrt_build.cli:main"
        in in_wheel[name.replace("METADATA", "entry_points.txt")].decode()
    )


def test_the_wheel_has_what_git_does_not_have(in_wheel):
    assert {installed(path) for path in MADE} - {*in_wheel} == set()
    assert all(in_wheel[installed(path)] for path in MADE if not path.endswith("py.typed"))
    assert {"pyrt/py.typed", "pyrt_finder.py", "pyrt_finder.pth"} <= {*in_wheel}


def test_the_wheel_has_bytecode_of_standard_library_and_engine(in_wheel):
    """Without it a machine without Node and CPython of the site's series puts source into sites."""
    images = [data for path, data in in_wheel.items() if BYTECODE.search(path)]
    assert len(images) == 2
    assert sorted(b"/pyrt/engine/pyrt/worker.py" in data for data in images) == [False, True]
    assert all(target.BYTECODE_MAGIC.to_bytes(2, "little") + b"\r\n" in data for data in images)


def test_the_wheel_has_packages_and_nothing_of_the_checkout(in_wheel):
    tops = {path.partition("/")[0] for path in in_wheel}
    info = f"pyrt_dash-{target.PYRT_VERSION}.dist-info"
    assert tops == {info, "dash-stubs", "pyrt", "pyrt_build", "pyrt_finder.pth", "pyrt_finder.py"}
    assert not [path for path in in_wheel if path.endswith(("README.md", ".built", ".pyc"))]


def test_the_source_distribution_has_all_sources_and_what_git_does_not_have(in_sdist):
    assert MADE - in_sdist == set()
    assert len([path for path in in_sdist if BYTECODE.search(path)]) == 2
    assert {path.as_posix() for path in tracked()} - in_sdist == set()
