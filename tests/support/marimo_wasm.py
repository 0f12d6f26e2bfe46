"""A notebook of marimo as a page whose kernel is a Pyodide, and the hosts that the page asks.

It asks for Pyodide, for a lock with the packages of marimo, and for packages of the notebook from
an index. All is answered here: from npm's Pyodide of the release that marimo pins, and from wheels.
"""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from packaging.utils import canonicalize_name
from packaging.version import Version
from playwright.sync_api import Route

from pyrt_build import target
from pyrt_build.packages import python_part
from tests.support.paths import ROOT
from tools.notebook_wheel import make_wheel

LISTS = ROOT / "tests" / "notebooks"
_PYYAML = Version("6.0.3")  # marimo's own index has Pyodide's build; its Python is enough
_PYODIDE = "import marimo._pyodide.pyodide_constraints as c; print(c.PYODIDE_VERSION)"
_TAGS = (
    "--only-binary=:all:",
    f"--python-version={target.PYTHON_SERIES}",
    "--implementation=cp",
    f"--abi={target.PYTHON_TAG}",
    f"--platform={target.PLATFORM_TAG}",
)


class OtherHosts:
    """What hosts other than that of the page answer.

    Args:
        python: has marimo.
        folder: empty; downloads go into it.

    Attributes:
        refused: the addresses for which there is nothing.
    """

    def __init__(self, python: Path, folder: Path) -> None:
        self.refused: list[str] = []
        self._files = get_pyodide(python, folder / "pyodide")
        locked = download(LISTS / "marimo-packages.txt", folder / "locked")
        pyyaml = python_part.wheel("pyyaml", _PYYAML, None)
        assert pyyaml is not None
        locked.append(pyyaml)
        indexed = download(LISTS / "marimo-index.txt", folder / "indexed")
        self._index = {_name_of(path): path for path in indexed}
        self._files |= {path.name: path for path in [*locked, *indexed]}
        lock = self._files[target.PYODIDE_LOCK]
        lock.write_text(make_lock(json.loads(lock.read_text(encoding="utf-8")), locked))

    def answer(self, route: Route) -> None:
        """Answer a request, whatever host it is for, by the last part of its path."""
        address = route.request.url
        parts = [each for each in urlsplit(address).path.split("/") if each]
        headers = {"Access-Control-Allow-Origin": "*"}
        if parts and parts[-1] in self._files:
            path = self._files[parts[-1]]
            if path.suffix == ".mjs":
                headers["Content-Type"] = "text/javascript"
            elif path.suffix == ".wasm":
                headers["Content-Type"] = "application/wasm"
            route.fulfill(path=path, headers=headers)
        elif len(parts) > 1 and parts[-2] == "simple" and parts[-1] in self._index:
            name = self._index[parts[-1]].name
            link = f'<a href="{urljoin(address, name)}">{name}</a>'
            headers["Content-Type"] = "text/html"
            route.fulfill(body=f"<!DOCTYPE html><html><body>{link}</body></html>", headers=headers)
        else:
            self.refused.append(address)
            route.fulfill(status=404, headers=headers)


def get_pyodide(python: Path, folder: Path) -> dict[str, Path]:
    """Get the Pyodide that a marimo pins from npm; return its files by their names."""
    folder.mkdir()
    version = _run([str(python), "-c", _PYODIDE]).strip()
    packed = _run(["npm", "pack", "--silent", f"pyodide@{version}"], folder).split()[-1]
    with tarfile.open(folder / packed) as archive:
        archive.extractall(folder, filter="data")
    return {path.name: path for path in (folder / "package").glob("py*")}


def download(names: Path, folder: Path) -> list[Path]:
    """Download the packages of a list, without their dependencies, for a browser's Python."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *_TAGS]
    _run([*command, "--dest", str(folder), "-r", str(names)])
    return sorted(folder.glob("*.whl"))


def make_lock(lock: dict[str, object], wheels: Sequence[Path]) -> str:
    """Return a lock of Pyodide with other packages; those of marimo all come together."""
    names = [_name_of(wheel) for wheel in wheels]
    lock["packages"] = {
        name: {
            "name": name,
            "version": wheel.name.split("-")[1],
            "file_name": wheel.name,
            "install_dir": "site",
            "sha256": sha256(wheel.read_bytes()).hexdigest(),
            "package_type": "package",
            "imports": [],
            "depends": [each for each in names if each != name] if name == "marimo-base" else [],
            "unvendored_tests": False,
        }
        for name, wheel in zip(names, wheels, strict=True)
    }
    return json.dumps(lock)


def export(python: Path, cells: Iterable[str], folder: Path) -> Path:
    """Export a notebook that has the wheel for notebooks beside it; return the page's folder.

    Args:
        python: has marimo.
        cells: the code of the notebook, from its first line after the metadata.
        folder: empty.
    """
    wheel = make_wheel(ROOT, folder)
    needs = f"pyrt-dash-notebook @ ./{wheel.name}"
    header = f'# /// script\n# dependencies = ["{needs}"]\n# ///\n\n'
    notebook = folder / "notebook.py"
    notebook.write_text(header + "".join(cells), encoding="utf-8")
    page = folder / "page"
    command = [str(python), "-m", "marimo", "-y", "export", "html-wasm", notebook.name]
    environment = {**os.environ, "PATH": f"{_uv_for_ruff(folder)}{os.pathsep}{os.environ['PATH']}"}
    _run([*command, "--no-sandbox", "--mode=run", "-o", str(page)], folder, environment)
    return page


def _uv_for_ruff(folder: Path) -> Path:
    """Make a program `uv` that runs ruff, which marimo asks for the files that a notebook imports.

    A real one would install ruff first; the environment of the tests has it. Returns its folder.
    """
    program = folder / "bin" / "uv"
    program.parent.mkdir()
    ruff = Path(sys.executable).with_name("ruff")
    program.write_text(
        f'#!/bin/sh\nwhile [ "$1" != ruff ]; do shift; done\nshift\nexec "{ruff}" "$@"\n'
    )
    program.chmod(0o755)
    return program.parent


def _name_of(wheel: Path) -> str:
    return canonicalize_name(wheel.name.partition("-")[0])


def _run(
    command: Sequence[str], folder: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
