"""Files that cannot import the pinned versions repeat the same versions."""

import importlib.util
import json
import sys
import tomllib

import pytest

import pyrt
from pyrt.model.component import DASH_VERSION
from pyrt_build import target
from tests.support.paths import ROOT

PACKAGE = json.loads((ROOT / "web" / "package.json").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_versions_that_are_made_of_others():
    assert (target.PYTHON_SERIES, target.PYTHON_DIGITS, target.PYTHON_TAG) == (
        "3.14",
        "314",
        "cp314",
    )
    assert target.PLATFORM_TAG == "pyemscripten_2026_0_wasm32"


def test_pyrt_has_one_version():
    assert pyrt.__version__ == target.PYRT_VERSION
    assert PACKAGE["version"] == target.PYRT_VERSION
    assert "version" in PROJECT["project"]["dynamic"]
    assert ROOT / PROJECT["tool"]["hatch"]["version"]["path"] == ROOT.joinpath(
        "build", "pyrt_build", "target.py"
    )


def test_the_engine_is_of_the_dash_that_sites_are_made_of():
    assert DASH_VERSION == target.DASH_VERSION


def test_the_page_is_compiled_for_the_same_pyodide_and_react():
    assert PACKAGE["dependencies"]["pyodide"] == target.PYODIDE_VERSION
    assert PACKAGE["devDependencies"]["react"] == target.REACT_VERSION
    assert PACKAGE["devDependencies"]["react-dom"] == target.REACT_VERSION


def test_the_bundled_pyodide_has_the_python_and_the_abi(pyodide_lock):
    info = pyodide_lock["info"]
    assert info["python"] == target.PYTHON_VERSION
    assert info["abi_version"] == target.ABI_VERSION
    assert info["platform"] == f"emscripten_{target.EMSCRIPTEN_VERSION.replace('.', '_')}"


@pytest.mark.skipif(
    sys.version_info[:2] != tuple(map(int, target.PYTHON_SERIES.split("."))),
    reason="the magic number is that of another Python",
)
def test_the_magic_number_of_bytecode():
    magic = int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little")
    assert magic == target.BYTECODE_MAGIC


@pytest.fixture
def pyodide_lock():
    lock = ROOT / "build" / "pyrt_build" / "static" / "pyodide" / "pyodide-lock.json"
    if not lock.is_file():
        pytest.skip("`make web` has not fetched Pyodide")
    return json.loads(lock.read_text())
