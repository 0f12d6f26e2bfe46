"""Python environments of tests: empty ones, in which a wheel of pyrt is installed."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.paths import ROOT

# No settings of this process: a checkout on the path would be found in place of what is installed.
NEUTRAL = {
    name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYRT_"))
}


def build(target: str, folder: Path) -> None:
    """Build this checkout with hatchling; what that needs is installed here.

    Args:
        target: `sdist`, `wheel` or `wheel:editable`.
        folder: where the result is put.
    """
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory"]
    done = subprocess.run(
        [*command, folder], cwd=ROOT, env=NEUTRAL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


class PythonEnvironment:
    """A virtual environment without any package; pip of this Python installs into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self.python = folder / "bin" / "python"

    @property
    def packages(self) -> Path:
        """The folder of installed packages."""
        (found,) = self.folder.glob("lib/python*/site-packages")
        return found

    def add_to_path(self, folder: Path) -> None:
        """Let it import the packages of a folder, behind those that are installed."""
        (self.packages / "more.pth").write_text(f"{folder}\n")

    def pip(self, *arguments: str | Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "pip", "--quiet", "--python", self.python, *arguments],
            env=NEUTRAL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def run(self, *lines: str) -> str:
        """Run lines of Python in an empty folder; what they print, or the last line of an error."""
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        done = subprocess.run(
            [self.python, "-c", "\n".join(lines)],
            cwd=empty,
            env=NEUTRAL,
            capture_output=True,
            text=True,
            check=False,
        )
        return (done.stdout if done.returncode == 0 else done.stderr.splitlines()[-1]).strip()
