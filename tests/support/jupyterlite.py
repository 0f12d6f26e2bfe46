"""A JupyterLite site whose Pyodide, packages and notebooks all come from one folder.

The site asks the network for nothing: the lock of its Pyodide names micropip only, and the other
packages are wheels in the site's own index.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from pyrt_build import target
from tests.support.paths import ROOT
from tools.notebook_wheel import make_wheel

# The Python that has JupyterLite; None where `make notebooks` has not started the tests.
PYTHON = os.environ.get("PYRT_JUPYTERLITE")
PYODIDE = ROOT / "web" / "node_modules" / "pyodide"
PACKAGES = ROOT / "tests" / "notebooks" / "lite-packages.txt"


def build_site(python: Path, folder: Path, notebooks: Mapping[str, str]) -> Path:
    """Build a site of notebooks.

    Args:
        python: one that has JupyterLite.
        folder: empty; everything is made in it.
        notebooks: file name -> content.

    Returns:
        the folder of the site.
    """
    index = folder / "pypi"
    download_packages(index)
    make_wheel(ROOT, index)
    add_pyodide(folder / "static" / "pyodide", index)
    (folder / "files").mkdir()
    for name, content in notebooks.items():
        (folder / "files" / name).write_text(content, encoding="utf-8")
    command = [str(python), "-m", "jupyterlite_core", "build", "--lite-dir", str(folder)]
    done = subprocess.run(
        [*command, "--contents", "files", "--output-dir", str(folder / "site")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def download_packages(index: Path) -> None:
    """Download the packages of the kernel that are wheels of Python alone."""
    pure = ["--only-binary=:all:", f"--python-version={target.PYTHON_SERIES}"]
    pure += ["--implementation=py", "--abi=none", "--platform=any", "--no-deps"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(index), *pure]
    subprocess.run([*command, "-r", str(PACKAGES)], check=True)


def add_pyodide(folder: Path, index: Path) -> None:
    """Copy Pyodide, with a lock that has micropip alone."""
    folder.mkdir(parents=True)
    for path in PYODIDE.glob("py*"):
        shutil.copy(path, folder)
    (wheel,) = index.glob("micropip-*.whl")
    path = folder / target.PYODIDE_LOCK
    lock = json.loads(path.read_text(encoding="utf-8"))
    found = {"file_name": wheel.name, "sha256": sha256(wheel.read_bytes()).hexdigest()}
    lock["packages"] = {"micropip": {**lock["packages"]["micropip"], **found}}
    path.write_text(json.dumps(lock), encoding="utf-8")
    wheel.rename(folder / wheel.name)
