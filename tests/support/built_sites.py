"""Sites that tests open: each is built once in a run, for all processes of pytest."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from tests.support import quick_pyrt
from tests.support.paths import BROWSER_APPS


def build(app, out, *flags):
    """Build a site with the command line tool as app developers do; compressed at low level."""
    command = [sys.executable, quick_pyrt.__file__, "build", str(app), "-o", str(out), *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def name_of(app):
    """The name of an app file's site; that of a copy begins with the name of its folder."""
    if app.name == "app.py":
        return app.parent.name
    return app.stem if BROWSER_APPS in app.parents else f"{app.parent.name}-{app.stem}"


class BuiltSites:
    """Builds a site when it is asked for first; later, also in another process, gives its folder.

    A site is known by its app file, by all files beside that, and by the flags. Locks are files, so
    that a second process that wants the same site waits for the first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def site(self, app: Path, *flags: str) -> Path:
        """The folder of a site, which is named `site` and is alone in its parent."""
        folder = self._folder / _digest(app, flags)
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                self._build(app, folder, *flags)
        return folder / "site"

    def _build(self, app: Path, folder: Path, *flags: str) -> None:
        """Build; the very first one alone: it fills the builder's cache for all others."""
        part, is_filled = Path(f"{folder}.part"), self._folder / "cache-is-filled"
        with FileLock(self._folder / "first.lock"):
            if not is_filled.exists():
                build(app, part / "site", *flags)
                is_filled.touch()
        if not part.exists():
            build(app, part / "site", *flags)
        part.rename(folder)


def _digest(app: Path, flags: tuple[str, ...]) -> str:
    known = hashlib.sha256(repr((app.name, flags)).encode())
    for path in sorted(app.parent.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            known.update(f"{path.relative_to(app.parent)} {path.stat().st_size}\n".encode())
            known.update(path.read_bytes())
    return known.hexdigest()[:16]


def shared_folder(own: Path) -> Path:
    """Where the processes of one run keep what they share.

    `PYRT_TEST_SITES` names a folder that more than one run may use, one after the other; without
    it, it is in the run's folder of temporary files.

    Args:
        own: the folder of temporary files of this process.
    """
    named = os.environ.get("PYRT_TEST_SITES")
    if named:
        return Path(named).absolute()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "sites"
