"""The files that all sites of Dash in Pyodide share: Pyodide, packages, component bundles.

Packages are downloaded by pip and packed into one archive, without what the site does not use. This
is kinder to the baseline than what apps do today: a package manager that fetches some 25 wheels at
every start. Bundles of components are loaded by script elements, which the page's `fetch` cannot
answer, and are files of the site.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from pyrt_build import target

HERE = Path(__file__).parent
FOLDER = "_baseline"  # of the site: what is not Dash's
SUITES = "_dash-component-suites"
PYODIDE_FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
PACKAGES = (
    f"dash=={target.DASH_VERSION}",
    "annotated-types",
    "blinker",
    "certifi",
    "click",
    "comm",
    "flask",
    "idna",
    "importlib_metadata",
    "itsdangerous",
    "janus",
    "jinja2",
    "lazy-importer",
    "narwhals",
    "nest-asyncio",
    "packaging",
    "plotly",
    "pydantic==2.14.3",
    "requests",
    "retrying",
    "typing-inspection",
    "typing_extensions",
    "urllib3",
    "werkzeug",
    "zipp",
    # Their compiled modules are left out: both have a version in Python.
    "charset-normalizer",
    "markupsafe",
)
PYDANTIC_CORE = "pydantic-core==2.50.4"
NOT_USED = (".so", ".pyi", "/", ".map", ".pyx", ".c")
BUNDLES = (".js", ".css", ".json", ".ico")
NOTEBOOKS = ("/labextension/", "/nbextension/")
PLOTLY_BUNDLE = "plotly/package_data/plotly.min.js"


def make_distribution(folder: Path, pyodide: Path, python: Path) -> None:
    """Make the folder.

    Args:
        folder: to be written.
        pyodide: the files of Pyodide's npm package.
        python: interpreter whose pip downloads the packages.
    """
    shutil.rmtree(folder, ignore_errors=True)
    own = folder / FOLDER
    own.mkdir(parents=True)
    for name in PYODIDE_FILES:
        shutil.copy(pyodide / name, own)
    for name in ("page.js", "worker.js"):
        shutil.copy(HERE / name, own)
    wheels = folder.with_name(f"{folder.name}-wheels")
    _download(python, wheels, *PACKAGES)
    for wheel in _download(python, wheels / "core", PYDANTIC_CORE, *_options_for_pyodide()):
        shutil.copy(wheel, own / "pydantic_core.whl")
    with ZipFile(own / "packages.zip", "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for wheel in sorted(wheels.glob("*.whl")):
            for name, content in _read(wheel, folder / SUITES):
                archive.writestr(name, content)
    subprocess.run(["node", HERE / "bytecode.mjs", own], check=True)


def _download(python: Path, folder: Path, *arguments: str) -> list[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    command = [str(python), "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*command, *arguments], check=True)
    return list(folder.glob("*.whl"))


def _options_for_pyodide() -> list[str]:
    return [
        "--only-binary=:all:",
        f"--python-version={target.PYTHON_SERIES}",
        "--implementation=cp",
        f"--platform={target.PLATFORM_TAG}",
        f"--abi={target.PYTHON_TAG}",
    ]


def _read(wheel: Path, suites: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a wheel for the archive; bundles are written to the folder `suites`."""
    with ZipFile(wheel) as archive:
        for name in archive.namelist():
            if ".data/" in name or name.endswith(NOT_USED) or "dist-info/RECORD" in name:
                continue
            content = archive.read(name)
            if is_bundle(name):
                target_file = suites / name
                target_file.parent.mkdir(parents=True, exist_ok=True)
                target_file.write_bytes(content)
            if is_packed(name):
                # Of scripts and styles, Dash reads the time of the last change only.
                is_text = is_bundle(name) and name.endswith((".js", ".css"))
                yield name, b"" if is_text else content


def is_bundle(name: str) -> bool:
    """Whether the browser loads a file of a wheel."""
    is_dash = name.startswith("dash/") and name.endswith(BUNDLES)
    return name == PLOTLY_BUNDLE or (is_dash and not any(part in name for part in NOTEBOOKS))


def is_packed(name: str) -> bool:
    """Whether Python needs a file of a wheel."""
    if name.startswith("plotly/"):
        unused = name.endswith(".js") or "/labextension/" in name or "/datasets/" in name
        return name == PLOTLY_BUNDLE or not unused
    return not (is_bundle(name) and name.endswith("metadata.json"))
