"""Makes the distribution for notebooks whose kernel is a browser (JupyterLite).

`%pip install` takes it there. It has the engine, what notebooks need of pyrt, the page, and Dash's
bundles, and nothing of the builder, whose dependencies do not exist there. `make release` writes it
beside the full one.
"""

import argparse
import base64
import hashlib
import re
import sys
import tomllib
import zipfile
from pathlib import Path

from pyrt_build import target
from pyrt_build.site.plan import engine_sources

LARGEST = 2_000_000  # bytes
_TIME = (2020, 1, 1, 0, 0, 0)  # the same inputs give the same bytes
_NO_SOURCES = re.compile(r"README\.md$|__pycache__|\.pyc$")


def contents(root: Path) -> dict[str, bytes]:
    """Return the files of the wheel, without those that describe it."""
    notebook = [path for path in (root / "pyrt" / "notebook").rglob("*") if path.is_file()]
    files = engine_sources()
    files |= {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in [*notebook, root / "pyrt" / "registry.json", root / "pyrt" / "py.typed"]
        if not _NO_SOURCES.search(path.as_posix())
    }
    return dict(sorted(files.items()))


def make_wheel(root: Path, folder: Path) -> Path:
    """Write the wheel into a folder, and return its path.

    Raises:
        ValueError: it is larger than what a notebook is to wait for.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = f"{project['name']}-notebook"
    needs = project["optional-dependencies"]["notebook"]
    stem = f"{name.replace('-', '_')}-{target.PYRT_VERSION}"
    info = f"{stem}.dist-info"
    metadata = [
        "Metadata-Version: 2.4",
        f"Name: {name}",
        f"Version: {target.PYRT_VERSION}",
        "Summary: Dash apps in notebooks whose kernel is a browser.",
        f"License-Expression: {project['license']}",
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {each}" for each in needs),
    ]
    files = contents(root) | {
        f"{info}/METADATA": "\n".join([*metadata, ""]).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: pyrt\n"
        b"Root-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/licenses/LICENSE": (root / "LICENSE").read_bytes(),
        f"{info}/licenses/NOTICE": (root / "NOTICE").read_bytes(),
    }
    record = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    wheel = folder / f"{stem}-py3-none-any.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=9)
    size = wheel.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{wheel} has {size} bytes, more than {LARGEST}")
    return wheel


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def main(arguments: list[str] | None = None) -> int:
    """Write the wheel."""
    parser = argparse.ArgumentParser(prog="python -m tools.notebook_wheel", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("dist"))
    folder = parser.parse_args(arguments).folder
    sys.stdout.write(f"wrote {make_wheel(Path(__file__).parents[1], folder)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
