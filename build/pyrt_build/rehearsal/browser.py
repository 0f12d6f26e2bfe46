"""Finds a Chromium on this machine, and opens an address in it, without a window.

Nothing is installed, and nothing controls the browser: the page at the address reports by itself.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from pyrt_build.errors import BuildError

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
# Where installers put browsers that are not on the PATH, by `sys.platform`: below /Applications of
# the machine and of the user; below the folders of programs of the machine and of the user.
MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
# Patterns below the folder of Playwright's browsers.
PLAYWRIGHT = (
    "chromium_headless_shell-*/*/headless_shell*",
    "chromium_headless_shell-*/*/chrome-headless-shell*",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)
FLAGS = (
    "--headless",
    "--no-sandbox",  # as Playwright: many containers have none, and the page is the developer's
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-extensions",
    # Pages of the address bar, which is not shown: half of what a start of Chromium 156 computes.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",  # the address is of this machine
    "--mute-audio",
    "--window-size=1280,900",
)


def find() -> Path | None:
    """Return the browser: `PYRT_BROWSER`, else Playwright's, else one of the system; None without.

    Raises:
        BuildError: `PYRT_BROWSER` is not a file.
    """
    named = os.environ.get("PYRT_BROWSER")
    if named:
        if not Path(named).is_file():
            raise BuildError(f"PYRT_BROWSER names {named}, which is no file.")
        return Path(named)
    for pattern in PLAYWRIGHT:
        found = [p for p in sorted(_playwright_folder().glob(pattern)) if _is_program(p)]
        if found:
            return found[-1]
    on_path = (shutil.which(name) for name in NAMES)
    installed_ones = installed(sys.platform, os.environ, Path.home())
    return next((Path(p) for p in [*on_path, *installed_ones] if p and _is_program(Path(p))), None)


def installed(platform: str, variables: Mapping[str, str], home: PurePath) -> Iterator[str]:
    """Yield the places where installers of a system put browsers.

    Args:
        platform: as `sys.platform`.
        variables: of the environment.
        home: the user's folder.
    """
    if platform == "darwin":
        for folder in ("/Applications", f"{home.as_posix()}/Applications"):
            yield from (f"{folder}/{program}" for program in MAC)
    elif platform == "win32":
        known = {name.upper(): value for name, value in variables.items()}
        folders = [known[name] for name in WINDOWS_FOLDERS if known.get(name)]
        for program in WINDOWS:
            yield from (f"{folder}/{program}" for folder in folders)


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _playwright_folder() -> Path:
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if named and named != "0":
        return Path(named)
    caches = {"darwin": "Library/Caches", "win32": "AppData/Local"}
    return Path.home() / caches.get(sys.platform, ".cache") / "ms-playwright"


@contextlib.contextmanager
def opened(browser: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """Open an address in a new profile; browser and profile are removed at the end, always."""
    with (
        _exit_on_sigterm(),
        tempfile.TemporaryDirectory(prefix="pyrt-", ignore_cleanup_errors=True) as profile,
    ):
        try:
            process = subprocess.Popen(  # noqa: S603 -- found above, or named by the user
                [str(browser), *FLAGS, f"--user-data-dir={profile}", address],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise BuildError(f"The browser {browser} cannot be run: {error.strerror}.") from error
        try:
            yield process
        finally:
            _end(process)


@contextlib.contextmanager
def _exit_on_sigterm() -> Iterator[None]:
    """Make SIGTERM raise SystemExit, so that the browser is ended, too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the browser with all its processes; it has nothing to save."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":  # no process groups: the tree, by the tool of the system
            taskkill = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(taskkill, capture_output=True, check=False)  # noqa: S603 -- its own tool
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
