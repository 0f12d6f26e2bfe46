"""The environment of the tests: a real Dash with dash.testing, and a browser with its driver."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from pyrt_build import target

DASH = f"dash[testing]=={target.DASH_VERSION}"
# Dash's files import them, and are to be collected. The sites do not get them.
IMPORTED_BY_TESTS = ("flaky", "mock", "numpy", "pandas")


class EnvironmentMissingError(Exception):
    """A program that the tests need is not on this machine."""


def find_python(work: Path, packages: Sequence[str] = IMPORTED_BY_TESTS) -> str:
    """The interpreter of the environment in `work`, which is made at the first call.

    Args:
        work: the folder for files of the harness.
        packages: what is installed beside Dash.
    """
    folder = work / "environment"
    python, done = str(folder / "bin" / "python"), folder / "done"
    wanted = [DASH, *packages]
    work.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not done.exists() or done.read_text() != "\n".join(wanted):
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            command = [python, "-m", "pip", "install", "--quiet", *wanted]
            subprocess.run(command, check=True)
            done.write_text("\n".join(wanted))
    return python


def find_program(name: str, package: str) -> str:
    """The path of a program.

    Args:
        name: of the program.
        package: that of Debian and Ubuntu with the program, for the message.

    Raises:
        EnvironmentMissingError: it is not on the PATH.
    """
    if path := shutil.which(name):
        return path
    raise EnvironmentMissingError(
        f"{name} is not on the PATH. Dash's tests drive Chromium by it; on Debian and Ubuntu it is"
        f" in the package {package}. Its version must be that of Chromium."
    )
