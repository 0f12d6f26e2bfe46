"""Bytecode by the interpreter of the site; needs `make web`, and Node or CPython 3.14."""

import io
import os
import zipfile
from importlib import resources
from pathlib import Path

import pytest

import pyrt_build
from pyrt_build.site import compression, image
from pyrt_build.site.compile import bytecode

APP = """# /// script
# dependencies = ["own"]
# ///
from dash import Dash
import own
app = Dash(__name__)
"""
PATH = os.environ["PATH"]  # before a test takes Node away


@pytest.fixture
def complete(workspace, monkeypatch):
    """The workspace with the real Pyodide, and with whatever can run it."""
    static = Path(str(resources.files("pyrt_build"))) / "static"
    if not (static / "pyodide" / "pyodide.asm.wasm").is_file():
        pytest.skip("run `make web` first")
    monkeypatch.setenv("PATH", PATH)
    monkeypatch.setenv("PYRT_STATIC", str(static))
    if bytecode.find_compiler() is None:
        pytest.skip("neither CPython 3.14 nor Node is here")
    workspace.add_wheel("own", "1.0", {"own/__init__.py": "def f():\n    return 1 / 0\n"})
    return workspace


def read(workspace, name):
    (path,) = workspace.out.glob(f"pyrt/{name}-*.img")
    return image.unpack(compression.decompress(path.read_bytes()))


def test_packages_engine_and_library_are_bytecode_the_app_is_source_and_debugging_has_both(
    complete,
):
    assert complete.build({"app.py": APP}) == 0
    assert "own/__pycache__/__init__.cpython-314.pyc" in read(complete, "packages")
    assert "own/__init__.py" not in read(complete, "packages")
    assert "pyrt/engine/session.pyc" in read(complete, "engine")
    assert sorted(read(complete, "app")) == ["app.py"]
    library = read(complete, "stdlib")["python314.zip"]
    with zipfile.ZipFile(io.BytesIO(library)) as archive:
        assert "json/__init__.pyc" in archive.namelist()
        assert not [name for name in archive.namelist() if name.endswith(".py")]
    complete.build({"app.py": APP}, "--debug")
    (path,) = complete.out.glob("pyrt/packages-*.img")
    packages = image.read(compression.decompress(path.read_bytes()))
    assert "own/__pycache__/__init__.cpython-314.pyc" in packages.files
    # Fetched when a traceback shows a line of it.
    assert [pack for pack in packages.packs if "own/__init__.py" in pack.sizes]


@pytest.mark.usefixtures("complete")
def test_the_same_source_compiled_anew_and_among_other_files_gives_the_same_bytes(monkeypatch):
    sources = {
        str(path): path.read_bytes() for path in Path(pyrt_build.__file__).parent.glob("*.py")
    }
    first = bytecode.Compiler().compile(sources)
    monkeypatch.setenv("PYRT_CACHE", str(Path.cwd() / "another-cache"))
    half = dict(list(sources.items())[::2])
    assert bytecode.Compiler().compile(half) == {path: first[path] for path in half}
