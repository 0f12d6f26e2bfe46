"""Modules of the project that have to be compiled, with a stand-in for pyodide-build and emcc."""

import json

from pyrt_build.site import compression, image
from tests.support.workspace import BROWSER_TAG, library, write_files

APP = "from dash import Dash\nfrom tides._fast import height\napp = Dash(__name__)\n"
MARK = """
import os
open(os.path.join(os.path.dirname(os.environ["PYRT_CACHE"]), "mark"), "w").close()
"""
PROJECT = {
    "app.py": APP,
    "setup.py": f'{MARK}\nsetup(name="tides", ext_modules=cythonize("tides/*.pyx"))\n',
    "tides/__init__.py": "",
    "tides/_fast.pyx": "def height(): return 1\n",
}
PROGRAM = """#!/bin/sh
while [ $# -gt 0 ]; do
  if [ "$1" = --outdir ]; then /bin/cp {wheel} "$2"; fi
  shift
done
"""


def add_programs(workspace, wheel):
    """Put a pyodide on the PATH that gives a wheel for whatever it is to build, and an emcc."""
    folder = workspace.root / "nothing"
    write_files(folder, {"pyodide": PROGRAM.format(wheel=wheel), "emcc": "#!/bin/sh\n"})
    for program in ("pyodide", "emcc"):
        (folder / program).chmod(0o755)


def test_without_leave_the_import_is_named_and_nothing_runs(workspace, capsys):
    assert workspace.build(PROJECT) == 1
    shown = capsys.readouterr().err
    assert "app.py:2 imports tides._fast, a module of the project that has to be comp" in shown
    assert "(tides/_fast.pyx)" in shown
    assert "--allow-build tides" in shown
    assert not (workspace.root / "mark").exists()
    assert not workspace.out.exists()


def test_what_is_compiled_travels_beside_the_project(workspace, capsys):
    name = "tides/_fast.cpython-314-wasm32-emscripten.so"
    wheel = workspace.add_wheel(
        "tides", "1.0", {name: library(), "tides/__init__.py": ""}, tag=BROWSER_TAG
    )
    add_programs(workspace, wheel)
    assert workspace.build(PROJECT, "--allow-build", "tides") == 0, capsys.readouterr().err
    images = {entry["mount"]: entry["url"] for entry in workspace.manifest()["images"]}
    packed = (workspace.out / images["/app"]).read_bytes()
    content = image.unpack(compression.decompress(packed))
    assert content[name] == library()
    assert "tides/__init__.py" in content
    locked = json.loads((workspace.out / "pyrt-lock.json").read_text())["packages"]
    assert wheel.name in {package["file"] for package in locked}
    assert not (workspace.root / "mark").exists()  # the stand-in runs no setup.py


def test_a_library_that_is_no_webassembly_does_not_travel(workspace, capsys):
    wheel = workspace.add_wheel("tides", "1.0", {"tides/_fast.so": "\x7fELF"}, tag=BROWSER_TAG)
    add_programs(workspace, wheel)
    assert workspace.build(PROJECT, "--allow-build", "tides") == 1
    assert "tides/_fast.so is no library that a tab can load" in capsys.readouterr().err
