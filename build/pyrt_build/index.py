"""Asks the package index, through pip, for wheels that run in the browser.

pip is used as a program, so that mirrors, proxies, certificates and credentials are the ones the
author has configured. Nothing here resolves dependencies: `resolve` does.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

from pyrt_build import cache
from pyrt_build.console import progress
from pyrt_build.errors import BuildError

# Python 3.14 and the ABI of Pyodide 314 (PEP 783), as pip spells them.
TARGET_TAGS = (
    "--python-version=3.14",
    "--implementation=cp",
    "--abi=cp314",
    "--abi=abi3",
    "--abi=none",
    "--platform=pyemscripten_2026_0_wasm32",
)


class NotOnIndex(Exception):  # noqa: N818 -- an answer, not an error: the caller tries elsewhere
    """pip found no file for a requirement; the text is pip's own explanation."""


def download(
    requirements: Sequence[str],
    index_url: str | None = None,
    tags: Sequence[str] = TARGET_TAGS,
) -> dict[str, Path]:
    """Fetch one wheel per requirement, without dependencies, into the cache.

    Returns:
        Canonical name -> path of the wheel.

    Raises:
        NotOnIndex: at least one of the requirements has no wheel for the browser.
    """
    with tempfile.TemporaryDirectory(dir=cache.folder("wheels")) as into:
        _pip(
            ["download", "--dest", into, *tags, "--only-binary=:all:"],
            requirements,
            index_url,
        )
        return _keep(Path(into))


def build(requirement: str, index_url: str | None = None) -> dict[str, Path]:
    """Build a wheel from a source distribution that needs no compiler.

    Raises:
        NotOnIndex: there is none, it does not build, or it contains compiled code.
    """
    with tempfile.TemporaryDirectory(dir=cache.folder("wheels")) as into:
        _pip(["wheel", "--wheel-dir", into], [requirement], index_url)
        for wheel in Path(into).glob("*.whl"):
            if not wheel.name.endswith("-any.whl"):
                raise NotOnIndex(f"its source distribution builds {wheel.name}, compiled code")
        return _keep(Path(into))


def _keep(folder: Path) -> dict[str, Path]:
    """Move finished wheels of a temporary folder to the cache."""
    kept = {}
    for wheel in sorted(folder.glob("*.whl")):
        target = wheel.parent.parent / wheel.name
        wheel.replace(target)
        kept[str(canonicalize_name(parse_wheel_filename(wheel.name)[0]))] = target
    return kept


def _pip(command: Sequence[str], requirements: Sequence[str], index_url: str | None) -> None:
    arguments = [sys.executable, "-m", "pip", *command, "--no-deps", "--no-input"]
    if index_url:
        arguments += ["--index-url", index_url]
    progress(f"pip: {', '.join(requirements)}")
    done = subprocess.run(  # noqa: S603 -- no shell; requirements are parsed before they get here
        [*arguments, "--", *requirements], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    if "No module named pip" in done.stderr:
        raise BuildError(
            f"pip is missing in {sys.prefix}; pyrt downloads packages with it. "
            f"Run: {sys.executable} -m ensurepip"
        )
    complaints = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
    raise NotOnIndex("\n".join(complaints) or done.stderr.strip())
